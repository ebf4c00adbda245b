"""The documents that go to courts tell both parties as CPC 54 and 57 ask, a creditor who is a person included.

Only the paragraphs that were shipped are replaced, word for word: what people worded themselves stays theirs.
"""

import json

from odoo.addons.debt_recovery.models.common.shipped_words import read_again

FORM = '<t t-out="object.company_name"/>, <t t-out="object.company_form_text"/>, '
SIGNED = '<t t-out="object.signatory_name"/>, <t t-out="object.signatory_title"/>.</p>'
NUMBER, SEAT = '<t t-out="object.company_siren_text"/>', '<t t-out="object.company_address_text"/>'
#: What tells a creditor whose number may be unknown.
OPEN = {
    "no number known": '<t t-out="object.company_siren_text">no number known</t>',
    "non connu": '<t t-out="object.company_siren_text">non connu</t>',
}
SIGNED_BY = {
    "en": SIGNED.replace('title"/>', 'title">legal representative</t>'),
    "fr": SIGNED.replace('title"/>', 'title">représentant légal</t>'),
}
CREDITOR, DEBTOR = '<p><t t-out="object.creditor_text"/>.</p>', '<p><t t-out="object.debtor_text"/>.</p>'


def _list_shipped():
    """Return ``[(paragraph as it was shipped, as it is now)]``."""
    pairs = []
    for number in (NUMBER, OPEN["no number known"]):
        for signed in (SIGNED, SIGNED_BY["en"]):
            words = f"registered under {number}, whose seat is at {SEAT}, represented by {signed}"
            pairs.append((f"<p>{FORM}{words}", CREDITOR))
    for number in (NUMBER, OPEN["non connu"]):
        for signed in (SIGNED, SIGNED_BY["fr"]):
            words = f"immatriculée sous le n° {number}, dont le siège est {SEAT}, représentée par {signed}"
            pairs.append((f"<p>{FORM}{words}", CREDITOR))
    for unknown in ("not known", "non connu"):
        number = f'<t t-out="object.debtor_siren_text">{unknown}</t>'
        debtor = f'<p><t t-out="object.debtor_name"/>, SIREN {number}, <t t-out="object.debtor_address_text"/>.</p>'
        pairs.append((debtor, DEBTOR))
    return pairs


def migrate(cr, version):
    """Rewrite the shipped paragraphs, in each language."""
    pairs = _list_shipped()
    cr.execute("SELECT id, body FROM recovery_case_document_template WHERE body IS NOT NULL")
    for template_id, body in cr.fetchall():
        told = {lang: read_again(text, pairs) for lang, text in body.items()}
        if told != body:
            cr.execute(
                "UPDATE recovery_case_document_template SET body = %s WHERE id = %s", (json.dumps(told), template_id)
            )
