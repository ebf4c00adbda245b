"""The documents of cases read as those of a new database do: sentences end, and name what they are about.

Only the paragraphs that were shipped are replaced, word for word: what people worded themselves stays theirs.
"""

import json

from odoo.addons.debt_recovery.models.common.shipped_words import read_again

OURS, THEIRS = "object.reference_text", "object.their_reference_text"
#: Paragraphs that ended with what stands where nothing is known, and without a full stop.
ENDED = (
    '<p>What was done to carry it out, as far as we know: <t t-out="object.executions_text">nothing is recorded',
    '<p>Exécution tentée, à notre connaissance : <t t-out="object.executions_text">rien n\'est noté',
    '<p>Agreement: <t t-out="object.mandate_text">to be signed</t>. Limits and instructions: '
    '<t t-out="object.requests">no delay, remission or settlement without our written consent',
    '<p>Convention : <t t-out="object.mandate_text">à signer</t>. Limites et instructions : '
    '<t t-out="object.requests">aucun délai, remise ni transaction sans notre accord écrit',
    '<p>Basis of the interest: <t t-out="object.interest_basis_text">no interest is claimed',
    '<p>Fondement des intérêts : <t t-out="object.interest_basis_text">aucun intérêt n\'est réclamé',
    '<p>Instructions: <t t-out="object.requests">none in particular',
    '<p>Instructions : <t t-out="object.requests">aucune en particulier',
    '<p>What we propose: <t t-out="object.requests">payment in full, or dates to be agreed in writing',
    '<p>Ce que nous proposons : <t t-out="object.requests">un paiement intégral, ou des dates à convenir par écrit',
    '<p>Besides: <t t-out="object.requests">nothing more',
    '<p>En outre : <t t-out="object.requests">néant',
)
#: Paragraphs that gave the reference of the proceedings as that of whom we write to.
REFERRED = (
    '<p>In the case of <t t-out="object.company_name"/> against <t t-out="object.debtor_name"/> (our reference '
    '<t t-out="object.case_name"/>, yours <t t-out="object.reference_text">not known</t>), we ask you to act as '
    "follows.</p>",
    '<p>Dans le dossier <t t-out="object.company_name"/> contre <t t-out="object.debtor_name"/> (notre référence '
    '<t t-out="object.case_name"/>, la vôtre <t t-out="object.reference_text">non connue</t>), nous vous demandons '
    "d'agir comme suit.</p>",
    '<p>You act for us against <t t-out="object.debtor_name"/>, <t t-out="object.debtor_address_text"/> (our reference '
    '<t t-out="object.case_name"/>, yours <t t-out="object.reference_text">not known</t>). There remains due '
    '<strong><t t-out="object.amount_text"/></strong>. Title: <t t-out="object.title_text">none</t>, served on '
    '<t t-out="object.served_text">no day known</t>.</p>',
    '<p>Vous intervenez pour nous contre <t t-out="object.debtor_name"/>, <t t-out="object.debtor_address_text"/> '
    '(notre référence <t t-out="object.case_name"/>, la vôtre <t t-out="object.reference_text">non connue</t>). Il '
    'reste dû <strong><t t-out="object.amount_text"/></strong>. Titre : <t t-out="object.title_text">aucun</t>, '
    'signifié le <t t-out="object.served_text">(date non connue)</t>.</p>',
)
#: What the claim of a payment order rests on, by language: begin, before and after the oldest due date.
ORDERS = {
    "en": (
        (
            "Commercial claim with a contractual cause (CPC 1405 to 1425)",
            "Claim with a contractual cause (CPC 1405 to 1424)",
            "Claim with a contractual cause (CPC 1405 to 1424; COJ L213-4-5 and L213-4-4)",
        ),
        '<p>%s. The claim rests on: <t t-out="object.basis"/>. Invoices: <t t-out="object.invoices_text"/>',
        (", the oldest of which fell due on", ". Oldest due date:"),
        ' <t t-out="object.oldest_due_text"/>. Mise en demeure: <t t-out="object.formal_notice_text">none</t>.</p>',
    ),
    "fr": (
        (
            "Créance commerciale ayant une cause contractuelle (CPC 1405 à 1425)",
            "Créance ayant une cause contractuelle (CPC 1405 à 1424)",
            "Créance ayant une cause contractuelle (CPC 1405 à 1424 ; COJ L213-4-5 et L213-4-4)",
        ),
        '<p>%s. La créance repose sur : <t t-out="object.basis"/>. Factures : <t t-out="object.invoices_text"/>',
        (", dont la plus ancienne était exigible le", ". Échéance la plus ancienne :"),
        ' <t t-out="object.oldest_due_text"/>. Mise en demeure : <t t-out="object.formal_notice_text">néant</t>.</p>',
    ),
}
#: ``(paragraph as it was shipped, as it is now)``.
OTHERS = (
    (
        '<p>The time for serving runs (<t t-out="object.deadline_text">no date known</t>): tell us at once of any '
        "difficulty with the address. Please send us the original of the act as soon as it is served.</p>",
        '<p>Time limit: <t t-out="object.deadline_text">no date known</t>. Please tell us at once of any difficulty '
        "with the address, and send us the original of the act as soon as it is served.</p>",
    ),
    (
        '<p>Le délai de signification court (<t t-out="object.deadline_text">date non connue</t>) : merci de nous '
        "signaler sans attendre toute difficulté d'adresse, et de nous adresser le second original dès la "
        "signification.</p>",
        '<p>Délai : <t t-out="object.deadline_text">date non connue</t>. Merci de nous signaler sans attendre '
        "toute difficulté d'adresse, et de nous adresser le second original dès la signification.</p>",
    ),
    (
        '<p><t t-out="object.company_name"/>, <t t-out="object.company_form_text"/>, '
        '<t t-out="object.company_address_text">seat to be completed</t>, represented by '
        '<t t-out="object.signatory_name"/>, the creditor, and <t t-out="object.debtor_name"/>, '
        '<t t-out="object.debtor_address_text"/>, the debtor.</p>',
        '<p><t t-out="object.creditor_text"/>, the creditor,</p>\n'
        '<p>and <t t-out="object.debtor_text"/>, the debtor.</p>',
    ),
    (
        '<p><t t-out="object.company_name"/>, <t t-out="object.company_form_text"/>, '
        '<t t-out="object.company_address_text">siège à compléter</t>, représentée par '
        '<t t-out="object.signatory_name"/>, le créancier, et <t t-out="object.debtor_name"/>, '
        '<t t-out="object.debtor_address_text"/>, le débiteur.</p>',
        '<p><t t-out="object.creditor_text"/>, le créancier,</p>\n'
        '<p>et <t t-out="object.debtor_text"/>, le débiteur.</p>',
    ),
)


def _list_shipped():
    """Return ``[(paragraph as it was shipped, as it is now)]``; before a colon French has a space that never breaks."""
    pairs = [(f"{text}</t></p>", f"{text}.</t></p>") for text in ENDED]
    pairs += [(text, text.replace(OURS, THEIRS)) for text in REFERRED]
    for claims, begin, (before, after), end in ORDERS.values():
        pairs += [(f"{begin % claim}{before}{end}", f"{begin % claim}{after}{end}") for claim in claims]
    return [
        (shipped, now.replace(" :", "\N{NO-BREAK SPACE}:").replace(" ;", "\N{NO-BREAK SPACE};"))
        for shipped, now in (*pairs, *OTHERS)
    ]


def migrate(cr, version):
    """Rewrite the shipped paragraphs, in each language."""
    pairs = _list_shipped()
    cr.execute("SELECT id, body, closing FROM recovery_case_document_template")
    for template_id, *fields in cr.fetchall():
        told = [text and {lang: read_again(words, pairs) for lang, words in text.items()} for text in fields]
        if told != fields:
            body, closing = (text and json.dumps(text) for text in told)
            cr.execute(
                "UPDATE recovery_case_document_template SET body = %s, closing = %s WHERE id = %s",
                (body, closing, template_id),
            )
