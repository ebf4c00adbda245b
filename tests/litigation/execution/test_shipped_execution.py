from odoo.tests import tagged

from ...common import RecoveryCommon

OWN_LIFE = {
    *("judgment", "interim_order", "payment_order", "european_order", "european_judgment", "administrative"),
    *("homologated", "foreign", "conciliation"),
}
INCREASED = {"judgment", "interim_order", "payment_order", "administrative"}


@tagged("post_install", "-at_install")
class TestShippedExecution(RecoveryCommon):
    """The kinds that the module ships say what the law says, with where it was read."""

    def test_only_the_titles_of_l111_3_1_to_3_have_a_life_of_their_own(self):
        kinds = self.env["recovery.title.kind"].search([("company_id", "=", False)])
        get_length = self.env["recovery.title.life"]._read_lengths()
        own = {kind.code for kind in kinds if kind._get_life(self.today)._get_period(self.today, get_length)}
        self.assertEqual(own, OWN_LIFE)
        self.assertTrue(all(kind.life_ids for kind in kinds))

    def test_only_a_condemnation_is_increased(self):
        kinds = self.env["recovery.title.kind"].search([("company_id", "=", False)])
        self.assertEqual(set(kinds.filtered("is_increased").mapped("code")), INCREASED)
        self.assertFalse(kinds.filtered(lambda kind: kind.is_increased and kind.interest != "legal"))

    def test_every_event_that_gives_a_title_gives_one_of_a_kind(self):
        events = self.env["recovery.procedure.event.kind"].search(
            [("makes_title", "=", True), ("company_id", "=", False), ("type_id.company_id", "=", False)]
        )
        Kind = self.env["recovery.title.kind"]
        self.assertFalse(events.filtered(lambda event: not Kind._find_for(event, self.company)).mapped("name"))

    def test_every_kind_of_act_is_known_and_sourced(self):
        kinds = self.env["recovery.execution.act.kind"].search([("company_id", "=", False)])
        self.assertEqual(
            {family for family in kinds.mapped("family")},
            {"service", "order", "account", "goods", "vehicle", "other", "wages", "security", "conservatory"},
        )
        self.assertFalse(kinds.filtered(lambda kind: not kind.source or not kind.article))
        conservatory = kinds.filtered(lambda kind: kind.family == "conservatory")
        self.assertEqual(conservatory, kinds.filtered(lambda kind: not kind.needs_title))
        self.assertTrue(all(kind.limit_ids for kind in conservatory))

    def test_settings_are_told_to_the_journal(self):
        kind = self.env.ref("debt_recovery.recovery_title_kind_notarial")
        before = self.env["recovery.event"].search_count([("kind", "=", "configured")])
        self.debtor_of()
        kind.is_increased = True
        self.assertGreater(self.env["recovery.event"].search_count([("kind", "=", "configured")]), before)
