from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ....models.litigation.parties.fee_grid import FeeRow, find_overlap, get_fees


def success(percent, low=0, high=None, is_whole=False):
    return FeeRow(
        "success",
        f"{percent} %",
        percent=Decimal(percent),
        low=Decimal(low),
        high=None if high is None else Decimal(high),
        is_whole=is_whole,
    )


@tagged("post_install", "-at_install")
class TestFeeGrid(BaseCase):
    """What a provider asks for: fixed amounts, acts, and shares of what is recovered, band by band."""

    def total(self, rows, recovered, acts=1):
        return sum(fee.amount for fee in get_fees(rows, Decimal(str(recovered)), acts))

    def test_a_fixed_fee_is_due_whatever_comes_in_and_an_act_as_often_as_it_is_done(self):
        rows = [FeeRow("fixed", amount=Decimal(80)), FeeRow("act", amount=Decimal("25.50"))]
        self.assertEqual(self.total(rows, 0), Decimal("105.50"))
        self.assertEqual(self.total(rows, 0, acts=3), Decimal("156.50"))

    def test_a_share_by_band_bears_on_its_own_part_only(self):
        rows = [success(12, 0, 5000), success(8, 5000, 20000), success(5, 20000)]
        for recovered, expected in (
            (0, "0"),
            (100, "12"),
            (5000, "600"),
            (5000.01, "600"),
            (12000, "1160"),
            (20000, "1800"),
            (50000, "3300"),
        ):
            with self.subTest(recovered=recovered):
                self.assertEqual(self.total(rows, recovered), Decimal(expected))

    def test_bands_together_never_ask_more_than_the_highest_share_of_all(self):
        rows = [success(12, 0, 5000), success(8, 5000)]
        for recovered in range(0, 30000, 777):
            self.assertLessEqual(self.total(rows, recovered), Decimal(recovered) * 12 / 100)

    def test_a_share_on_the_whole_changes_with_the_band_that_is_reached(self):
        rows = [success(12, 0, 5000, is_whole=True), success(8, 5000, is_whole=True)]
        self.assertEqual(self.total(rows, 5000), 600)
        self.assertEqual(self.total(rows, 6000), 480)

    def test_cents_are_rounded_half_up(self):
        self.assertEqual(self.total([success("12.5")], "0.20"), Decimal("0.03"))
        self.assertEqual(self.total([success("33.33")], "100"), Decimal("33.33"))

    def test_two_bands_on_the_same_euros_are_found(self):
        self.assertIsNone(find_overlap([success(12, 0, 5000), success(8, 5000), FeeRow("fixed")]))
        for rows in (
            [success(12, 0, 5000), success(8, 4000)],
            [success(12), success(8, 5000)],
            [success(5), success(6)],
        ):
            with self.subTest(rows=rows):
                self.assertTrue(find_overlap(rows))
