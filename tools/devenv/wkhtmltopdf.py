"""A wkhtmltopdf with the patched Qt, which headers and footers need."""

import shutil
import subprocess
from pathlib import Path

from . import python_env
from .common import BIN, DevError

PROGRAM = "wkhtmltopdf"


def ensure():
    """Put a patched wkhtmltopdf, and nothing else, in ``.dev/bin``."""
    link = BIN / PROGRAM
    if shutil.which(PROGRAM) == str(link):
        return  # called by a program of this environment
    target = _system_program() or python_env.VENV / "bin" / "wkhtmltopdf-pack"
    if link.is_symlink() and link.readlink() == target:
        return
    if not _is_patched(target):
        raise DevError(f"{target} does not run: is libxrender1 or libfontconfig1 missing?")
    BIN.mkdir(parents=True, exist_ok=True)
    link.unlink(missing_ok=True)
    link.symlink_to(target)


def _system_program():
    found = shutil.which(PROGRAM)
    if found and _is_patched(found, "0.12.5", "0.12.6"):
        return Path(found)
    return None


def _is_patched(program, *versions):
    try:
        done = subprocess.run([program, "--version"], check=False, capture_output=True, text=True)
    except OSError:
        return False
    text = done.stdout
    return "with patched qt" in text and any(v in text for v in versions or ("",))
