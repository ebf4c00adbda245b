from datetime import date, datetime
from itertools import cycle, islice

from markupsafe import Markup

from odoo.tests import tagged

from ...models.common.recovery_bulk import BATCH
from ..common import RecoveryCommon

ODD = ("", "L'été\tà Nîmes", "a\\b\\N", "deux\nlignes\r\n", "\\.", "NULL", 'dit "oui" {}', Markup("<b>gras</b>"), None)


@tagged("post_install", "-at_install")
class TestBulk(RecoveryCommon):
    """What is handed over by the thousand is stored as one record at a time would be."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.campaign_id = cls.env["recovery.campaign"].create({"company_id": cls.company.id, "date": cls.today}).id

    def insert(self, columns, **options):
        last = self.env["recovery.verdict"].sudo().search([], order="id desc", limit=1).id or 0
        count = len(next(iter(columns.values())))
        ids = self.env["recovery.bulk"]._insert_columns(
            "recovery.verdict", {"campaign_id": [self.campaign_id] * count, **columns}, **options
        )
        return ids, self.env["recovery.verdict"].search([("id", ">", last)], order="id")

    def test_any_value_comes_back_as_it_went_in(self):
        count = BATCH + 3
        columns = {
            "move_name": [*islice(cycle(ODD), count)],
            "detail": [f"n° {n}\t\\" for n in range(count)],
            "due_date": [None if n % 3 else date(2024, 2, 29) for n in range(count)],
            "days_late": [n % 7 - 3 for n in range(count)],
            "amount_residual": [n / 4 for n in range(count)],
            "amount_net": [-1234567.89] * count,
        }
        ids, rows = self.insert(columns)
        self.assertEqual(rows.ids, list(ids))
        for name, values in columns.items():
            with self.subTest(field=name):
                self.assertEqual([value or False for value in values], [row[name] or False for row in rows])

    def test_columns_of_every_mixture(self):
        encode = self.env["recovery.bulk"]._encode_column
        for values, expected in (
            ([True, False, True], ["t", "f", "t"]),
            ([1, True], ["1", "t"]),
            ([1, 1.0, None], ["1", "1.0", "\\N"]),
            ([None, None], ["\\N", "\\N"]),
            (["a\tb", "a\tb"], ["a\\tb", "a\\tb"]),
            ([Markup("<p>\\</p>"), "x"], ["<p>\\\\</p>", "x"]),
            ([datetime(2026, 3, 29, 2, 30)], ["2026-03-29 02:30:00"]),
            ([date(2026, 1, 31), None, None, None, None], ["2026-01-31", "\\N", "\\N", "\\N", "\\N"]),
        ):
            with self.subTest(values=values):
                self.assertEqual([*encode(values)], expected)

    def test_nothing_to_write_and_no_ids_wanted(self):
        self.assertEqual(self.env["recovery.bulk"]._insert("recovery.verdict", ["campaign_id"], []), [])
        ids, rows = self.insert({"move_name": ["A", "B"]}, with_ids=False)
        self.assertEqual((ids, rows.mapped("move_name")), ([], ["A", "B"]))

    def test_what_an_index_refuses_is_left_out_and_the_rest_gets_its_author(self):
        partners = self.make_partner("Un") | self.make_partner("Deux")
        known = self.env["recovery.debtor"]._ensure_for(partners[0], self.company)
        ids = (
            self.env["recovery.bulk"]
            .with_user(self.recovery_user)
            ._insert(
                "recovery.debtor",
                ["partner_id", "company_id", "display_name", "nature"],
                [(partner.id, self.company.id, f"L'{partner.name}\\", "professional") for partner in partners],
                ignore_conflicts=True,
            )
        )
        debtor = self.env["recovery.debtor"].browse(ids)
        self.assertEqual(debtor.partner_id, partners[1])
        self.assertEqual((debtor.display_name, debtor.create_uid), ("L'Deux\\", self.recovery_user))
        self.assertNotIn(known.id, ids)

    def test_any_value_is_set_as_it_was_given(self):
        count = BATCH + 3
        _ids, rows = self.insert({"move_name": ["A"] * count})
        odd = (*ODD, "{a,b}", 'fin"', "\\")
        columns = {
            "move_name": [*islice(cycle(odd), count)],
            "detail": [f"n° {n}\t\\" if n % 2 else None for n in range(count)],
            "due_date": [None if n % 3 else date(2024, 2, 29) for n in range(count)],
            "days_late": [n % 7 - 3 for n in range(count)],
            "amount_residual": [n / 4 for n in range(count)],
        }
        self.env["recovery.bulk"]._update(
            "recovery.verdict", [*columns], list(zip(rows.ids, *columns.values(), strict=True))
        )
        for name, values in columns.items():
            with self.subTest(field=name):
                self.assertEqual([value or False for value in values], [row[name] or False for row in rows])

    def test_the_rows_of_a_domain_are_given_one_value_and_read_as_they_are(self):
        bulk = self.env["recovery.bulk"]
        ids, rows = self.insert({"move_name": ["A", "B", "C"], "days_late": [1, 2, 3]})
        self.assertEqual(rows.mapped("days_late"), [1, 2, 3])
        self.assertEqual(
            sorted(bulk._set("recovery.verdict", [("id", "in", ids), ("days_late", ">", 1)], {"days_late": None})),
            ids[1:],
        )
        self.assertEqual(rows.mapped("days_late"), [1, 0, 0])
        read = bulk._read("recovery.verdict", ["move_name", "days_late"], [("id", "in", ids)], order="id")
        self.assertEqual(read, [("A", 1), ("B", None), ("C", None)])

    def test_what_is_set_at_once_is_signed_and_moves_what_rests_on_it(self):
        campaign = self.env["recovery.campaign"].browse(self.campaign_id)
        self.make_invoice(days_overdue=10)
        campaign._propose()
        notice = campaign.notice_ids
        self.assertEqual((notice.status, campaign.status), ("draft", "proposed"))
        self.env["recovery.bulk"].with_user(self.recovery_user)._set(
            "recovery.notice", [("id", "in", notice.ids)], {"state": "validated"}
        )
        self.assertEqual((notice.status, notice.write_uid), ("validated", self.recovery_user))
