from collections import defaultdict
from functools import partial
from typing import NamedTuple

from odoo import Command, api, models
from odoo.exceptions import UserError
from odoo.tools import format_date, is_html_empty, plaintext2html
from odoo.tools.translate import LazyTranslate

from ...common.marks import get_marked, mark
from ...common.roles import USER, require_manager
from .takeover import guess_kind, keep_last, keep_used

_lt = LazyTranslate(__name__)

# One add-on that wrote reminders before: a root company and a day give a :class:`takeover.Former`.
takes_over_from = partial(mark, "takeover")


class Choice(NamedTuple):
    """What becomes of a step of there: a level that exists, or the values of a new one."""

    level: models.BaseModel
    vals: dict


class RecoveryTakeover(models.AbstractModel):
    """The take-over of what another follow-up add-on knew: scenarios, levels reached, who is not reminded, plans.

    Bridges read their add-on, with a method that :data:`takes_over_from` marks and a label. It
    is done once per company and add-on, sends nothing and changes nothing there.
    """

    _name = "recovery.takeover"
    _description = "Migration from another follow-up add-on"
    _journal_words = {
        "scenarios": _lt("Scenarios"),
        "instalments": _lt("Instalments"),
        "customers": _lt("Customers"),
    }

    @api.model
    def _get_labels(self):
        """Return what each add-on is called, by key; hook."""
        return {}

    @api.model
    def _get_sources(self):
        """Return ``{key: label}`` of the add-ons that are here to be taken over from."""
        labels = self._get_labels()
        return {key: labels[key] for key in get_marked(self, "takeover")}

    @api.model
    def _read(self, source, company, day):
        """Return what that add-on knew of a root company, without what is used by nobody."""
        methods = get_marked(self, "takeover")
        if source not in methods:
            raise UserError(self.env._("That add-on is no longer in this database: there is nothing to migrate."))
        return keep_used(getattr(self.sudo(), methods[source])(company, day))

    @api.model
    def _check_first(self, source, company):
        """Refuse to do it twice: what was changed here since would be doubled."""
        done = (company.sudo().recovery_taken_over or {}).get(source)
        if done:
            raise UserError(
                self.env._(
                    "%(former)s was migrated on %(day)s by %(user)s. This is done once: past levels of individual "
                    "instalments are set from their debtors.",
                    former=self._get_sources().get(source, source),
                    day=format_date(self.env, done["day"]),
                    user=done["user"],
                )
            )

    # ------------------------------------------------------------
    # What may be taken
    # ------------------------------------------------------------
    @api.model
    def _sort_marks(self, former, company, day):
        """Return the marks that levels can be made of, and the number of the others.

        Others are paid since, reminded here already, or marked before they were late.
        """
        open_items = {
            item.line_id: item
            for item in self.env["recovery.ledger"]._read_items(company, day=day)
            if item.residual > 0 and item.partner_id
        }
        reached = self.env["recovery.notice.line"]._read_reached(company, None)
        marks = keep_last(former.marks, former.policies)
        good = [
            one
            for one in marks
            if one.line_id in open_items and one.line_id not in reached and open_items[one.line_id].due < one.day <= day
        ]
        return good, len(marks) - len(good)

    @api.model
    def _prepare_level(self, policy, step):
        """Return the values of the level that a step becomes."""
        kind = guess_kind(policy.steps, step)
        return {
            "name": step.name,
            "kind": kind,
            "basis": step.basis,
            "delay": step.delay,
            "subject": step.name,
            "body": plaintext2html(step.name) if is_html_empty(step.body) else step.body,
            **{f"channel_{channel}": True for channel in step.channels},
        }

    # ------------------------------------------------------------
    # Doing it
    # ------------------------------------------------------------
    @api.model
    def _apply(self, source, company, day, choices, as_default=True):
        """Take all over, once, and return the notices of the levels reached, which a manager may cancel.

        :param choices: a :class:`Choice` by key of the step.
        :param as_default: make the scenario that they all followed there the default one here.
        """
        require_manager(self.env)
        company = company._recovery_root()
        company.sudo().lock_for_update()
        company.sudo().invalidate_recordset(["recovery_taken_over"])
        self._check_first(source, company)
        label = self._get_sources()[source]
        former = self._read(source, company, day)
        levels, scenarios = self._make_scenarios(former, company, choices)
        partners = self._get_customers(former)
        debtors = self.env["recovery.debtor"].sudo()._ensure_for(partners, company)
        debtor_of = {debtor.partner_id.id: debtor for debtor in debtors}
        self._follow(former, company, scenarios, debtor_of, as_default)
        self._silence(former, day, debtor_of)
        self._assign(former, company, debtor_of)
        self._plan(former, day, debtor_of)
        notices = self._reach(former, company, day, levels, label)
        done = {"day": day.isoformat(), "user": self.env.user.name}
        company.sudo().recovery_taken_over = {**(company.sudo().recovery_taken_over or {}), source: done}
        self.env["recovery.event"]._log(
            "configured",
            company,
            self.env._("%s migrated", label),
            {"scenarios": len(scenarios), "instalments": len(notices.line_ids), "customers": len(debtors)},
            company=company,
        )
        return notices

    @api.model
    def _make_scenarios(self, former, company, choices):
        """Return the level of each step and the scenario of each policy; those chosen by hand are not made."""
        levels, scenarios = {}, {}
        for policy in former.policies:
            new = []
            for number, step in enumerate(policy.steps):
                choice = choices[step.key]
                if choice.level:
                    levels[step.key] = choice.level
                    scenarios.setdefault(policy.key, choice.level.scenario_id)
                else:
                    new.append((step, {**choice.vals, "sequence": 10 * (number + 1)}))
            if not new:
                continue
            scenario = self.env["recovery.scenario"].create(
                {
                    "name": policy.name,
                    "company_id": company.id,
                    "level_ids": [Command.create(vals) for _step, vals in new],
                }
            )
            scenarios[policy.key] = scenario
            levels.update(zip((step.key for step, _vals in new), scenario.level_ids, strict=True))
        return levels, scenarios

    @api.model
    def _get_customers(self, former):
        """Return the customers of whom something is taken over, as debtors are: whole companies."""
        ids = {
            *former.followed,
            *former.collectors,
            *(one.partner_id for one in former.silences),
            *(one.partner_id for one in former.plans),
        }
        return self.env["res.partner"].sudo().browse(ids).exists().commercial_partner_id

    @api.model
    def _find_debtor(self, partner_id, debtor_of):
        return debtor_of.get(self.env["res.partner"].sudo().browse(partner_id).commercial_partner_id.id)

    @api.model
    def _follow(self, former, company, scenarios, debtor_of, as_default):
        """Give each customer the scenario that it followed there, and the company its default one."""
        default = scenarios.get(former.default)
        if default and as_default:
            company.sudo().recovery_scenario_id = default
        followers = defaultdict(lambda: self.env["recovery.debtor"].sudo())
        for partner_id, key in former.followed.items():
            debtor = self._find_debtor(partner_id, debtor_of)
            if debtor and key in scenarios and not (as_default and key == former.default):
                followers[scenarios[key]] |= debtor
        for scenario, debtors in followers.items():
            debtors.with_env(self.env).scenario_id = scenario

    @api.model
    def _silence(self, former, day, debtor_of):
        """Suspend the reminders of whom nobody reminded there; who is suspended here already stays as it is."""
        held = self.env["recovery.hold"].search(
            [("debtor_id", "in", [debtor.id for debtor in debtor_of.values()]), ("is_running", "=", True)]
        )
        known = {(hold.debtor_id.id, hold.move_id.id) for hold in held if not hold.line_id and not hold.amount}
        vals_list = []
        for one in former.silences:
            debtor = self._find_debtor(one.partner_id, debtor_of)
            key = (debtor.id, one.move_id or False) if debtor else None
            if key and key not in known and (not one.until or one.until >= day):
                known.add(key)
                vals_list.append(
                    {
                        "debtor_id": debtor.id,
                        "move_id": one.move_id,
                        "date_from": day,
                        "date_until": one.until,
                        "reason": one.why,
                    }
                )
        self.env["recovery.hold"].create(vals_list)

    @api.model
    def _plan(self, former, day, debtor_of):
        """Make a task of what somebody meant to do, for who answers for the customer here."""
        for one in former.plans:
            debtor = self._find_debtor(one.partner_id, debtor_of)
            if debtor:
                debtor.activity_schedule(
                    "mail.mail_activity_data_todo",
                    max(one.day, day),
                    summary=one.text or self.env._("Carried over"),
                    user_id=debtor._get_responsible().id,
                )

    @api.model
    def _assign(self, former, company, debtor_of):
        """Make collectors of those who answered for customers there, where they may be ours."""
        portfolios = defaultdict(lambda: self.env["recovery.debtor"].sudo())
        for partner_id, user_id in former.collectors.items():
            debtor = self._find_debtor(partner_id, debtor_of)
            if debtor and not debtor.collector_id:
                portfolios[user_id] |= debtor
        for user in self._get_able_users(former, company):
            if user.id in portfolios:
                portfolios[user.id].with_env(self.env).collector_id = user

    @api.model
    def _get_able_users(self, former, company):
        users = self.env["res.users"].sudo().browse(set(former.collectors.values())).exists()
        return self.env["recovery.responsible"]._get_able(users, company, USER)

    @api.model
    def _reach(self, former, company, day, levels, label):
        """Write the levels that open instalments had reached, and return their notices."""
        marks, _others = self._sort_marks(former, company, day)
        lines = self.env["account.move.line"].browse([one.line_id for one in marks])
        rows = [(line, levels[one.step], one.day) for line, one in zip(lines, marks, strict=True)]
        if not rows:
            return self.env["recovery.notice"]
        return self.env["recovery.notice"]._resume(company, rows, self.env._("Migrated from %s", label))
