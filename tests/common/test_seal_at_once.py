from odoo.tests import tagged

from ..dunning.campaign.at_once import AtOnceCase


@tagged("post_install", "-at_install")
class TestSealAtOnce(AtOnceCase):
    """Many write at once and nobody waits; two who seal at once make one chain."""

    customers = 1

    def log_calls(self, env, count=20):
        debtor = env["recovery.debtor"].search([("company_id", "=", self.company_id)], limit=1)
        debtor = debtor or env["recovery.debtor"]._ensure_for(
            env["res.partner"].search([("name", "=", "Ensemble 0")], limit=1),
            env["res.company"].browse(self.company_id),
        )
        for number in range(count):
            env["recovery.event"]._log("contact", debtor, f"Appel {number}")
        return count

    def seal(self, env):
        return env["recovery.journal"]._seal(env["res.company"].browse(self.company_id))

    def check(self, env):
        return env["recovery.journal"]._check(env["res.company"].browse(self.company_id))

    def test_two_who_seal_at_once_make_one_chain(self):
        self.transaction(self.log_calls)
        before = self.transaction(self.check)
        results = self.together(self.seal, self.seal)
        self.assertFalse([result for result in results if isinstance(result, Exception)], results)
        self.assertEqual(sum(results), before.unsealed, "each entry is sealed once")
        verdict = self.transaction(self.check)
        self.assertEqual((verdict.found, verdict.unsealed), ([], 0))

    def test_who_writes_meanwhile_is_sealed_next(self):
        self.transaction(self.log_calls)
        results = self.together(self.log_calls, self.seal, self.log_calls, self.seal)
        self.assertFalse([result for result in results if isinstance(result, Exception)], results)
        self.transaction(self.seal)
        verdict = self.transaction(self.check)
        self.assertEqual((verdict.found, verdict.unsealed), ([], 0))
        self.assertEqual(verdict.head.number, verdict.sealed)
