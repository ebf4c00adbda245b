from collections import defaultdict

from markupsafe import Markup

from odoo import SUPERUSER_ID, api, models
from odoo.fields import Domain
from odoo.tools.translate import LazyTranslate

from .aside import Aside
from .own_values import without_defaults
from .roles import MANAGER, USER

_lt = LazyTranslate(__name__)
LEAVING = Aside("leaving")  # the ids of the users who are about to be archived or deleted
ROLELESS = Aside("roleless")  # the ids of the users who have just lost the role
SHOWN = 20


class RecoveryResponsible(models.AbstractModel):
    """Say who is responsible now, and hand over what somebody held who is no more.

    Whoever may not act is passed over: archived, no user of the house, without the role, or without access to the
    company. The line, in which everybody is allowed in that company (the root company, for what concerns a debtor):

    1. whom the record names: the collector of a debtor, the owner of a case or of an agreement;
    2. the contact of the company;
    3. whoever stands in at that moment: the author of the mail that was answered, who launched it, who is at work;
    4. the recovery manager of the company;
    5. the managers of the module, the administrator last;
    6. the users of the module.

    The module knows no substitute of a person: one collector of an assignment rule follows another by that rule.
    When somebody leaves, what they held moves to the next in line for good: who comes back gets nothing back by
    itself. What was done in a person's name stays theirs.
    """

    _name = "recovery.responsible"
    _description = "Recovery: current responsible person"
    _journal_words = {"tasks": _lt("Calls and tasks")}

    # ------------------------------------------------------------
    # Who
    # ------------------------------------------------------------
    @api.model
    def _get_able(self, users, company, role=USER):
        """Return those of these users who may act in a company now, in their order.

        :param company: no record at all: wherever it is.
        :param str role: the group that they need; None for somebody who is only named, or told.
        """
        gone = LEAVING.heard or ()
        company = company and company.sudo()
        group_id = role and self.env["ir.model.data"]._xmlid_to_res_id(role)
        return (
            users.sudo()
            .filtered(
                lambda user: (
                    user.active
                    and not user.share
                    and user.id not in gone
                    and (not company or company in user.company_ids)
                    and (not role or group_id in user.all_group_ids._ids)
                )
            )
            .with_env(users.env)
        )

    @api.model
    def _get_keepers(self, users, company):
        """Return those of these users who keep what they hold: who works there, and has not just lost the role.

        Who never had it keeps what a person gave them: a seller with a task.
        """
        roleless = ROLELESS.heard or ()
        return self._get_able(users, company, role=None).filtered(lambda user: user.id not in roleless)

    @api.model
    def _find_owner(self, company, owner, named=None):
        """Return the owner of a record while they keep it, else who is responsible now."""
        return self._get_keepers(owner, company._recovery_root())[:1] or self._find(company, named)

    @api.model
    def _find(self, company, named=None, stand_ins=None):
        """Return who is responsible now in a company, one user; nobody if it has no user of the module.

        :param named: users whom the record names, in their order.
        :param stand_ins: users who come after the contact of the company.
        """
        root = company._recovery_root()
        for users in (named, root.recovery_contact_id, stand_ins):
            if users and (able := self._get_able(users, root)):
                return able[:1].with_env(self.env)
        return self._get_deputies(root)[:1].with_env(self.env)

    @api.model
    def _get_deputies(self, company):
        """Return who answers for a company when nobody else does, in their order; hook."""
        return self._get_managers(company) or self._get_members(USER, company)

    @api.model
    def _get_managers(self, company):
        """Return the managers of the module who work in a company: asked for each of many debtors, no query then.

        :param company: no record at all: all of them.
        """
        return self._get_members(MANAGER, company)

    @api.model
    def _get_members(self, role, company):
        find_id = self.env["ir.model.data"]._xmlid_to_res_id  # from memory, where env.ref looks whether it still exists
        group = self.env["res.groups"].sudo().browse(find_id(role))
        admin_id = find_id("base.user_admin")
        return self._get_able(group.all_user_ids, company, role).sorted(lambda user: (user.id == admin_id, user.id))

    # ------------------------------------------------------------
    # Somebody leaves
    # ------------------------------------------------------------
    @api.model
    def _hand_over(self, users, leaving=None, roleless=None, company=None):
        """Give what these users may hold no more to the next in line; each who takes over is told once a company.

        What they may still hold stays theirs: nothing moves where they still work. The system never leaves: what it
        launched by night names it where nobody works yet.

        :param leaving: those who are about to be archived or deleted, and count as gone already.
        :param roleless: those who have just lost the role.
        :param company: only what belongs to this root company; all by default.
        """
        engine = without_defaults(self.sudo())
        users = users.with_env(engine.env) - engine.env["res.users"].browse(SUPERUSER_ID)
        gone, without = (frozenset(some.ids if some else ()) for some in (leaving, roleless))
        with LEAVING.say((LEAVING.heard or frozenset()) | gone), ROLELESS.say(without):
            told = defaultdict(lambda: defaultdict(list))
            tasks = engine._find_tasks(users, company)
            for Model, name in engine._get_holders():
                engine._pass_records_on(Model, name, users, company, told)
            engine._pass_tasks_on(tasks, told)
            engine._hook_handed_over(users, company, told)
            engine._tell(told)

    @api.model
    def _get_holders(self):
        """Return ``(model, field)`` of all that names who answers now; settings come first, the line follows them."""
        holders = [
            (self.env[name], field)
            for name, Model in sorted(self.env.registry.items())
            if not Model._abstract and not Model._transient and issubclass(Model, self.pool["recovery.held"])
            for field in self.env[name]._get_held_fields()
        ]
        return sorted(holders, key=lambda holder: holder[0]._name != "res.company")

    @api.model
    def _pass_records_on(self, Model, name, users, company, told):
        everything = Model.sudo().with_context(active_test=False)
        held = everything.search(Domain(name, "in", users.ids) & Model._get_open_domain())
        moves = defaultdict(Model.browse)
        for record in held:
            where = record._get_held_company()
            if company and where != company:
                continue
            able = record._get_able(name)
            for leaver in (record[name] & users) - able:
                moves[where, leaver, record._get_heir(name)] |= record
        for (where, leaver, heir), records in moves.items():
            records = records.with_env(self.env)
            if heir or Model._is_left_blank(name):
                records._pass_on(name, leaver, heir)
                self.env["recovery.event"]._log(
                    "taken_over",
                    records,
                    self._describe_move(leaver, heir),
                    {"before": leaver.name},
                    company=where or self.env.company,
                )
            elif company:
                continue  # the night finds it again and again, until somebody may take over
            root = where or self.env.company._recovery_root()
            told[root, leaver, heir][f"{Model._name}:{name}"] += [record.display_name for record in records]

    @api.model
    def _log_readdressed(self, records, former, addressee):
        """Tell the journal that what would go to a contact who is archived goes to another one."""
        self.env["recovery.event"]._log(
            "taken_over",
            records,
            self.env._(
                "%(former)s is archived: now addressed to %(addressee)s",
                former=former.display_name,
                addressee=addressee.display_name,
            ),
            {"before": former.display_name, "now": addressee.display_name},
        )

    @api.model
    def _note(self, told, record, leaver, what):
        """Have the responsible of a record's debtor told of it.

        :param str what: one of the journal's words.
        """
        debtor = record.debtor_id
        told[debtor.company_id, leaver, debtor._recovery_get_responsible()][what].append(record.display_name)

    @api.model
    def _describe_move(self, leaver, heir):
        if leaver._name == "res.partner":
            return self.env._("%s is archived: what depended on this contact continues without it", leaver.display_name)
        if not heir:
            return self.env._("%(leaver)s is no longer responsible, and nobody can take over", leaver=leaver.name)
        return self.env._("%(user)s takes over from %(leaver)s", user=heir.name, leaver=leaver.name)

    # ------------------------------------------------------------
    # Their tasks
    # ------------------------------------------------------------
    @api.model
    def _find_tasks(self, users, company=None):
        """Return ``{task: (company, who had it)}`` of the tasks on our records that these users may do no more."""
        tasks = self.env["mail.activity"].search(
            Domain("user_id", "in", users.ids) & Domain("res_model", "=like", "recovery.%")
        )
        found = {}
        for model, of_model in tasks.grouped("res_model").items():
            if "activity_ids" not in self.env.get(model, self)._fields:
                continue
            records = self.env[model].browse(of_model.mapped("res_id")).exists()
            by_id = {record.id: record for record in records}
            for task in of_model.filtered(lambda task, known=by_id: task.res_id in known):
                record = by_id[task.res_id]
                where = record._recovery_get_company()
                if (not company or where == company) and not record._recovery_get_able(task.user_id):
                    found[task] = (where, task.user_id)
        return found

    @api.model
    def _pass_tasks_on(self, tasks, told):
        """Give each task to who answers for its record; what a debtor's own handing over moved already is counted."""
        waiting, heirs = self.env["mail.activity"].browse([task.id for task in tasks]).exists(), {}
        for model, of_model in waiting.grouped("res_model").items():
            by_id = {record.id: record for record in self.env[model].browse(of_model.mapped("res_id"))}
            for task in of_model:
                moved = task.user_id != tasks[task][1]
                heirs[task] = task.user_id if moved else by_id[task.res_id]._recovery_get_responsible()
        for heir, group in waiting.grouped(lambda task: heirs[task]).items():
            # nobody may take over: they stay on their records, where core would delete them with who had them
            group.filtered(lambda task, to=heir: task.user_id != to).with_context(
                mail_activity_quick_update=True
            ).write({"user_id": heir.id})
            for task in group:
                where, leaver = tasks[task]
                root = where or self.env.company._recovery_root()
                text = f"{task.res_name or ''} – {task.summary or task.activity_type_id.name or ''}"
                told[root, leaver, heir]["tasks"].append(text)

    # ------------------------------------------------------------
    # A contact, a lawyer or a guarantor is archived
    # ------------------------------------------------------------
    @api.model
    def _follow_contacts(self, partners):
        """Do without these contacts where they were archived; who answers for what depended on them is told, once."""
        gone = partners.sudo().filtered(lambda partner: not partner.active)
        if not gone:
            return
        engine = without_defaults(self.sudo())
        told = defaultdict(lambda: defaultdict(list))
        engine._hook_contacts_left(gone.with_env(engine.env), told)
        engine._tell(told)

    @api.model
    def _hook_contacts_left(self, partners, told):
        """Go on with the next contact, or say what waits for one; hook.

        :param dict told: ``{(root company, who left, who is told): {what: names}}``, to complete.
        """

    # ------------------------------------------------------------
    # What is told
    # ------------------------------------------------------------
    @api.model
    def _hook_handed_over(self, users, company, told):
        """Take back, or hand over, what else names these users; hook.

        :param dict told: ``{(root company, who left, who takes over): {what: names}}``, to complete.
        """

    @api.model
    def _get_naming_domain(self, users):
        """Return the domain of the letters and mails that name one of these users, or bear their signature."""
        return Domain("named_user_id", "in", users.ids) | Domain("signed_by_id", "in", users.ids)

    @api.model
    def _group_by_leaver(self, deliveries, users, company):
        """Return ``{user: letters and mails that may no longer leave, as they name this user}``.

        :param company: the root company that the users left; none at all: all of them.
        """
        groups = defaultdict(self.env["recovery.delivery"].browse)
        for delivery in deliveries:
            root = delivery.company_id._recovery_root()
            keepers = self._get_keepers(delivery.named_user_id, root)
            keepers |= self._get_able(delivery.signed_by_id, root, role=None)
            for leaver in (delivery.named_user_id | delivery.signed_by_id) & users - keepers:
                if not company or company == root:
                    groups[leaver] |= delivery
        return groups

    @api.model
    def _tell(self, told):
        """Give each who takes over one task that says from whom and what, and write it in the journal."""
        Activity = self.env["mail.activity"].with_context(mail_activity_quick_update=True)
        by_heir = defaultdict(dict)
        for (company, leaver, heir), parts in told.items():
            if not parts:
                continue
            counts = {
                self._say_what(self.env, what) if ":" in what else what: len(names) for what, names in parts.items()
            }
            self.env["recovery.event"]._log(
                "taken_over", leaver, self._describe_move(leaver, heir), counts, debtors=False, company=company
            )
            if heir:
                by_heir[company, heir][leaver] = parts
        for (company, heir), parts_by_leaver in by_heir.items():
            Activity.create(self._prepare_telling(company, heir, parts_by_leaver))

    @api.model
    def _prepare_telling(self, company, heir, parts_by_leaver):
        env = self.with_context(lang=heir.lang or self.env.lang).env
        note, names = Markup(""), ", ".join(leaver.name or leaver.display_name for leaver in parts_by_leaver)
        for leaver, parts in parts_by_leaver.items():
            note += Markup("<p>%s</p>") % self._introduce(env, leaver, company)
            note += Markup("<ul>%s</ul>") % Markup("").join(
                Markup("<li><strong>%s</strong> %s</li>")
                % (f"{self._say_what(env, what)} ({len(named)})", self._enumerate(env, named))
                for what, named in parts.items()
            )
        people = all(leaver._name == "res.users" for leaver in parts_by_leaver)
        return {
            "activity_type_id": self.env.ref("mail.mail_activity_data_todo").id,
            "user_id": heir.id,
            "date_deadline": company._recovery_today(),
            "summary": (
                env._("You take over from %(names)s (%(company)s)", names=names, company=company.name)
                if people
                else env._(
                    "Archived: %(names)s. See what depended on this (%(company)s)", names=names, company=company.name
                )
            ),
            "note": note,
            "automated": True,
        }

    @api.model
    def _say_what(self, env, what):
        """Return in words, in the language of an environment, what is taken over: a word of the journal, or a field."""
        if ":" not in what:
            return env._(env["recovery.event"]._get_words()[what])
        model, name = what.split(":")
        return env[model]._describe_held(name)

    @api.model
    def _introduce(self, env, leaver, company):
        if leaver._name == "res.partner":
            return env._("%(contact)s is archived. In %(company)s:", contact=leaver.display_name, company=company.name)
        return env._(
            "%(leaver)s is no longer responsible in %(company)s. You take over:",
            leaver=leaver.name,
            company=company.name,
        )

    @api.model
    def _enumerate(self, env, names):
        names = list(dict.fromkeys(names))
        text = ", ".join(names[:SHOWN])
        return env._("%(names)s and %(count)s more", names=text, count=len(names) - SHOWN) if names[SHOWN:] else text

    # ------------------------------------------------------------
    # Who left unnoticed
    # ------------------------------------------------------------
    @api.model
    def _watch(self, company):
        """Hand over what is held in a root company by whoever may act there no more, however that came about."""
        engine = self.sudo()
        users = engine.env["res.users"].browse()
        for Model, name in engine._get_holders():
            groups = Model.sudo().with_context(active_test=False)._read_group(Model._get_open_domain(), [name])
            users |= users.union(*(user for (user,) in groups))
        tasks = engine.env["mail.activity"]._read_group([("res_model", "=like", "recovery.%")], ["user_id"])
        users |= users.union(*(user for (user,) in tasks))
        if gone := users - engine._get_able(users, company, role=None):
            engine._hand_over(gone, company=company)
