"""``make readme``: README.rst from its fragments in ``readme/``, named as the OCA does."""

from .common import ROOT, say

TITLE = "Debt Recovery"
CONTENTS = "**Table of contents**\n\n.. contents::\n   :local:\n"
SECTIONS = {
    "DESCRIPTION": None,
    "INSTALL": "Installation",
    "PERFORMANCE": "How fast, and with how much",
    "CONFIGURE": "Configuration",
    "USAGE": "Usage",
    "API": "Other programs",
    "DEVELOP": "Where the code is",
    "ROADMAP": "Known issues / Roadmap",
    "CREDITS": "Credits",
}
README = ROOT / "README.rst"


def build():
    """Return the text of README.rst."""
    line = "=" * len(TITLE)
    parts = [f"{line}\n{TITLE}\n{line}\n"]
    for name, heading in SECTIONS.items():
        text = (ROOT / "readme" / f"{name}.rst").read_text()
        parts += [f"{heading}\n{'=' * len(heading)}\n", text] if heading else [text, CONTENTS]
    return "\n".join(parts)


def write():
    """Write README.rst."""
    README.write_text(build())
    say("README.rst is written")
    return 0


def check():
    """Return 1 when README.rst does not say what its fragments say."""
    if README.read_text() == build():
        return 0
    print("README.rst differs from readme/: change the fragments, then “make readme”")
    return 1
