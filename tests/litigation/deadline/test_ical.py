from datetime import date, datetime

from odoo.tests import BaseCase, tagged

from ....models.litigation.deadline.ical import Day, write_calendar


@tagged("post_install", "-at_install")
class TestIcal(BaseCase):
    """Deadlines are written as RFC 5545 wants them."""

    def write_day(self, **vals):
        day = Day("x-1", date(2026, 12, 31), "Signifier", "CPC 1411", "https://x/1", datetime(2026, 11, 21, 10))
        return write_calendar("Échéances", [day._replace(**vals)])

    def test_a_day_lasts_until_the_next(self):
        text = self.write_day(alarms=(7, 1))
        self.assertIn("DTSTART;VALUE=DATE:20261231\r\nDTEND;VALUE=DATE:20270101\r\n", text)
        self.assertEqual(text.count("BEGIN:VALARM"), 2)
        self.assertIn("TRIGGER:-P6DT15H", text)
        self.assertTrue(text.endswith("END:VCALENDAR\r\n"))

    def test_signs_are_escaped_and_no_line_is_smuggled_in(self):
        text = self.write_day(title="a;b,c\\d", text="un\r\nEND:VEVENT")
        self.assertIn("SUMMARY:a\\;b\\,c\\\\d\r\n", text)
        self.assertIn("DESCRIPTION:un\\nEND:VEVENT\r\n", text)
        self.assertEqual(text.count("\r\nEND:VEVENT"), 1)

    def test_long_lines_are_folded_and_no_letter_is_cut(self):
        title = "é" * 120
        text = self.write_day(title=title)
        self.assertTrue(all(len(line.encode()) <= 75 for line in text.split("\r\n")))
        self.assertIn(title, text.replace("\r\n ", ""))
