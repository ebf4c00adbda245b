from collections import defaultdict
from functools import partial

from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import UserError

from ...common.formatting import name_file
from ...common.page_fit import print_on_one_page
from ...common.placeholders import UnknownPlaceholder
from .recovery_notice import CORRECTIONS

LETTER_REPORT = "debt_recovery.action_report_letter"
ACCOUNT_STATEMENT_REPORT = "debt_recovery.action_report_account_statement"
CORRECTION_REPORT = "debt_recovery.action_report_correction"
LOOKS = {"email": "email", "letter": "letter", "registered": "letter"}


class RecoveryRendering(models.AbstractModel):
    """Turn notices into words and PDF, in the language of who reads them."""

    _name = "recovery.rendering"
    _description = "Recovery: notice rendering"
    _inherit = ["recovery.printing"]

    @api.model
    def _render_wording(self, notices):
        """Return ``{notice: (subject, opening, closing)}`` from the wording of their levels.

        The paragraph of each notice's tone ends its opening: mail, letter and thread show the same words.
        """
        own = notices.filtered("own_body")
        wording = self._render_words({notice: notice.level_id.sudo() for notice in notices - own})
        for notice, paragraph in self._render_tones(notices - own).items():
            subject, body, closing = wording[notice]
            wording[notice] = (subject, body + paragraph, closing)
        return wording | {notice: self._render_own_words(notice) for notice in own}

    @api.model
    def _render_own_words(self, notice):
        """Return ``(subject, opening, closing)`` from the words chosen for one notice.

        :raises UserError: they ask for what no notice gives, whatever way they got in.
        """
        texts = {name: notice._parse_own(name, notice[name]) for name in ("own_subject", "own_body", "own_closing")}
        values = notice._read_placeholders({key for text in texts.values() for key in text.get_names()}, notice.lang)
        try:
            return tuple(text.fill(values[notice]) for text in texts.values())
        except UnknownPlaceholder as error:
            message = self.env._(
                "%(notice)s uses %(found)s, which is not a placeholder.",
                notice=notice.display_name,
                found=", ".join(error.found[:3]),
            )
            raise UserError(message) from error

    @api.model
    def _render_words(self, chosen):
        """Return ``{notice: (subject, opening, closing)}`` in the language of each notice.

        :param dict chosen: ``{notice: record}`` that holds its subject, body and closing.
        """
        wording = {}
        groups = defaultdict(self.env["recovery.notice"].browse)
        for notice, words in chosen.items():
            groups[words, notice.lang] |= notice
        for (words, lang), group in groups.items():
            texts = words._parse_texts(("subject", "body", "closing"), lang)
            for notice, filled in words._fill_texts(texts, group, lang).items():
                wording[notice] = (filled["subject"], filled["body"], filled["closing"])
        return wording

    @api.model
    def _render_mails(self, notices, left_out=None):
        """Return ``{notice: whole mail as Markup}``: the wording, the account as a table, who signs.

        :param left_out: notices whose invoices are too heavy to be attached: the mail says so.
        """
        mails = {}
        for lang, group in notices.grouped("lang").items():
            Qweb = self.env["ir.qweb"].with_context(lang=lang)
            for notice in group.with_context(lang=lang):
                mails[notice.with_env(notices.env)] = Markup(
                    Qweb._render(
                        "debt_recovery.mail_notice",
                        {
                            "notice": notice,
                            "invoices_left_out": bool(left_out) and notice.id in left_out.ids,
                            **notice._get_document_values(),
                        },
                    )
                )
        return mails

    @api.model
    def _render_script(self, notice):
        """Return the words of a call or a task as Markup: the wording, and apart what is announced beside the claim."""
        notice = notice.with_context(lang=notice.lang)
        Qweb = self.env["ir.qweb"].with_context(lang=notice.lang)
        apart = Qweb._render("debt_recovery.script_announced", {"announced": notice._describe_announced()})
        return (notice.body or Markup()) + (notice.closing or Markup()) + Markup(apart)

    @api.model
    def _render_as_it_leaves(self, notice):
        """Return as Markup what a notice leaves as, channel by channel: its mail, its letter, its script.

        Words that are not frozen yet are written on the notice: whoever only looks takes them back.
        """
        if not notice.body:
            subject, body, closing = self._render_wording(notice)[notice]
            notice.write({"subject": subject, "body": body, "closing": closing})
        looks = dict.fromkeys(LOOKS.get(channel, "script") for channel in self._get_channels(notice))
        notice = notice.with_context(lang=notice.lang)
        Qweb = self.env["ir.qweb"].with_context(lang=notice.lang)
        values = {"notice": notice, "invoices_left_out": False, **notice._get_document_values()}
        values["demand_text"] = self._tell_demand(notice)
        return Markup("").join(
            Markup(Qweb._render("debt_recovery.wording_preview", {**values, "look": look})) for look in looks
        )

    @api.model
    def _tell_demand(self, notice):
        """Return what a notice demands, sum and deadline, as its letter says it; hook: empty if it demands nothing."""
        return ""

    @api.model
    def _render_letters(self, notices):
        """Return ``{notice: PDF bytes}`` of the letters, all in one wkhtmltopdf call, or two where some did not fit."""
        return print_on_one_page(partial(self._render_pdf, LETTER_REPORT), notices)

    @api.model
    def _render_account_statements(self, notices):
        """Return ``{notice: PDF bytes}`` of the statements of account, all in one wkhtmltopdf call."""
        return self._render_pdf(ACCOUNT_STATEMENT_REPORT, notices)

    @api.model
    def _render_correction_mails(self, notices, texts):
        """Return ``{notice: whole mail as Markup}`` of the messages that take cancelled notices back.

        :param dict texts: ``{notice: (subject, body)}``.
        """
        mails = {}
        for notice in notices:
            values = {"notice": notice.with_context(lang=notice.lang), "body": texts[notice][1]}
            values |= values["notice"]._get_document_values()
            mails[notice] = Markup(
                self.env["ir.qweb"].with_context(lang=notice.lang)._render("debt_recovery.mail_correction", values)
            )
        return mails

    @api.model
    def _render_correction_letters(self, notices, texts):
        """Return ``{notice: PDF bytes}`` of the letters that take cancelled notices back."""
        texts = {notice.id: text for notice, text in texts.items()}
        with CORRECTIONS.say(texts):
            return self._render_pdf(CORRECTION_REPORT, notices)

    @api.model
    def _render_text(self, notices, text_by_lang):
        """Return ``{notice: (subject, body)}`` from texts with placeholders, typed by a person.

        :param dict text_by_lang: ``{language: record}`` that holds its subject and body.
        """
        found = {}
        for lang, group in notices.grouped("lang").items():
            words = text_by_lang[lang]
            texts = words._parse_texts(("subject", "body"), lang)
            for notice, filled in words._fill_texts(texts, group, lang).items():
                found[notice] = (filled["subject"], filled["body"])
        return found

    @api.model
    def _get_file_name(self, notice, kind):
        notice = notice.with_context(lang=notice.lang)
        labels = {"statement": notice.env._("Statement"), "correction": notice.env._("Correction")}
        label = labels.get(kind) or notice.number or notice.level_id.name
        return name_file(notice.issue_date or notice.date, notice.partner_id.name, label)

    @api.model
    def _group_by_channel(self, notices):
        """Return ``{channel: notices}`` after the fall-back of those who have no e-mail address."""
        channels = defaultdict(lambda: self.env["recovery.notice"])
        for notice in notices:
            for channel in self._get_channels(notice):
                channels[channel] |= notice
        return channels

    @api.model
    def _get_channels(self, notice):
        """Return the level's channels; a letter stands in for an e-mail that has nowhere to go."""
        channels = notice._get_asked_channels()
        if "email" in channels and not self._has_mailbox(notice.addressee_id):
            channels = ["letter" if channel == "email" else channel for channel in channels]
        return list(dict.fromkeys(channels))

    @api.model
    def _has_mailbox(self, partner):
        """Tell whether a mail reaches this contact: an address, none of whose mails came back, not on the blacklist."""
        return bool(partner.email_normalized) and not partner.message_bounce and not partner.is_blacklisted

    @api.model
    def _is_fallback(self, notice, channel):
        """Tell whether this channel only stands in for an e-mail that has nowhere to go."""
        return channel == "letter" and channel not in notice._get_asked_channels()

    # ------------------------------------------------------------
    # The paragraph of the tone
    # ------------------------------------------------------------
    @api.model
    def _render_tones(self, notices):
        """Return ``{notice: paragraph}`` of the notices whose level has one for their tone."""
        names = notices._get_tone_fields()
        found = {}
        toned = notices.filtered(lambda notice: notice.tone in names)
        for (level, lang, tone), group in toned.grouped(lambda n: (n.level_id, n.lang, n.tone)).items():
            name, words = names[tone], level.sudo()
            for notice, filled in words._fill_texts(words._parse_texts([name], lang), group, lang).items():
                if filled[name]:
                    found[notice] = filled[name]
        return found
