from datetime import timedelta

from lxml import html

from ...common import RecoveryCommon


class AnnouncedCommon(RecoveryCommon):
    """A customer with something late at a level and something that falls due soon."""

    prints_documents = True

    def at(self, kind, amount=1000.0, **vals):
        """Return a late invoice that stands at the level of that kind today."""
        level = self.levels[kind]
        steps = list(self.scenario.level_ids.sorted("sequence"))
        before = steps[steps.index(level) - 1]
        invoice = self.make_invoice(days_overdue=level.delay + 100, amount=amount, **vals)
        if before.kind != "courtesy":
            day = self.today - timedelta(days=40)
            rows = [(line, before, day) for line in self.receivable_of(invoice)]
            self.env["recovery.notice"]._resume(self.company, rows, "Reprise")
        return invoice

    def to_come(self, amount=5000.0, days=6, **vals):
        """Return an invoice that is at its courtesy today."""
        return self.make_invoice(days_overdue=-days, amount=amount, **vals)

    def text_of(self, markup):
        """Return what a reader sees of a page, amounts with plain spaces."""
        tree = html.fromstring(str(markup) or "<p/>")
        for ignored in tree.xpath("//style | //head"):
            ignored.drop_tree()
        return " ".join(tree.text_content().replace("\u202f", " ").replace("\xa0", " ").split())

    def letter_of(self, notice):
        """Return the text of the notice's letter, as it would be printed now."""
        content, _type = self.env["ir.actions.report"]._render_qweb_html(
            "debt_recovery.action_report_letter", notice.ids
        )
        return self.text_of(content.decode())

    def mail_of(self, notice):
        """Return the text of the mail that a notice gives."""
        rendering = self.env["recovery.rendering"]
        if not notice.body:
            notice = notice.new(origin=notice)
            subject, body, closing = rendering._render_wording(notice)[notice]
            notice.update({"subject": subject, "body": body, "closing": closing})
        return self.text_of(rendering._render_mails(notice)[notice])

    def lines(self, notice, role):
        return notice.line_ids.filtered(lambda line: line.role == role)
