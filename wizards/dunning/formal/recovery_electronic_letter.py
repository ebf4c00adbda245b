from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ....models.common.recovery_window import once
from ....models.common.roles import require_user


class RecoveryElectronicLetter(models.TransientModel):
    """Say that a registered letter left electronically, with the provider's proof.

    A qualified electronic registered letter is worth a paper one (CPCE, postal part,
    L100); a consumer must have agreed to receive it so.
    """

    _name = "recovery.electronic.letter"
    _description = "Electronic registered letter"
    _inherit = ["recovery.window"]

    letter_id = fields.Many2one("recovery.registered.letter", required=True, readonly=True)
    debtor_nature = fields.Selection(related="letter_id.debtor_id.nature")
    number = fields.Char("Provider's reference", required=True)
    posted_on = fields.Date("Deposited on", required=True, default=lambda self: self.env.company._recovery_today())
    proof = fields.Binary("Proof of deposit", required=True, attachment=False)
    proof_name = fields.Char()
    consent = fields.Binary("Consumer's consent", attachment=False)
    consent_name = fields.Char()

    @once
    def action_confirm(self):
        """Record the sending with its proofs."""
        self.ensure_one()
        require_user(self.env)
        self.letter_id.check_access("read")
        letter = self.letter_id.sudo()
        if letter.state != "to_post":
            raise UserError(self.env._("This letter has already been posted."))
        if self.debtor_nature == "consumer" and not self.consent:
            raise UserError(
                self.env._("A consumer must have consented to electronic registered letters: attach the agreement.")
            )
        proofs = self._store(letter, self.proof, self.proof_name or self.env._("Proof of deposit"))
        if self.consent:
            proofs |= self._store(letter, self.consent, self.consent_name or self.env._("Consent"))
        letter.write(
            {
                "kind": "electronic",
                "number": self.number,
                "posted_on": self.posted_on,
                "receipt_ids": [fields.Command.link(proof.id) for proof in proofs],
            }
        )
        letter.delivery_id._mark("posted")
        return self._say(
            self.env._(
                "%(letter)s sent electronically on %(day)s.",
                letter=letter.display_name,
                day=format_date(self.env, self.posted_on),
            )
        )

    @api.model
    def _store(self, letter, content, name):
        return self.env["ir.attachment"].create(
            {"name": name, "datas": content, "res_model": letter._name, "res_id": letter.id}
        )
