from datetime import timedelta

from markupsafe import Markup

from odoo import Command, api, models

from ...common.calendar import shift
from ..scenario.ladder import COURTESY

TEMPLATE = "debt_recovery.wording_preview"


class RecoveryWordingPreview(models.AbstractModel):
    """What the wording of a level gives for one debtor, while it is being typed: nothing is written."""

    _name = "recovery.wording.preview"
    _description = "Recovery: wording preview"

    @api.model
    def _render_level(self, level, words=None):
        """Return the e-mail, letter or script of a level as Markup, for the debtor, language and tone it asks for.

        :param level: also an unsaved one.
        :param words: a record that holds other words than the level's own, also an unsaved one.
        """
        debtor = level.preview_debtor_id.sudo()
        company = (level.company_id or debtor.company_id or self.env.company)._recovery_root()
        lang = level.preview_lang or level.scenario_id.lang or (debtor and debtor._get_language()) or self.env.lang
        notice = self._prepare_notice(level.with_context(lang=lang), debtor, company, lang)
        subject, body, closing = self._render_wording(level if words is None else words, notice, lang)
        notice.update({"subject": subject, "body": body, "closing": closing})
        values = notice._get_document_values()
        look = "script" if level.channel_call or level.channel_task else level.preview_look or "email"
        html = self.env["ir.qweb"].with_context(lang=lang)._render(TEMPLATE, {"notice": notice, "look": look, **values})
        return Markup(html)

    @api.model
    def _render_wording(self, words, notice, lang):
        """Return ``(subject, opening and tone, closing)`` from the words on the screen.

        They are those of the user's language; another one shows what is saved in it.
        """
        names = words._get_text_fields()
        is_saved = lang != (self.env.lang or "en_US") and words._origin
        texts = words._origin._parse_texts(names, lang) if is_saved else words._parse_texts(names)
        filled = words._fill_texts(texts, notice, lang)[notice]
        paragraph = filled.get(notice._get_tone_fields().get(notice.tone), Markup())
        return filled["subject"], filled["body"] + paragraph, filled["closing"]

    @api.model
    def _prepare_notice(self, level, debtor, company, lang):
        """Return an unsaved notice with what the debtor owes today, or with an example if they owe nothing."""
        day = company._recovery_today()
        lines = self._prepare_lines(debtor, company, day, level) or [self._prepare_example(company, day, level)]
        amount = sum(line["amount_due_company"] for line in lines)
        addressee = debtor and debtor._get_addressee(level.kind)
        if not debtor:
            addressee = self._prepare_example_customer(company)
            debtor = self.env["recovery.debtor"].sudo().new({"partner_id": addressee.id, "company_id": company.id})
        return (
            self.env["recovery.notice"]
            .sudo()
            .with_context(lang=lang)
            .new(
                {
                    "company_id": company.id,
                    "issuer_id": company.id,
                    "debtor_id": debtor.id,
                    "partner_id": debtor.partner_id.id,
                    "addressee_id": addressee.id,
                    "lang": lang,
                    "level_id": level.id,
                    "kind": level.kind,
                    "tone": level.preview_tone,
                    "date": day,
                    "deadline_date": shift(day, days=level.deadline_days + level.postal_days),
                    "state": "draft",
                    "amount_announced" if level.kind == COURTESY else "amount": amount,
                    "oldest_due": min(line["due_date"] for line in lines),
                    "line_count": len(lines),
                    "line_ids": [Command.create(line) for line in lines],
                }
            )
        )

    @api.model
    def _prepare_lines(self, debtor, company, day, level):
        """Return the instalments that the debtor owes: late ones, or those to come for a courtesy."""
        if not debtor:
            return []
        is_courtesy = level.kind == COURTESY
        items = self.env["recovery.ledger"]._read_items(company, day, debtor.partner_id)
        return [
            {
                "company_id": company.id,
                "role": "announced" if is_courtesy else "claimed",
                "currency_id": item.currency_id,
                "move_name": item.move_name,
                "invoice_date": item.invoice_date or item.date,
                "due_date": item.due,
                "days_late": (day - item.due).days,
                "amount_total": item.amount,
                "amount_due": item.residual,
                "amount_due_company": item.residual_company,
            }
            for item in items
            if item.residual > 0 and (item.due >= day) == is_courtesy
        ]

    @api.model
    def _prepare_example_customer(self, company):
        """Return an unsaved customer, for a company that has no debtor yet."""
        return (
            self.env["res.partner"]
            .sudo()
            .new(
                {
                    "name": self.env._("Example customer"),
                    "is_company": True,
                    "street": "1 rue de l'Exemple",
                    "zip": "75001",
                    "city": "Paris",
                    "country_id": company.country_id.id,
                }
            )
        )

    @api.model
    def _prepare_example(self, company, day, level):
        is_courtesy = level.kind == COURTESY
        days_late = min(level.delay, 0) if is_courtesy else max(level.delay, 1)
        due = shift(day, days=-days_late)
        return {
            "company_id": company.id,
            "role": "announced" if is_courtesy else "claimed",
            "currency_id": company.currency_id.id,
            "move_name": self.env._("EXAMPLE/0001"),
            "invoice_date": due - timedelta(days=30),
            "due_date": due,
            "days_late": days_late,
            "amount_total": 1200.0,
            "amount_due": 1200.0,
            "amount_due_company": 1200.0,
        }
