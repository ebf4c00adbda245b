"""Odoo 19.0 Community: a source tree named by the user, Debian's package, or git.

Debian's package is fetched with a private source list and unpacked into
``.dev/odoo``: neither the sources nor the packages of the system change.
"""

import os
import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from . import apt
from .common import DEV, LOGS, DevError, Stamp, digest, output, run, say

SERIES = "19.0"
PREFIX = DEV / "odoo"
WORK = DEV / "apt"
REPOSITORY = "https://github.com/odoo/odoo"

PACKAGE = "odoo-19"
#: Fonts and scripts that the package links to. Font Awesome must be the 4.7 of the
#: stable releases: the web client asks for its file names.
COMPANIONS = (
    "fonts-roboto-unhinted",
    "fonts-montserrat",
    "fonts-inconsolata",
    "fonts-ocr-b",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
)
FONT_AWESOME = "fonts-font-awesome"

#: Links of the package to files that changed their names since.
RENAMED = {"Inconsolata.otf": "Inconsolata-Regular.otf"}

#: Missing from the package because it is not free; an empty file is enough.
EMPTY_FILES = ("mail/static/lib/selfie_segmentation/selfie_segmentation.js",)


@dataclass(frozen=True)
class Source:
    """A usable Odoo: *python_path* holds the package ``odoo``."""

    python_path: Path
    addons: tuple
    version: str

    @property
    def core(self):
        return self.python_path / "odoo"


def ensure():
    """Return the Odoo to use, fetching it the first time."""
    if chosen := os.environ.get("ODOO_SOURCE"):
        return _inspect(Path(chosen).expanduser().resolve())
    stamp = Stamp("odoo")
    done = stamp.read()
    if done:
        path, version = done.split("\n")
        if (DEV / path / "odoo" / "release.py").exists():
            return _inspect(DEV / path, version)
    stamp.clear()
    shutil.rmtree(PREFIX, ignore_errors=True)
    path, version = _from_debian() if apt.available() else _from_git()
    stamp.write(f"{path.relative_to(DEV)}\n{version}")
    return _inspect(path, version)


def _inspect(path, version=""):
    """Describe the tree *path*: a git checkout, or a folder holding ``odoo``."""
    release = path / "odoo" / "release.py"
    if not release.exists():
        raise DevError(f"no Odoo in {path}: expected {release}")
    if not re.search(r"version_info = \(19, 0,", release.read_text()):
        raise DevError(f"{path} is not Odoo {SERIES}")
    folders = [path / "odoo" / "addons", path / "addons"]
    addons = tuple(folder for folder in folders if (folder / "base").exists())
    if (path / "addons" / "web" / "__manifest__.py").exists():
        addons = (folders[1], *addons)
    return Source(path, addons, version or _git_version(path))


def _git_version(path):
    try:
        return output(["git", "-C", path, "rev-parse", "HEAD"])
    except (DevError, OSError):
        return digest(str(path), path / "odoo" / "release.py")


def _from_git():
    say(f"cloning Odoo {SERIES} (some minutes) …")
    target = PREFIX / "checkout"
    run(
        ["git", "clone", "--depth", "1", "--branch", SERIES, REPOSITORY, target],
        log="git-clone.log",
    )
    return target, _git_version(target)


def _from_debian():
    say("downloading Odoo (Debian's package, about 130 MB) …")
    options = _private_apt()
    try:
        run(["apt-get", *options, "update"], log="odoo-update.log")
        files = _download(options)
    except DevError as error:
        if not shutil.which("git"):
            raise
        say(f"Debian's package cannot be fetched: {error}")
        return _from_git()
    for file in files:
        _unpack(file)
    package = next(file for file in files if file.name.startswith(PACKAGE))
    version = output(["dpkg-deb", "-f", package, "Version"])
    shutil.rmtree(WORK)
    path = PREFIX / "usr" / "lib" / "python3" / "dist-packages"
    for name in EMPTY_FILES:
        empty = path / "odoo" / "addons" / name
        empty.parent.mkdir(parents=True, exist_ok=True)
        empty.touch()
    _repair_links(path)
    return path, version


def _private_apt():
    """Write a source list made from the system's own, return apt's options for it."""
    mirror, keyring, suites = _debian_mirror()
    shutil.rmtree(WORK, ignore_errors=True)
    (WORK / "lists" / "partial").mkdir(parents=True)
    (WORK / "cache" / "archives" / "partial").mkdir(parents=True)
    signed = f"[signed-by={keyring}] " if keyring else ""
    lines = [f"deb {signed}{mirror} {suite} main\n" for suite in suites]
    (WORK / "sources.list").write_text("".join(lines))
    settings = {
        "Dir::Etc::sourcelist": WORK / "sources.list",
        "Dir::Etc::sourceparts": "-",
        "Dir::State::lists": WORK / "lists",
        "Dir::Cache": WORK / "cache",
        "Dir::Etc::preferencesparts": "-",
        "Dir::Etc::preferences": "-",
        "APT::Sandbox::User": "root",
        "Acquire::Languages": "none",
    }
    return [f"-o{name}={value}" for name, value in settings.items()]


def _debian_mirror():
    """Read from apt where this machine gets Debian from: address, keyring, suites."""
    system = dict(line.split("=", 1) for line in Path("/etc/os-release").read_text().splitlines() if "=" in line)
    codename = system.get("VERSION_CODENAME", "")
    if system.get("ID") != "debian":
        raise DevError("not a Debian machine")
    fields = "$(REPO_URI)|$(RELEASE)|$(COMPONENT)"
    shown = output(["apt-get", "indextargets", "--format", fields, "Created-By: Packages"])
    for line in shown.splitlines():
        address, release, component = line.split("|")
        if component == "main" and release in (codename, *ROLLING, *STABLE):
            stable = "stable" if release in ROLLING else release
            return address, _keyring(address), ("unstable", stable)
    raise DevError("apt has no Debian archive among its sources")


ROLLING = ("testing", "unstable", "sid")
STABLE = ("stable", "oldstable")


def _keyring(address):
    """Return the keyring apt uses for *address*, or Debian's usual one."""
    folder = Path("/etc/apt")
    files = [folder / "sources.list", *sorted(folder.glob("sources.list.d/*"))]
    for file in (file for file in files if file.is_file()):
        separator = "\n\n" if file.suffix == ".sources" else "\n"
        for entry in file.read_text(errors="replace").split(separator):
            if address.rstrip("/") in entry:
                found = re.search(r"signed-by\s*[:=]\s*(/[^\s\],]+)", entry, re.I)
                if found:
                    return found[1]
    usual = "/usr/share/keyrings/debian-archive-keyring.gpg"
    return usual if Path(usual).exists() else None


def _download(options):
    """Download the packages into the work folder, return their files."""
    shown = output(["apt-cache", *options, "madison", FONT_AWESOME])
    versions = [line.split("|")[1].strip() for line in shown.splitlines()]
    icons = next((version for version in versions if "4.7" in version), None)
    if not icons:
        raise DevError(f"no version 4.7 of {FONT_AWESOME} among {versions}")
    names = [PACKAGE, *COMPANIONS, f"{FONT_AWESOME}={icons}"]
    command = ["apt-get", *options, "download", *names]
    run(command, cwd=WORK, log="odoo-download.log")
    return sorted(WORK.glob("*.deb"))


def _unpack(file):
    """Unpack a package into the prefix, of Odoo only the program and its French."""
    PREFIX.mkdir(parents=True, exist_ok=True)
    unpack = ["tar", "-x", "-C", str(PREFIX), "--no-same-owner"]
    if file.name.startswith(PACKAGE):
        unpack += ["--wildcards", "--exclude=*/i18n*/[!f]*.po"]
        unpack += [
            "--exclude=*/i18n*/f[!r]*.po",
            "./usr/lib/python3/dist-packages/odoo",
        ]
    else:
        unpack.append("./usr/share")
    with (LOGS / "unpack.log").open("a") as log:
        archive = subprocess.Popen(["dpkg-deb", "--fsys-tarfile", file], stdout=subprocess.PIPE, stderr=log)
        result = subprocess.run(unpack, check=False, stdin=archive.stdout, stderr=log)
        archive.stdout.close()
        if archive.wait() or result.returncode:
            raise DevError(f"cannot unpack {shlex.quote(str(file))}: {log.name}")


def _repair_links(path):
    """Point links to shared fonts and scripts at the copies inside the prefix."""
    shared = {}
    for file in (PREFIX / "usr" / "share").rglob("*"):
        if file.is_file() and not file.is_symlink():
            shared.setdefault(file.name, file)
    for link in path.rglob("*"):
        if not link.is_symlink():
            continue
        inside = link.resolve().is_relative_to(PREFIX)
        if not (inside and link.exists()):
            name = Path(os.readlink(link)).name
            target = shared.get(RENAMED.get(name, name))
            link.unlink()
            if target:
                link.symlink_to(os.path.relpath(target, link.parent))
            else:
                say(f"Odoo's package lacks {link.name}")
