from odoo.exceptions import AccessError, ValidationError
from odoo.tests import BaseCase, Form, tagged

from ...models.common.bounds import to_number, write_number
from ...models.common.tables import NotReadable
from ...models.common.tables import to_number as read_cell
from .common import RecoveryCommon

WRITTEN = {
    "40,00": "40.00",
    "40.00": "40.00",
    "40": "40",
    "1 234,56": "1234.56",
    "1\u202f234,56\xa0€": "1234.56",
    "1.234,56": "1234.56",
    "1,234.56": "1234.56",
    "1.234.567": "1234567",
    "-3,5 %": "-3.5",
    "1'000,5": "1000.5",
    "12 EUR": "12",
    ",5": ".5",
}


@tagged("post_install", "-at_install")
class TestWrittenNumbers(BaseCase):
    """A number is read however people write it."""

    def test_every_way_of_writing_is_read(self):
        for text, number in WRITTEN.items():
            with self.subTest(text=text):
                self.assertEqual(write_number(text), number)
                self.assertEqual(to_number(text), float(number))
                self.assertEqual(read_cell(text), float(number))
        self.assertEqual(to_number(""), 0)

    def test_what_is_no_number_is_refused(self):
        for text in ("abc", "1,2,3", "1.2.3", "4€5", "--3", "1,,2", "12 pommes", "٣,٥x"):
            with self.subTest(text=text):
                with self.assertRaises(ValueError):
                    write_number(text)
                with self.assertRaises(NotReadable):
                    read_cell(text)


@tagged("post_install", "-at_install")
class TestTypedNumbers(RecoveryCommon):
    """Whatever the way in, a number written the French way is read; what our models refuse they refuse in French."""

    def get_numbers(self):
        """Yield ``(model, field)`` of the numbers that people type in our stored models."""
        for name in sorted(self.env.registry.descendants(["recovery.bounded"], "_inherit")):
            model = self.env[name]
            if model._abstract or model._transient:
                continue
            for field in model._get_bounded(model._fields):
                if model._fields[field].type in ("integer", "float", "monetary"):
                    yield model, model._fields[field]

    def test_every_number_that_people_type_is_read(self):
        found = 0
        for model, field in self.get_numbers():
            low, high = model._get_bounds(field.name)
            if not low <= 40 <= high:
                continue
            found += 1
            with self.subTest(model=model._name, field=field.name):
                self.assertEqual(model._read_numbers({field.name: "40,00"}), {field.name: 40})
                columns = model._read_columns([field.name, "id"], [["1 040,00", "x"], ["", "y"]])
                self.assertIn(columns[0][0], ("1040", "1040.0"))
                self.assertEqual(columns[1], ["", "y"])
        self.assertGreater(found, 80)

    def test_api_import_and_window_read_it(self):
        level = self.levels["reminder"]
        level.write({"min_amount": "1 040,50"})
        self.assertEqual(level.min_amount, 1040.5)
        level.web_save({"min_share": "2,5"}, {})
        self.assertEqual(level.min_share, 2.5)
        result = self.env["recovery.level"].load([".id", "min_amount"], [[str(level.id), "40,00"]])
        self.assertFalse(result["messages"])
        self.assertEqual(level.min_amount, 40)
        self.company.recovery_limit_alerts = "70; 90 %; 100"
        self.assertEqual(self.company._recovery_alert_shares(), [70, 90, 100])
        self.company.recovery_exposure_bands = "1 000,00; 10 000"
        with self.assertRaises(ValidationError):
            self.company.recovery_exposure_bands = "1,2,3"

    def test_a_legal_figure_is_kept_as_the_program_reads_it(self):
        parameter = self.env["recovery.legal.parameter"].search([("unit", "=", "eur")], limit=1)
        with Form(parameter) as form:
            form.value = "1 040,00"
        self.assertEqual(parameter.value, "1040.00")
        question = self.env["recovery.legal.parameter"].search([("unit", "=", "yes_no")], limit=1)
        question.value = "Oui"
        self.assertEqual(question.value, "true")
        with self.assertRaises(ValidationError):
            parameter.value = "quarante"

    def test_what_core_refuses_of_ours_is_refused_in_french_whatever_the_context(self):
        reader = self.recovery_auditor
        reader.lang = "fr_FR"
        level = self.levels["reminder"].with_user(reader).with_context(lang=None)
        for refuse in (lambda: level.write({"name": "x"}), level.unlink, lambda: level.create({"name": "x"})):
            with self.assertRaises(AccessError) as caught, self.env.cr.savepoint():
                refuse()
            message = str(caught.exception)
            self.assertNotIn("You are not allowed", message)
            self.assertRegex(message, "Vous|vous|Seul")
