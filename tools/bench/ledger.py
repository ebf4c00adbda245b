"""A large ledger in seconds: one invoice of each sort is posted through the ORM, then copied by SQL.

What a copy does not say otherwise is what core wrote on the original, so the rows are
those that core would have written: entries of three lines with their tax, payments with
their reconciliation, credit notes, dollars.
"""

import sys
from datetime import date, timedelta

import psycopg2

from odoo.orm.commands import Command

# Workers have the machine's clock: the ledger that they work on is of today.
TODAY = date.today() if "--million" in sys.argv else date(2026, 11, 21)
DOLLAR_RATE = 1.25
INVOICES_PER_DEBTOR = 10
MANY = 200_000  # invoices from which on indexes are made once everything is there


class Ledger:
    """The company of one measure, its customers and what they owe."""

    def __init__(self, env, seed):
        self.env = env
        self.cr = env.cr
        self.seed = seed
        self.company = None

    def build(self, invoices):
        """Make a company with that many open customer invoices, and return it."""
        company = self.company = self._make_company(f"Bench {invoices}")
        indexes = []
        self.env = self.env(context={"allowed_company_ids": company.ids, "tracking_disable": True})
        originals = self._make_originals()
        self.env.flush_all()
        self.cr.execute("SELECT setseed(%s)", [(self.seed % 1000) / 1000])
        if invoices >= MANY:
            indexes = self._lay_aside()
        self._copy_partners(max(invoices // INVOICES_PER_DEBTOR, 1), originals["invoice"].partner_id)
        self._plan(invoices)
        for kind in ("invoice", "dollar", "refund"):
            self._copy_moves(kind, originals[kind])
        self._copy_payments(originals["payment"], originals["paid"])
        self._put_back(indexes)
        self._remove(originals)
        self.env.invalidate_all()
        return company

    def analyze(self):
        """Let PostgreSQL look at what was imported, and at what was installed, as its autovacuum does a minute later.

        In a transaction after that of the import: within one, PostgreSQL would count what was written as not looked at.
        """
        self.cr.execute("ANALYZE")

    # -- very many rows -----------------------------------------------------------------

    def _lay_aside(self):
        """Take away what is dearer row by row than at the end: indexes, and the checks of links to what is there.

        :return: the statements that make the indexes again.
        """
        self.cr.execute("SAVEPOINT checks")
        try:
            self.cr.execute("SET LOCAL session_replication_role = replica")
        except psycopg2.errors.InsufficientPrivilege:  # slower, and the same
            self.cr.execute("ROLLBACK TO SAVEPOINT checks")
        self.cr.execute("SET LOCAL maintenance_work_mem = '512MB'")
        self.cr.execute(
            """
            SELECT class.relname, pg_get_indexdef(class.oid)
              FROM pg_index index
              JOIN pg_class class ON class.oid = index.indexrelid
             WHERE index.indrelid = ANY(%s::regclass[]) AND NOT index.indisunique
            """,
            [["account_move", "account_move_line"]],
        )
        indexes = self.cr.fetchall()
        for name, _statement in indexes:
            self.cr.execute(f'DROP INDEX "{name}"')
        return [statement for _name, statement in indexes]

    def _put_back(self, indexes):
        for statement in indexes:
            self.cr.execute(statement)
        self.cr.execute("SET LOCAL session_replication_role = DEFAULT")
        if indexes:
            self.analyze()

    # -- originals ----------------------------------------------------------------------

    def _make_company(self, name):
        env = self.env
        company = (
            env["res.company"]
            .with_context(install_mode=True)
            .create(
                {
                    "name": name,
                    "country_id": env.ref("base.fr").id,
                    "street": "1 rue du Banc",
                    "recovery_entry_days": 0,  # what is copied was posted on the day of its date
                    "zip": "75002",
                    "city": "Paris",
                    "email": "compta@example.com",
                    "phone": "+33 1 23 45 67 89",
                    "company_registry": "732829320",
                    "recovery_legal_form": "SAS",
                    "recovery_rcs_city": "Paris",
                    "recovery_signatory_name": "Claire Martin",
                }
            )
        )
        env.user.company_ids |= company
        env["account.chart.template"].try_loading("fr", company, install_demo=False)
        env["res.partner.bank"].create(
            {"partner_id": company.partner_id.id, "acc_number": "FR7630006000011234567890189"}
        )
        dollar = env.ref("base.USD")
        dollar.active = True
        rates = env["res.currency.rate"].with_company(company)
        rates.create({"currency_id": dollar.id, "name": "2020-01-01", "rate": DOLLAR_RATE, "company_id": company.id})
        return company.with_env(env)

    def _make_originals(self):
        env, company = self.env, self.company
        partner = env["res.partner"].create(
            {
                "name": "Original",
                "is_company": True,
                "email": "original@example.com",
                "street": "1 place du Marché",
                "zip": "69001",
                "city": "Lyon",
                "country_id": env.ref("base.fr").id,
                "lang": "fr_FR",
                "property_account_receivable_id": False,
            }
        )
        moves = {
            "invoice": self._make_move(partner, company.currency_id),
            "dollar": self._make_move(partner, env.ref("base.USD")),
            "refund": self._make_move(partner, company.currency_id, "out_refund"),
            "paid": self._make_move(partner, company.currency_id),
        }
        env["account.move"].union(*moves.values()).action_post()
        journal = env["account.journal"].search([("type", "=", "bank"), ("company_id", "=", company.id)], limit=1)
        method = journal.inbound_payment_method_line_ids[:1]
        if not method.payment_account_id:
            method.payment_account_id = env["account.account"].create(
                {
                    "name": "Paiements à recevoir",
                    "code": "511999",
                    "account_type": "asset_current",
                    "reconcile": True,
                    "company_ids": [Command.set(company.ids)],
                }
            )
        register = env["account.payment.register"].with_context(
            active_model="account.move", active_ids=moves["paid"].ids
        )
        wizard = register.create(
            {"payment_date": TODAY, "journal_id": journal.id, "payment_method_line_id": method.id, "amount": 100}
        )
        moves["payment"] = wizard._create_payments()
        return moves

    def _make_move(self, partner, currency, move_type="out_invoice"):
        tax = self.env["account.tax"].search(
            [("company_id", "=", self.company.id), ("type_tax_use", "=", "sale"), ("amount", "=", 20)], limit=1
        )
        return self.env["account.move"].create(
            {
                "move_type": move_type,
                "company_id": self.company.id,
                "partner_id": partner.id,
                "invoice_date": TODAY - timedelta(days=60),
                "invoice_date_due": TODAY - timedelta(days=30),
                "invoice_payment_term_id": False,
                "currency_id": currency.id,
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Prestation", "quantity": 1, "price_unit": 1000, "tax_ids": [Command.set(tax.ids)]}
                    )
                ],
            }
        )

    def _remove(self, originals):
        """Leave only copies: the originals are cancelled as a user would."""
        originals["payment"].action_draft()
        originals["payment"].unlink()
        moves = originals["invoice"] | originals["dollar"] | originals["refund"] | originals["paid"]
        moves.button_draft()
        moves.button_cancel()
        self.env.flush_all()

    # -- copies -------------------------------------------------------------------------

    def _copy(self, table, original_id, values, source, where="TRUE"):
        """Insert a copy of a row per row of ``source``, with some columns said by SQL expressions."""
        self.cr.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s",
            [table],
        )
        columns = [name for (name,) in self.cr.fetchall() if name != "id" or name in values]
        expressions = [values.get(name, f'original."{name}"') for name in columns]
        names = ", ".join(f'"{name}"' for name in columns)
        self.cr.execute(
            f"INSERT INTO {table} ({names}) SELECT {', '.join(expressions)}"
            f" FROM {table} original CROSS JOIN {source} plan WHERE original.id = %s AND {where}",
            [original_id],
        )

    def _copy_partners(self, count, original):
        self.cr.execute("DROP TABLE IF EXISTS bench_partner")
        self.cr.execute(
            "CREATE TEMP TABLE bench_partner AS SELECT nextval('res_partner_id_seq')::int AS id, n"
            f" FROM generate_series(0, {count - 1}) n"
        )
        name = "'Client ' || lpad(plan.n::text, 6, '0')"
        self._copy(
            "res_partner",
            original.id,
            {
                "id": "plan.id",
                "name": name,
                "complete_name": name,
                "commercial_company_name": name,
                "commercial_partner_id": "plan.id",
                "email": "'client' || plan.n || '@example.com'",
                "email_normalized": "'client' || plan.n || '@example.com'",
            },
            "bench_partner",
        )

    def _plan(self, invoices):
        """Draw the entries: 57 % overdue, 10 % in dollars, 6 % paid in part, 3 % of credit notes beside."""
        self.cr.execute("DROP TABLE IF EXISTS bench_plan")
        self.cr.execute(
            f"""
            CREATE TEMP TABLE bench_plan AS
            SELECT nextval('account_move_id_seq')::int AS id, drawn.n, partner.id AS partner_id, kind,
                   CASE WHEN kind = 'refund' THEN DATE '{TODAY}' - (random() * 30)::int
                        WHEN r_due < 0.57 THEN DATE '{TODAY}' - 1 - (random() * 239)::int
                        ELSE DATE '{TODAY}' + (random() * 60)::int END AS due,
                   round(((CASE WHEN kind = 'refund' THEN 20 ELSE 60 END)
                          + random() * (CASE WHEN kind = 'refund' THEN 200 ELSE 4900 END))::numeric, 2) AS total,
                   kind = 'invoice' AND random() < 0.07 AS is_paid,
                   round((0.1 + random() * 0.8)::numeric, 2) AS paid_share
              FROM (SELECT n, random() AS r_due,
                           CASE WHEN n >= {invoices} THEN 'refund' WHEN random() < 0.1 THEN 'dollar'
                                ELSE 'invoice' END AS kind
                      FROM generate_series(0, {invoices + invoices * 3 // 100 - 1}) n) drawn
              JOIN bench_partner partner ON partner.n = (drawn.n::bigint * 7919) % (SELECT count(*) FROM bench_partner)
            """
        )
        self.cr.execute(
            f"""
            ALTER TABLE bench_plan ADD COLUMN day date, ADD COLUMN rate numeric, ADD COLUMN untaxed numeric,
                  ADD COLUMN tax numeric, ADD COLUMN paid numeric, ADD COLUMN sign int, ADD COLUMN name varchar;
            UPDATE bench_plan SET
                   day = LEAST(CASE WHEN kind = 'refund' THEN due ELSE due - 45 END, DATE '{TODAY}'),
                   rate = CASE WHEN kind = 'dollar' THEN {DOLLAR_RATE} ELSE 1 END,
                   untaxed = round(total / 1.2, 2), tax = total - round(total / 1.2, 2),
                   paid = CASE WHEN is_paid THEN round(total * paid_share, 2) ELSE 0 END,
                   sign = CASE WHEN kind = 'refund' THEN -1 ELSE 1 END;
            UPDATE bench_plan SET name = (CASE WHEN kind = 'refund' THEN 'RFAC' ELSE 'FAC' END)
                   || '/' || extract(year FROM day) || '/' || lpad(n::text, 7, '0');
            ANALYZE bench_plan;
            """
        )

    def _copy_moves(self, kind, original):
        left = "plan.total - plan.paid"
        self._copy(
            "account_move",
            original.id,
            {
                "id": "plan.id",
                "name": "plan.name",
                "payment_reference": "plan.name",
                "sequence_prefix": "regexp_replace(plan.name, '[0-9]+$', '')",
                "sequence_number": "plan.n",
                "partner_id": "plan.partner_id",
                "commercial_partner_id": "plan.partner_id",
                "partner_shipping_id": "plan.partner_id",
                "invoice_partner_display_name": "'Client'",
                "date": "plan.day",
                "invoice_date": "plan.day",
                "delivery_date": "NULL",
                "invoice_date_due": "plan.due",
                "access_token": "NULL",
                "made_sequence_gap": "FALSE",
                "payment_state": "CASE WHEN plan.is_paid THEN 'partial' ELSE 'not_paid' END",
                "amount_untaxed": "plan.untaxed",
                "amount_tax": "plan.tax",
                "amount_total": "plan.total",
                "amount_residual": left,
                "amount_untaxed_signed": "round(plan.sign * plan.untaxed / plan.rate, 2)",
                "amount_untaxed_in_currency_signed": "plan.sign * plan.untaxed",
                "amount_tax_signed": "round(plan.sign * plan.tax / plan.rate, 2)",
                "amount_total_signed": "round(plan.sign * plan.total / plan.rate, 2)",
                "amount_total_in_currency_signed": "plan.sign * plan.total",
                "amount_residual_signed": f"round(plan.sign * ({left}) / plan.rate, 2)",
            },
            "bench_plan",
            f"plan.kind = '{kind}'",
        )
        for line in original.line_ids:
            self._copy_line(kind, line)

    def _copy_line(self, kind, line):
        amount = {"product": "-plan.untaxed", "tax": "-plan.tax"}.get(line.display_type, "plan.total")
        amount = f"plan.sign * ({amount})"
        balance = f"round({amount} / plan.rate, 2)"
        if line.display_type == "payment_term":
            balance = "round(plan.sign * plan.untaxed / plan.rate, 2) + round(plan.sign * plan.tax / plan.rate, 2)"
        values = {
            "move_id": "plan.id",
            "move_name": "plan.name",
            "partner_id": "plan.partner_id",
            "date": "plan.day",
            "invoice_date": "plan.day",
            "balance": balance,
            "debit": f"GREATEST({balance}, 0)",
            "credit": f"GREATEST(-({balance}), 0)",
            "amount_currency": amount,
        }
        if line.display_type == "payment_term":
            values |= {
                "name": "plan.name",
                "date_maturity": "plan.due",
                "amount_residual": f"{balance} - plan.paid",
                "amount_residual_currency": f"{amount} - plan.paid",
                "matching_number": "NULL",
            }
        elif line.display_type == "product":
            values |= {
                "price_unit": "plan.untaxed",
                "price_subtotal": "plan.untaxed",
                "price_total": "plan.total",
            }
        else:
            values["tax_base_amount"] = "round(plan.untaxed / plan.rate, 2)"
        self._copy("account_move_line", line.id, values, "bench_plan", f"plan.kind = '{kind}'")
        # of a larger ledger than the one before: its plans would never end
        self.cr.execute("ANALYZE account_move_line (move_id, display_type)")
        links = [("account_move_line_account_tax_rel", "account_move_line_id", "account_tax_id", line.tax_ids)]
        links.append(
            (
                "account_account_tag_account_move_line_rel",
                "account_move_line_id",
                "account_account_tag_id",
                line.tax_tag_ids,
            )
        )
        for table, column, other, records in links:
            for record in records:
                self.cr.execute(
                    f"INSERT INTO {table} ({column}, {other}) SELECT copy.id, %s FROM bench_plan plan"
                    " JOIN account_move_line copy ON copy.move_id = plan.id AND copy.display_type = %s"
                    " WHERE plan.kind = %s",
                    [record.id, line.display_type, kind],
                )

    def _copy_payments(self, payment, invoice):
        self.cr.execute("DROP TABLE IF EXISTS bench_payment")
        self.cr.execute(
            """
            CREATE TEMP TABLE bench_payment AS
            SELECT nextval('account_payment_id_seq')::int AS id, nextval('account_move_id_seq')::int AS move_id,
                   nextval('account_move_line_id_seq')::int AS credit_id,
                   nextval('account_partial_reconcile_id_seq')::int AS partial_id,
                   line.id AS debit_id, plan.id AS invoice_id, plan.n, plan.partner_id, plan.name, plan.paid,
                   LEAST(plan.day + 30, %s) AS day
              FROM bench_plan plan
              LEFT JOIN account_move_line line ON line.move_id = plan.id AND line.display_type = 'payment_term'
             WHERE plan.is_paid
            """,
            [TODAY],
        )
        self.cr.execute("ANALYZE bench_payment")
        move = payment.move_id
        self._copy(
            "account_payment",
            payment.id,
            {
                "id": "plan.id",
                "move_id": "NULL",
                "name": "'PBNQ/' || plan.n",
                "partner_id": "plan.partner_id",
                "amount": "plan.paid",
                "amount_company_currency_signed": "plan.paid",
                "memo": "plan.name",
                "date": "plan.day",
            },
            "bench_payment",
        )
        self._copy(
            "account_move",
            move.id,
            {
                "id": "plan.move_id",
                "origin_payment_id": "plan.id",
                "name": "'PBNQ/' || extract(year FROM plan.day) || '/' || lpad(plan.n::text, 7, '0')",
                "sequence_prefix": "'PBNQ/' || extract(year FROM plan.day) || '/'",
                "sequence_number": "plan.n",
                "made_sequence_gap": "FALSE",
                "partner_id": "plan.partner_id",
                "commercial_partner_id": "plan.partner_id",
                "date": "plan.day",
                "ref": "plan.name",
                "amount_total": "plan.paid",
                "amount_total_signed": "plan.paid",
                "amount_total_in_currency_signed": "plan.paid",
                "access_token": "NULL",
            },
            "bench_payment",
        )
        self.cr.execute(
            "UPDATE account_payment SET move_id = plan.move_id FROM bench_payment plan"
            " WHERE plan.id = account_payment.id"
        )
        for line in move.line_ids:
            sign = "-" if line.account_id.account_type == "asset_receivable" else ""
            values = {
                "move_id": "plan.move_id",
                "payment_id": "plan.id",
                "partner_id": "plan.partner_id",
                "date": "plan.day",
                "move_name": "'PBNQ/' || extract(year FROM plan.day) || '/' || lpad(plan.n::text, 7, '0')",
                "balance": f"{sign}plan.paid",
                "amount_currency": f"{sign}plan.paid",
                "debit": "0" if sign else "plan.paid",
                "credit": "plan.paid" if sign else "0",
            }
            if sign:
                values |= {
                    "id": "plan.credit_id",
                    "amount_residual": "0",
                    "amount_residual_currency": "0",
                    "reconciled": "TRUE",
                    "matching_number": "'P' || plan.partial_id",
                }
            else:
                values |= {"amount_residual": "plan.paid", "amount_residual_currency": "plan.paid"}
            self._copy("account_move_line", line.id, values, "bench_payment")
        self._copy(
            "account_partial_reconcile",
            invoice.line_ids.matched_credit_ids.id,
            {
                "id": "plan.partial_id",
                "debit_move_id": "plan.debit_id",
                "credit_move_id": "plan.credit_id",
                "amount": "plan.paid",
                "debit_amount_currency": "plan.paid",
                "credit_amount_currency": "plan.paid",
                "max_date": "plan.day",
            },
            "bench_payment",
        )
        self.cr.execute(
            "UPDATE account_move_line SET matching_number = 'P' || plan.partial_id"
            " FROM bench_payment plan WHERE plan.debit_id = account_move_line.id"
        )
