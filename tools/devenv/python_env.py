"""The virtual environment ``.dev/venv``: Odoo's requirements and the tools, pinned."""

import shutil
import sys

from . import postgres
from .common import DEV, ROOT, TOOLS, Stamp, digest, run, say

VENV = DEV / "venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = TOOLS / "requirements.txt"
CONSTRAINTS = TOOLS / "constraints.txt"
ADDONS = TOOLS / "addons.txt"
#: Where the add-ons of others lie: apart from the packages, where a folder ``odoo`` would hide Odoo's own.
OTHERS = VENV / "others"


def key():
    """Return the hash of what the environment is made from."""
    return digest(str(ROOT), sys.version, REQUIREMENTS, CONSTRAINTS, ADDONS)


def ensure():
    """Make the environment, again from nothing when its inputs changed."""
    stamp = Stamp("python")
    if stamp.read() == key() and PYTHON.exists():
        return
    say("installing the Python packages (about a minute) …")
    stamp.clear()
    postgres.stop()  # its programs live in the environment
    shutil.rmtree(VENV, ignore_errors=True)
    run([sys._base_executable, "-m", "venv", VENV], log="venv.log")
    pip = [PYTHON, "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    run([*pip, "-r", REQUIREMENTS, "-c", CONSTRAINTS], log="pip.log")
    run([*pip, "--no-deps", "--target", OTHERS, "-r", ADDONS], log="pip-addons.log")
    stamp.write(key())


def site_packages():
    """Return the folder where the packages are installed."""
    return next((VENV / "lib").glob("python3*/site-packages"))
