import re
from pathlib import Path

from odoo.tests import BaseCase, tagged

ROOT = Path(__file__).parent.parent
AA, AA_LARGE = 4.5, 3.0
COLOR = r"#[0-9a-fA-F]{3}(?:[0-9a-fA-F]{3})?\b"
#: What is so large and bold that 3 to 1 is enough, by the class that says so in our style sheets.
LARGE = {"o_recovery_score_badge"}


def get_luminance(color):
    """Return the relative luminance of a colour written in hexadecimal, as WCAG 2 defines it."""
    digits = color.lstrip("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    parts = [int(digits[index : index + 2], 16) / 255 for index in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def get_contrast(one, other):
    """Return the contrast of two colours, from 1 to 21."""
    dark, light = sorted((get_luminance(one), get_luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def find_pairs(style):
    """Yield ``(color of the words, color behind them)`` of what one style declares; white where it says nothing."""
    back = re.search(rf"background(?:-color)?:\s*({COLOR})", style)
    for front in re.findall(rf"(?<![-\w])color:\s*({COLOR})", style):
        yield front, back[1] if back else "#fff"


def find_blocks(sheet):
    """Yield each innermost block of a style sheet with what it is about."""
    for match in re.finditer(r"([^{};]*)\{([^{}]*)\}", re.sub(r"//[^\n]*", "", sheet)):
        yield match[1].strip(), match[2]


@tagged("post_install", "-at_install")
class TestLegible(BaseCase):
    """Colours that we declare for words keep 4.5 to 1 on what lies behind them; the browser looks at the rest.

    See `tests/tours/test_every_action.py`, where each window is open.
    """

    def test_the_contrast_is_that_of_the_standard(self):
        self.assertAlmostEqual(get_contrast("#000", "#fff"), 21, 3)
        self.assertAlmostEqual(get_contrast("#767676", "#ffffff"), 4.54, 2)
        self.assertLess(get_contrast("#777", "#fff"), AA)

    def test_words_of_screens_letters_and_mails_can_be_read(self):
        seen = 0
        for folder in ("views", "wizards", "reports", "data", "static/src"):
            for path in (ROOT / folder).rglob("*.xml"):
                for style in re.findall(r"style=\"([^\"]*)\"", path.read_text()):
                    for front, back in find_pairs(style):
                        seen += 1
                        with self.subTest(file=path.relative_to(ROOT).as_posix(), style=style):
                            self.assertGreaterEqual(get_contrast(front, back), AA)
        self.assertGreater(seen, 10)

    def test_words_of_our_style_sheets_can_be_read(self):
        seen = 0
        for path in (ROOT / "static" / "src").rglob("*.scss"):
            for about, block in find_blocks(path.read_text()):
                least = AA_LARGE if any(name in about for name in LARGE) else AA
                for front, back in find_pairs(block):
                    seen += 1
                    with self.subTest(file=path.relative_to(ROOT).as_posix(), block=about):
                        self.assertGreaterEqual(get_contrast(front, back), least)
        self.assertGreater(seen, 2)

    def test_a_class_of_risk_is_read_on_its_colour(self):
        sheet = (ROOT / "static" / "src" / "score_card" / "score_card.scss").read_text()
        colors = re.findall(rf"\b[A-E]: ({COLOR})", sheet)
        self.assertEqual(len(colors), 5)
        for color in colors:
            self.assertGreaterEqual(get_contrast("#fff", color), AA_LARGE)

    def test_numbers_of_the_risk_matrix_are_read_on_their_heat(self):
        sheet = (ROOT / "static" / "src" / "risk_matrix" / "risk_matrix.scss").read_text()
        colors = re.findall(rf"\b[0-4]: ({COLOR})", sheet)
        self.assertEqual(len(colors), 5)
        for color in colors:
            self.assertGreaterEqual(get_contrast("#212529", color), AA)
