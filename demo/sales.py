"""What the demonstration company sells, invoices and receives."""

from odoo import Command

from .customers import PRODUCTS
from .invoices import CREDIT_NOTES, DRAFTS, OPENING_ITEMS, PAYMENTS_ON_ACCOUNT, TERMS


def make_products(world):
    """Create the lamps and the work."""
    products = world.env["product.product"].create(
        [
            {"name": name, "type": kind, "list_price": price, "company_id": world.company.id}
            for name, kind, price in PRODUCTS.values()
        ]
    )
    world.products = dict(zip(PRODUCTS, products, strict=True))


def make_terms(world):
    """Find the usual payment term and create the one in three instalments."""
    world.terms = {
        "30": world.env.ref("account.account_payment_term_30days"),
        "3x30": world.env["account.payment.term"].create(
            {
                "name": "Trois fois : 30, 60 et 90 jours",
                "note": "Paiement en trois échéances : 30, 60 et 90 jours",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": share, "nb_days": days})
                    for share, days in zip((33.33, 33.33, 33.34), TERMS["3x30"], strict=True)
                ],
            }
        ),
    }


def open_books(world):
    """Take over the balances of the former program."""
    env, company = world.env, world.company
    result = company.get_unaffected_earnings_account()
    receivable = world.partners[OPENING_ITEMS[0][0]].property_account_receivable_id
    lines = [
        {
            "name": "Reprise du solde client",
            "account_id": receivable.id,
            "partner_id": world.partners[customer].id,
            "date_maturity": world.day(late),
            "debit": amount,
        }
        for customer, late, amount in OPENING_ITEMS
    ]
    lines.append(
        {"name": "Reprise des soldes", "account_id": result.id, "credit": sum(vals["debit"] for vals in lines)}
    )
    entry = env["account.move"].create(
        {
            "move_type": "entry",
            "journal_id": _get_journal(world, "general").id,
            "date": world.day(min(late for _customer, late, _amount in OPENING_ITEMS) - 5),
            "ref": "Reprise des soldes de l'ancien logiciel",
            "line_ids": [Command.create(vals) for vals in lines],
        }
    )
    entry.action_post()
    for line, (customer, late, _amount) in zip(world.receivables(entry), sorted(OPENING_ITEMS, key=_late), strict=True):
        world.moves[customer, late] = line


def _late(item):
    return -item[1]


def _get_journal(world, kind):
    return world.env["account.journal"].search([("type", "=", kind), ("company_id", "=", world.company.id)], limit=1)


def invoice(world, after, until):
    """Create and post the invoices and credit notes dated after one day and up to another, oldest first."""
    sales = [sale for sale in world.sales if after < world.day(sale.ago) <= until]
    sales.sort(key=lambda sale: -sale.ago)
    moves = _post(world, [_prepare_invoice(world, sale) for sale in sales])
    world.moves |= {(sale.customer, sale.late): move for sale, move in zip(sales, moves, strict=True)}
    notes = [note for note in CREDIT_NOTES if after < world.day(note[1]) <= until]
    _post(world, [_prepare_credit_note(world, *note) for note in notes])
    returns = [note for note in world.year.returns if after < world.day(note[1]) <= until]
    notes = _post(world, [_prepare_credit_note(world, *note) for note in returns])
    # Matched with the invoice at once, as the accountant of the regular customers does
    plan = [
        world.receivables(note) + world.receivables(world.moves[origin])
        for note, (_customer, _ago, _lines, origin) in zip(notes, returns, strict=True)
    ]
    world.env["account.move.line"]._reconcile_plan(plan)


def _post(world, vals_list):
    moves = world.env["account.move"].create(vals_list)
    moves.action_post()
    moves.is_move_sent = True
    for move in moves:  # known since its own date, not since the demonstration was made
        move.recovery_told_on = move.invoice_date
    return moves


def _prepare_invoice(world, sale):
    currency = world.env.ref(f"base.{sale.currency}") if sale.currency else world.company.currency_id
    return {
        "move_type": "out_invoice",
        "partner_id": world.partners[sale.customer].id,
        "invoice_date": world.day(sale.ago),
        "invoice_payment_term_id": world.terms[sale.term].id,
        "currency_id": currency.id,
        "invoice_line_ids": _prepare_lines(world, sale.lines),
    }


def _prepare_credit_note(world, customer, ago, lines, origin):
    return {
        "move_type": "out_refund",
        "partner_id": world.partners[customer].id,
        "invoice_date": world.day(ago),
        "ref": "Erreur de livraison" if origin else "Geste commercial",
        "reversed_entry_id": origin and world.moves[origin].id,
        "invoice_line_ids": _prepare_lines(world, lines),
    }


def _prepare_lines(world, text):
    """Return the lines that ``product*quantity product*quantity`` means."""
    pairs = (line.split("*") for line in text.split())
    return [
        Command.create({"product_id": world.products[product].id, "quantity": int(quantity)})
        for product, quantity in pairs
    ]


def draft_invoices(world):
    """Leave a few invoices to confirm."""
    world.env["account.move"].create(
        [
            {
                "move_type": "out_invoice",
                "partner_id": world.partners[customer].id,
                "invoice_date": world.today,
                "invoice_payment_term_id": world.terms["30"].id,
                "invoice_line_ids": _prepare_lines(world, lines),
            }
            for customer, lines in DRAFTS
        ]
    )


def receive(world, after, until):
    """Book the payments received after one day and up to another, matched with their invoices."""
    receipts = []
    for sale in world.sales:
        for ago, share in sale.paid:
            if after < world.day(ago) <= until:
                move = world.moves[sale.customer, sale.late]
                amount = move.amount_residual if share == 1 else move.currency_id.round(move.amount_total * share)
                receipts.append((world.day(ago), world.partners[sale.customer], amount, move))
    receipts += [
        (world.day(ago), world.partners[customer], amount, None)
        for customer, ago, amount in PAYMENTS_ON_ACCOUNT
        if after < world.day(ago) <= until
    ]
    if receipts:
        _book_receipts(world, sorted(receipts, key=lambda receipt: receipt[0]))


def _book_receipts(world, receipts):
    journal = _get_journal(world, "bank")
    payments = world.env["account.payment"].create(
        [
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": partner.id,
                "date": day,
                "amount": amount,
                "currency_id": (move or journal.company_id).currency_id.id,
                "journal_id": journal.id,
                "memo": move.name if move else "Virement sans référence",
                "invoice_ids": [Command.set(move.ids)] if move else [],
            }
            for day, partner, amount, move in receipts
        ]
    )
    payments.action_post()
    plan = [
        world.receivables(payment.move_id) + world.receivables(move).filtered(lambda line: not line.reconciled)
        for payment, (_day, _partner, _amount, move) in zip(payments, receipts, strict=True)
        if move
    ]
    world.env["account.move.line"]._reconcile_plan(plan)


def write_off(world, day, move):
    """Book an unpaid invoice as lost: the price to the charges, the VAT back from the State."""
    accounts = world.env["account.account"].search(
        [("account_type", "=", "expense"), ("company_ids", "in", world.company.ids)]
    )
    loss = (accounts.filtered(lambda account: account.code.startswith("654")) or accounts)[0]
    lines = [
        {
            "name": f"Créance irrécouvrable : {move.name}",
            "account_id": (line.account_id if line.tax_line_id or line.display_type == "payment_term" else loss).id,
            "partner_id": move.commercial_partner_id.id,
            "balance": -line.balance,
        }
        for line in move.line_ids
    ]
    entry = world.env["account.move"].create(
        {
            "move_type": "entry",
            "journal_id": _get_journal(world, "general").id,
            "date": day,
            "ref": f"Créance irrécouvrable : {move.name}",
            "line_ids": [Command.create(vals) for vals in lines],
        }
    )
    entry.action_post()
    (world.receivables(entry) + world.receivables(move)).reconcile()
