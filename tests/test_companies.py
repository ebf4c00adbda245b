import inspect
from functools import partial
from unittest.mock import patch

import psycopg2

from odoo import models
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .common import RecoveryCommon
from .english import InEnglish
from .planting import AMOUNT, CANARY, Planting

REFUSAL = "a company that is not ticked"
SENTENCES = (REFUSAL, "not have access to the selection", "opened by somebody else")
# What everybody may read, whatever the company.
SHARED = {
    "res.currency",
    "res.users",
    "recovery.dispute.reason",
    "recovery.limitation.cause",
    "recovery.limitation.kind",
    "recovery.preset",
}
ROLES = {
    "recovery_user": "debt_recovery.group_recovery_user",
    "recovery_manager": "debt_recovery.group_recovery_manager",
    "recovery_auditor": "debt_recovery.group_recovery_auditor",
    "invoicing_user": "account.group_account_invoice",
    "employee": "base.group_user",
}


class CompaniesCommon(InEnglish, RecoveryCommon):
    """Two companies with a record of each model; the users work in the first one alone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoicing_user = cls.make_user("paul", "account.group_account_invoice")
        cls.employee = cls.make_user("emile", "base.group_user")
        (cls.invoicing_user | cls.employee).lang = "en_US"
        cls.other = cls.setup_other_company(name=f"{CANARY} Holding")["company"]
        cls.foreign = cls.plant(cls.other, f"{CANARY} SA")
        cls.own = cls.plant(cls.company, "Boulangerie Ici")
        cls.windows = [
            model._name
            for model in cls.env.values()
            if model._transient and issubclass(type(model), cls.env.registry["recovery.window"])
        ]

    @classmethod
    def plant(cls, company, name):
        """Return a record of each model in a company, around a customer that is its own."""
        partner = cls.make_partner(name, company_id=company.id, street=f"9 rue {name}")
        move = cls.make_invoice(partner, amount=AMOUNT, days_overdue=40, company=company)
        debtor = cls.debtor_of(partner, company)
        known = {
            "res.partner": partner,
            "account.move": move,
            "account.move.line": cls.receivable_of(move),
            "recovery.debtor": debtor,
            "account.journal": move.journal_id,
            "account.tax": cls.env["account.tax"].search([("company_id", "=", company.id)], limit=1),
            "ir.attachment": cls.env["ir.attachment"].create(
                {"name": f"{name}.txt", "raw": name.encode(), "res_model": debtor._name, "res_id": debtor.id}
            ),
        }
        planting = Planting(cls.env, company, known, cls.today)
        for model in sorted(cls.env.values(), key=lambda model: model._name):
            if model._name.startswith("recovery.") and not (model._abstract or model._transient):
                planting.get(model._name)
        cls.env.invalidate_all()
        return planting

    def tell(self, call):
        """Return what a call answers or refuses with, as the client would read it; core's cache is cold."""
        self.env.invalidate_all()
        savepoint = self.env.cr.savepoint(flush=False)
        try:
            return None, str(call())
        except (AccessError, UserError, TypeError, ValueError, psycopg2.Error) as error:
            return error, str(error)
        finally:
            self.env.cr.clear()
            savepoint.close(rollback=True)

    def judge(self, what, call, sentences=SENTENCES, problems=None, refusal=AccessError):
        """Add to the problems what is not a refusal in our words without anything of the other company."""
        error, text = self.tell(call)
        if not isinstance(error, refusal):
            problems.append(f"{what}: not refused: {type(error).__name__} {text[:200]}")
        elif sentences and isinstance(error, AccessError) and not any(sentence in text for sentence in sentences):
            problems.append(f"{what}: not our words: {text[:200]}")
        if CANARY in text or str(AMOUNT) in text:
            problems.append(f"{what}: tells {text[:200]}")


@tagged("post_install", "-at_install")
class TestWindows(CompaniesCommon):
    """Every window × every field that names a record × every way to name one of another company."""

    def get_names(self, model, user, names=None):
        """Yield ``{field: foreign value}`` for each field that can name a record of another company.

        :param names: these fields only.
        """
        for name, field in model._fields.items():
            if name in ("create_uid", "write_uid") or (names is not None and name not in names):
                continue
            if field.type in ("many2one", "one2many", "many2many"):
                comodel = self.env[field.comodel_name]
                if comodel._transient or comodel._name in SHARED or comodel._name.startswith("mail."):
                    continue
                record = self.foreign.get(comodel._name).with_env(model.env)
                if names is not None and (not record or record.has_access("read")):
                    continue  # nothing of a company
                self.assertTrue(record, f"{model._name}.{name}: nothing is planted")
                self.assertFalse(
                    comodel.with_user(user).has_access("read") and record.has_access("read"),
                    f"{model._name}.{name}: {comodel._name} is read by everybody",
                )
                if field.type == "many2one":
                    yield {name: record.id}
                else:
                    shapes = ([Command.set(record.ids)], [Command.link(record.id)], record.ids)
                    yield from ({name: value} for value in shapes)
            elif field.type == "many2one_reference":
                yield {field.model_field: "account.move", name: self.foreign.get("account.move").id}
        for model_field, ids_field in getattr(model, "_named_pairs", ()):
            yield {model_field: "recovery.notice", ids_field: self.foreign.get("recovery.notice").ids}

    def get_ways(self, model, vals, window):
        """Yield ``(way, call)`` for each way to hand values to a window."""
        changed = list(vals)
        spec = {
            name: {"fields": {"display_name": {}}} if field.type == "many2one" else {}
            for name, field in model._fields.items()
        }
        by_context = model.with_context(**{f"default_{name}": value for name, value in vals.items()})
        yield "create", lambda: model.create(vals).read()
        yield "context of create", lambda: by_context.create({}).read()
        yield "default_get", lambda: by_context.default_get(changed)
        yield "context of onchange", lambda: by_context.onchange({}, [], spec)
        yield "onchange", lambda: model.onchange(dict(vals), changed, spec)
        yield "write", lambda: window.write(vals)
        yield "onchange of a saved one", lambda: window.onchange(dict(vals), changed, spec)
        if not all(map(model._is_only_shown, vals)):
            yield "values of onchange", lambda: model.onchange(dict(vals), [], spec)

    def make_window(self, model, user, **vals):
        """Return a window of a user on records of his own company."""
        return self.own.plant(model, create_uid=user.id, write_uid=user.id, **vals).with_env(model.env)

    def find_problems(self, names, user, sentences=SENTENCES):
        problems, tries = [], 0
        for name in names:
            model = self.env[name].with_user(user)
            window = self.make_window(model, user)
            handed = [(model, vals, vals) for vals in self.get_names(model, user)]
            for field in model._fields.values():
                if field.type == "one2many" and self.env[field.comodel_name]._transient:
                    lines = self.env[field.comodel_name].with_user(user)
                    line = self.make_window(lines, user, **{field.inverse_name: window.id})
                    for vals in self.get_names(lines, user):
                        handed.append((model, vals, {field.name: [Command.create(vals)]}))
                        handed.append((model, vals, {field.name: [Command.update(line.id, vals)]}))
            for model, inner, vals in handed:
                for way, call in self.get_ways(model, vals, window):
                    tries += 1
                    self.judge(f"{name} {list(inner)} by {way}", call, sentences, problems)
        return problems, tries

    def test_a_window_refuses_what_its_user_may_not_read(self):
        for role in ("recovery_user", "recovery_manager"):
            user = getattr(self, role)
            names = [name for name in self.windows if self.env[name].with_user(user).has_access("create")]
            problems, tries = self.find_problems(names, user)
            self.assertFalse(problems, "\n".join(problems))
            self.assertGreater(tries, 500)

    def test_who_has_no_window_learns_nothing_either(self):
        for role in ("recovery_auditor", "invoicing_user", "employee"):
            user = getattr(self, role)
            opened = [name for name in self.windows if self.env[name].with_user(user).has_access("create")]
            problems, _tries = self.find_problems(opened, user)
            for name in set(self.windows) - set(opened):
                model = self.env[name].with_user(user)
                window = self.make_window(model, self.recovery_user)
                for vals in list(self.get_names(model, user))[:1]:
                    for way, call in self.get_ways(model, vals, window):
                        if way != "default_get":  # it answers with what it was given
                            self.judge(f"{name} {list(vals)} by {way}", call, (), problems)
            self.assertFalse(problems, "\n".join(problems))

    def test_a_window_without_the_check_is_found(self):
        window = self.env.registry["recovery.promise.wizard"]
        with patch.object(window, "_refuse_unreadable", lambda *args: None):
            problems, _tries = self.find_problems(["recovery.promise.wizard"], self.recovery_user)
        for way in ("create", "context of create", "default_get", "onchange", "context of onchange", "write"):
            self.assertTrue([p for p in problems if "['debtor_id']" in p and f"by {way}:" in p], way)
        self.assertTrue([problem for problem in problems if "tells" in problem])

    def test_a_model_that_is_kept_has_the_check_too(self):
        """What people type there names what they may read; the rest is kept by the module, whoever types it."""
        tries = 0
        for name in sorted(name for name in self.env if name.startswith("recovery.")):
            model = self.env[name].with_user(self.recovery_manager)
            if model._abstract or model._transient or not model.has_access("create"):
                continue
            problems, typed = [], model._get_typed_fields(creating=True)
            for vals in self.get_names(model, self.recovery_manager, typed):
                for way, call in self.get_ways(model, vals, self.own.get(name).with_env(model.env)):
                    tries += 1
                    sentences = (*SENTENCES, "in which you do not work", "Not entered manually")
                    self.judge(f"{name} {list(vals)} by {way}", call, sentences, problems, refusal=UserError)
            self.assertFalse(problems, "\n".join(problems))
        self.assertGreater(tries, 200)

    def test_a_form_without_anything_chosen_yet_opens(self):
        """A record that is being made has no debtor nor company: it shows nothing, and no raw error."""
        for name in sorted(name for name in self.env if name.startswith("recovery.") and not self.env[name]._abstract):
            model = self.env[name].with_user(self.recovery_manager)
            spec = {field: {} for field in model._fields if model._has_field_access(model._fields[field], "read")}
            error, text = self.tell(partial(model.onchange, {}, [], spec))
            self.assertTrue(error is None or isinstance(error, UserError), f"{name}: {text}")

    def test_every_transient_model_of_ours_is_a_window(self):
        ours = {model._name for model in self.env.values() if model._transient and model._name.startswith("recovery.")}
        self.assertEqual(ours, set(self.windows))

    def test_own_records_are_named_as_before(self):
        for name in self.windows:
            model = self.env[name].with_user(self.recovery_manager)
            for field in model._fields.values():
                if field.type in ("many2one", "many2many") and not self.env[field.comodel_name]._transient:
                    record = self.own.get(field.comodel_name)
                    self.env.invalidate_all()
                    value = record.id if field.type == "many2one" else [Command.set(record.ids)]
                    model._check_named({field.name: value})

    def test_both_companies_ticked_may_be_mixed(self):
        user = self.make_user("double", ROLES["recovery_user"])
        user.company_ids = self.company | self.other
        debtor = self.foreign.get("recovery.debtor")
        both = self.env["recovery.hold.wizard"].with_user(user).with_context(allowed_company_ids=user.company_ids.ids)
        debtors = debtor | self.own.get("recovery.debtor")
        window = both.create({"debtor_ids": [Command.set(debtors.ids)], "reason": "Salon"})
        self.assertEqual(window.debtor_ids, debtors)
        self.env.invalidate_all()
        one = both.with_context(allowed_company_ids=self.company.ids)
        with self.assertRaisesRegex(AccessError, REFUSAL):
            one.create({"debtor_ids": [Command.set(debtor.ids)], "reason": "Salon"})

    def test_a_branch_and_its_root_are_named_by_who_ticked_them(self):
        branch = self.env["res.company"].create({"name": f"{CANARY} Agence", "parent_id": self.company.id})
        user = self.make_user("agence", ROLES["recovery_user"])
        user.company_ids = self.company | branch
        root_move = self.own.get("account.move")
        self.env.user.company_ids |= branch
        self.cr.precommit.run()  # the branch takes its chart of accounts
        branch_move = self.make_invoice(company=branch, amount=AMOUNT)
        Window = self.env["recovery.hold.wizard"].with_user(user)
        for ticked, move in ((branch, root_move), (self.company, branch_move)):
            self.env.invalidate_all()
            window = Window.with_context(allowed_company_ids=ticked.ids, default_move_id=move.id)
            words = REFUSAL if ticked == self.company else f"Recovery is followed in {self.company.name}: tick this"
            for call in (lambda w=window: w.create({"reason": "x"}), lambda w=window: w.default_get(["move_id"])):
                with self.assertRaisesRegex(AccessError, words):
                    call()

    def test_the_refusal_speaks_the_language_of_the_user(self):
        user = self.recovery_user
        user.lang = "fr_FR"
        with self.assertRaises(AccessError) as caught:
            self.env["recovery.call.wizard"].with_user(user).with_context(lang=False).create(
                {"debtor_id": self.foreign.get("recovery.debtor").id}
            )
        self.assertNotIn(CANARY, str(caught.exception))
        self.assertEqual(self.env["recovery.named"].with_user(user).with_context(lang=False)._speak().lang, "fr_FR")

    def test_what_is_gone_or_no_record_is_said_clearly(self):
        Window = self.env["recovery.promise.wizard"].with_user(self.recovery_user)
        debtor = self.env["recovery.debtor"]
        gone = debtor.search([], order="id desc", limit=1).id + 1000
        cases = ((gone, MissingError), *((value, UserError) for value in ("Dupont", True, -1, 2**40)))
        for value, error in cases:
            for call in (
                lambda v=value: Window.create({"debtor_id": v}),
                lambda v=value: Window.with_context(default_debtor_id=v).default_get(["debtor_id"]),
                lambda v=value: Window.onchange({"debtor_id": v}, ["debtor_id"], {"amount": {}}),
            ):
                with self.subTest(value=value), self.assertRaisesRegex(error, "The selection"):
                    call()
        for value in ("x", {"a": 1}, [[6, 0, "x"]], [["x"]]):
            with self.subTest(value=value), self.assertRaisesRegex(UserError, "The selection"):
                Window.create({"debtor_id": self.own.get("recovery.debtor").id, "line_ids": value})

    def test_one_query_per_model_whatever_the_number(self):
        debtors = self.own.get("recovery.debtor")
        for number in range(12):
            debtors |= self.debtor_of(self.make_partner(f"Client {number}"))
        Window = self.env["recovery.hold.wizard"].with_user(self.recovery_user)

        def count(records):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            Window._check_named({"debtor_ids": [Command.set(records.ids)]})
            return self.env.cr.sql_log_count - before

        count(debtors)
        self.assertEqual(count(debtors), count(debtors[:2]))

    def test_defaults_kept_for_oneself_are_checked_too(self):
        user = self.recovery_user
        foreign = self.foreign.get("recovery.debtor")
        Default = self.env["ir.default"].with_user(user)
        Default.set("recovery.call.wizard", "debtor_id", foreign.id, user_id=user.id)
        Window = self.env["recovery.call.wizard"].with_user(user)
        for call in (lambda: Window.create({}), lambda: Window.default_get(["debtor_id"])):
            with self.assertRaisesRegex(AccessError, REFUSAL):
                call()

    def test_the_selection_of_a_list_is_checked(self):
        Window = self.env["recovery.late.fee.wizard"].with_user(self.recovery_user)
        for name in ("recovery.debtor", "account.move"):
            window = Window.with_context(active_model=name, active_ids=self.foreign.get(name).ids)
            problems = []
            for call in (
                lambda w=window: w.default_get(["debtor_ids", "move_ids"]),
                lambda w=window: w.create({}),
                lambda w=window: w.onchange({}, [], {"debtor_ids": {}, "total_text": {}, "left_out_text": {}}),
            ):
                self.judge(name, call, problems=problems)
            self.assertFalse(problems)
            own = Window.with_context(active_model=name, active_ids=self.own.get(name).ids)
            self.assertEqual(own.create({"day": self.today}).debtor_ids, self.own.get("recovery.debtor"))

    def test_a_window_is_of_who_opened_it(self):
        problems = []
        for name in self.windows:
            model = self.env[name].with_user(self.recovery_user)
            window = self.make_window(model, self.recovery_manager)
            buttons = {method for method in dir(type(model)) if method.startswith("action_")} - set(dir(models.Model))
            calls = {
                "read": window.read,
                "write": lambda w=window: w.write({}),
                "web_read": lambda w=window: w.web_read({"id": {}, "display_name": {}}),
                **{method: getattr(window, method) for method in buttons},
            }
            for what, call in calls.items():
                self.judge(f"{name} {what}", call, (), problems)
            if model.has_access("read"):
                self.assertFalse(model.search([("id", "=", window.id)]))
        self.assertFalse(problems, "\n".join(problems))

    def test_a_customer_given_to_another_company_stops_no_window(self):
        debtor = self.own.get("recovery.debtor")
        debtor.partner_id.sudo().company_id = self.other
        debtor.partner_id.child_ids = [Command.create({"name": "Jeanne Martin", "type": "contact"})]
        user = self.recovery_user
        for window in ("promise", "call", "contact", "send", "settlement", "payment.plan", "limit"):
            name = f"recovery.{window}.wizard"
            self.env.invalidate_all()
            model = self.env[name].with_user(user)
            with self.subTest(window=name):
                values = model.with_context(default_debtor_id=debtor.id).onchange(
                    {}, [], {field: {} for field in model._fields}
                )["value"]
                self.assertEqual(values["debtor_id"], debtor.id)
                named = {key: values[key] for key in ("debtor_id", "given_by_id", "addressee_id") if values.get(key)}
                model.create(named)


@tagged("post_install", "-at_install")
class TestButtons(CompaniesCommon):
    """Every button of ours × a record of another company; every report."""

    ARGUMENTS = {"bucket": "overdue", "priority": "risk", "values": {"channel": "letter"}}

    def get_buttons(self):
        """Yield ``(model name, method name)`` of each public action of ours on records."""
        for model in self.env.values():
            if model._abstract or model._transient:
                continue
            for name in dir(type(model)):
                if not name.startswith("action_"):
                    continue
                method = getattr(type(model), name)
                is_ours = any(
                    name in vars(cls) and cls.__module__.startswith("odoo.addons.debt_recovery")
                    for cls in type(model).__mro__
                )
                if is_ours and not getattr(method, "_api_model", False):
                    yield model._name, name

    def find_problems(self, user):
        problems, tries = [], 0
        for model_name, name in self.get_buttons():
            record = self.foreign.get(model_name)
            if not record or model_name in SHARED or "company_id" not in record._fields:
                continue
            record = record.with_env(self.env).with_user(user)
            parameters = list(inspect.signature(getattr(record, name)).parameters.values())
            arguments = [self.ARGUMENTS[p.name] for p in parameters if p.default is p.empty]
            tries += 1
            call = partial(getattr(record, name), *arguments)
            self.judge(f"{model_name}.{name} by {user.name}", call, (), problems)
        return problems, tries

    def test_a_button_refuses_the_record_of_another_company(self):
        for role in ROLES:
            problems, tries = self.find_problems(getattr(self, role))
            self.assertFalse(problems, "\n".join(problems))
            self.assertGreater(tries, 80)

    def test_a_button_that_acts_first_is_found(self):
        def action_promise(self):
            return {"name": self.sudo().display_name}

        with patch.object(self.env.registry["recovery.debtor"], "action_promise", action_promise):
            problems, _tries = self.find_problems(self.recovery_user)
        self.assertIn("recovery.debtor.action_promise", problems[0])
        self.assertIn("tells", problems[1])

    def test_the_refusal_of_our_records_names_none(self):
        self.recovery_user.group_ids += self.env.ref("base.group_no_one")
        for name, record in self.foreign.records.items():
            if name.startswith("recovery.") and "company_id" in record._fields and record.company_id == self.other:
                record = record.with_env(self.env).with_user(self.recovery_user)
                if not record.browse().has_access("read"):
                    continue
                problems = []
                self.judge(name, lambda r=record: r.read(), (REFUSAL,), problems)
                self.judge(name, lambda r=record: r.check_access("read"), (REFUSAL,), problems)
                self.assertFalse(problems)

    def test_reports_are_rendered_for_who_may_read(self):
        reports = self.env["ir.actions.report"].search([("report_name", "like", "debt_recovery.%")])
        self.assertGreater(len(reports), 5)
        problems = []
        for report in reports:
            model = self.env[report.model]
            record = (
                self.foreign.plant(model, create_uid=self.env.uid)
                if model._transient
                else self.foreign.get(report.model)
            )
            for role in ROLES:
                Report = self.env["ir.actions.report"].with_user(getattr(self, role))
                self.judge(
                    f"{report.report_name} by {role}",
                    lambda R=Report, r=report, d=record: R._render_qweb_html(r.report_name, d.ids),
                    (),
                    problems,
                )
        self.assertFalse(problems, "\n".join(problems))


@tagged("post_install", "-at_install")
class TestDoors(CompaniesCommon, HttpCase):
    """Every address of ours, and the files of another company."""

    def test_addresses_give_nothing_of_another_company(self):
        window = self.foreign.plant(self.env["recovery.account.statement"], create_uid=self.recovery_user.id)
        foreign = {
            name: self.foreign.get(name).id
            for name in ("recovery.campaign", "recovery.claim.statement", "ir.attachment")
        }
        self.env.cr.flush()
        own = self.own.get("ir.attachment")
        self.authenticate(self.recovery_user.login, self.recovery_user.login)
        self.assertEqual(self.url_open(f"/web/content/{own.id}").status_code, 200)
        for user in (self.recovery_user, self.recovery_manager, self.recovery_auditor, self.invoicing_user):
            self.authenticate(user.login, user.login)
            for address in (
                f"/debt_recovery/letters/{foreign['recovery.campaign']}",
                f"/debt_recovery/xlsx/recovery.claim.statement/{foreign['recovery.claim.statement']}",
                f"/debt_recovery/xlsx/recovery.account.statement/{window.id}",
                f"/report/html/debt_recovery.report_recovery_account_statement/{window.id}",
                f"/web/content/{foreign['ir.attachment']}",
                f"/web/content/recovery.claim.statement/{foreign['recovery.claim.statement']}/document",
            ):
                with self.subTest(address=address, user=user.name):
                    answer = self.url_open(address)
                    self.assertGreaterEqual(answer.status_code, 400)
                    self.assertNotIn(CANARY, answer.text)
                    self.assertNotIn(str(AMOUNT), answer.text)
