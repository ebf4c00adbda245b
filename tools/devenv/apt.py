"""Packages of the system: what is needed, what is missing, how to get it."""

import os
import shutil
import subprocess

from .common import DevError, run, say

#: Package -> why, and whether nothing works without it.
PACKAGES = {
    "python3-venv": ("virtual environments", True),
    "libfontconfig1": ("wkhtmltopdf", True),
    "libx11-6": ("wkhtmltopdf", True),
    "libxext6": ("wkhtmltopdf", True),
    "libxrender1": ("wkhtmltopdf", True),
    "fontconfig": ("fonts in PDF documents", True),
    "fonts-dejavu-core": ("fonts in PDF documents", False),
    "fonts-liberation": ("fonts in PDF documents and the browser", False),
    "chromium": ("browser tests and screenshots", False),
    "git": ("fetching Odoo where apt does not have it", False),
}

INSTALL = ("apt-get", "install", "-y", "--no-install-recommends")

#: Names under which Odoo's test harness looks for a browser.
BROWSERS = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")


def available():
    """Tell whether the machine installs its packages with apt."""
    return bool(shutil.which("apt-get") and shutil.which("dpkg-query"))


def ensure():
    """Install what is missing as root; otherwise say what to install."""
    missing = _missing()
    if not missing:
        return
    if not available():
        say(f"without apt, please see to: {', '.join(missing)}")
        return
    if os.geteuid() == 0:
        say(f"installing system packages: {' '.join(missing)}")
        _install(missing)
        missing = _missing()
    if not missing:
        return
    advice = f"sudo {' '.join([*INSTALL, *missing])}"
    needed = [name for name in missing if PACKAGES[name][1]]
    if needed:
        raise DevError(f"missing system packages ({', '.join(needed)}), please run:\n  {advice}")
    say(f"some things will not work ({', '.join(missing)}) until you run:\n  {advice}")


def _install(names):
    """Install what apt can find of *names*; a failure shows in what stays missing."""
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    quiet = {"env": env, "stdin": subprocess.DEVNULL, "check": False}
    run(["apt-get", "update"], log="apt-update.log", **quiet)
    shown = subprocess.run(["apt-cache", "pkgnames"], check=False, capture_output=True, text=True)
    found = set(shown.stdout.split())
    run([*INSTALL, *(n for n in names if n in found)], log="apt-install.log", **quiet)


def _missing():
    satisfied = set()
    if shutil.which("git"):
        satisfied.add("git")
    if any(shutil.which(name) for name in BROWSERS):
        satisfied.add("chromium")
    if _venv_works():
        satisfied.add("python3-venv")
    wanted = [name for name in PACKAGES if name not in satisfied]
    if not available():
        return [name for name in wanted if name == "python3-venv"]
    query = ["dpkg-query", "-W", "-f=${Package} ${db:Status-Status}\n", *wanted]
    shown = subprocess.run(query, check=False, capture_output=True, text=True).stdout
    installed = {line.split()[0] for line in shown.splitlines() if "not-" not in line}
    return [name for name in wanted if name not in installed]


def _venv_works():
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        return False
    return True
