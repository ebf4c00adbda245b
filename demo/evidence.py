"""The files of the cases in litigation: pieces, one file bound, one looked at, and the documents written from them."""

from odoo import Command

from ..models.claim.figures import Options
from ..models.litigation.evidence.paper import print_sheet

# customer: (kind, name, days before today, words) of what was ordered and delivered
PROOFS = {
    "fontanel": (
        ("order", "Bon de commande 2026-118", 130, "Suspensions et appliques pour l'atelier, prix et délais acceptés."),
        ("delivery", "Bon de livraison signé 0452", 130, "Reçu sans réserve, signature et cachet de l'entreprise."),
    ),
    "belvedere": (
        ("order", "Lettre de commande EB-44", 150, "Études d'éclairage, deux phases, bon pour accord."),
        ("delivery", "Procès-verbal de remise des plans", 140, "Plans remis en main propre, sans réserve."),
    ),
    "perrin": (
        ("order", "Devis signé D-2026-061", 150, "Bon pour accord, signature du gérant."),
        ("delivery", "Bon de livraison signé 0391", 140, "Reçu sans réserve."),
    ),
}
# customer: what a person added by hand
ADDED = {
    "fontanel": ("identity", "Extrait Kbis du débiteur", "Infogreffe, commandé en ligne"),
    "belvedere": ("reply", "Courriel du bureau de contrôle", "Transmis par Hugo, chargé d'affaires"),
}
# customer, template, what is typed, whether it left
DOCUMENTS = (
    ("fontanel", "order_commerce", {}, True),
    ("fontanel", "chronology", {}, False),
    ("perrin", "service", {"requests": "Signifier à personne autant que possible, la vente du fonds approche."}, True),
    (
        "belvedere",
        "summons",
        {"facts": "Les études ont été remises en deux phases ; les réserves sont venues après la mise en demeure."},
        False,
    ),
    (
        "bellerive",
        "summary",
        {"requests": "Un apport du dirigeant de moitié, le solde sur dix-huit mois."},
        False,
    ),
)


def prepare(world):
    """Gather what proves the claims of the open cases, bind one file, preview another and write documents."""
    env = world.as_user("marc")
    cases = env["recovery.case"].search([("company_id", "=", world.company.id), ("is_open", "=", True)])
    known = {world.key_of(case.partner_id): case for case in cases}
    for customer, papers in PROOFS.items():
        _print_invoices(world, known[customer])
        _prove(world, known[customer], papers)
        _issue_statement(world, known[customer])
    for case in cases:
        case.action_collect_exhibits()
    for customer, paper in ADDED.items():
        _add(world, known[customer], *paper)
    known["fontanel"].action_bind()
    known["belvedere"].action_preview_bundle()
    for customer, code, typed, left in DOCUMENTS:
        _write(world, known[customer], code, typed, left)


def _print_invoices(world, case):
    """Keep the invoices of a case as they were sent."""
    moves = case.sudo().line_ids.move_id.filtered(lambda move: move.is_sale_document())
    printed = world.env["recovery.printing"]._render_pdf("account.account_invoices", moves)
    world.env["ir.attachment"].sudo().create(
        [
            {
                "name": f"{move.name.replace('/', '_')}.pdf",
                "raw": content,
                "mimetype": "application/pdf",
                "res_model": move._name,
                "res_id": move.id,
                "res_field": "invoice_pdf_report_file",
            }
            for move, content in printed.items()
        ]
    )
    moves.invalidate_recordset()


def _prove(world, case, papers):
    """Give the proofs of order and delivery their document."""
    moves = case.line_ids.move_id
    for kind, name, ago, words in papers:
        content = print_sheet(name, [case.partner_id.name, words], case.company_id.name)
        file = case.env["ir.attachment"].create({"name": f"{name}.pdf", "raw": content})
        proof = case.env["recovery.proof"].search([("move_ids", "in", moves.ids), ("name", "=", name)], limit=1)
        proof = proof or case.env["recovery.proof"].create(
            {
                "name": name,
                "kind": kind,
                "date": world.day(ago),
                "is_signed": True,
                "move_ids": [Command.set(moves.ids)],
            }
        )
        proof.attachment_ids = [Command.set(file.ids)]


def _issue_statement(world, case):
    """Issue the statement of what the case claims."""
    lines = case._get_claim_statement_lines()
    case.env["recovery.claim.statement"]._issue(case.debtor_id, lines, world.today, Options(), source=case)


def _add(world, case, kind, name, origin):
    """Add a piece by hand, with where it comes from."""
    content = print_sheet(name, [case.partner_id.name, origin])
    row = {"kind": kind, "name": name, "date": world.day(30), "origin": origin, "content": content}
    case.env["recovery.exhibit"]._add_typed(case, [{**row, "file_name": f"{name}.pdf"}], world.today)


def _write(world, case, code, typed, left):
    """Write a document of a case; let it leave if nothing is missing."""
    document = case.env["recovery.case.document"].create(
        {
            "case_id": case.id,
            "template_id": case.env.ref(f"debt_recovery.recovery_case_document_template_{code}").id,
            "date": world.today,
            **typed,
        }
    )
    if left:
        document.action_issue()
