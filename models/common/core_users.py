"""What the module knows of core's users and groups: the ways by which somebody stops working here.

``tests/common/test_core_frontiers.py`` says when core gained or lost one.
"""

from contextlib import contextmanager

from odoo import api, models
from odoo.fields import Domain

from .roles import AUDITOR, MANAGER, USER

ROLES = (USER, MANAGER, AUDITOR)
# What takes a role or a company away from a user, or the user from the house.
DEPARTURES = {"active", "share", "group_ids", "company_id", "company_ids"}
# What takes users out of a group, or a group out of another one.
REMOVALS = {"user_ids", "all_user_ids", "implied_ids", "implied_by_ids"}
# How a group takes part in records that may be ours, past their own writing: {its field: theirs}.
OTHER_SIDES = {"rule_groups": "groups", "menu_access": "group_ids", "view_access": "group_ids"}


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.model_create_multi
    def create(self, vals_list):
        """Tell the journal who is given a role."""
        users = super().create(vals_list)
        if self.env.registry.ready:
            users._recovery_tell_roles({})
        return users

    def write(self, vals):
        """Hand over what these users may hold no more, and tell the journal which roles were given or taken."""
        if not DEPARTURES & vals.keys() or not self.env.registry.ready:
            return super().write(vals)
        before, roles = self._recovery_get_members(), self._recovery_read_roles()
        result = super().write(vals)
        roleless = before - self._recovery_get_members()
        self.env["recovery.responsible"]._hand_over(self, roleless=roleless)
        self._recovery_tell_roles(roles)
        return result

    def action_archive(self):
        """Hand over before core deletes the tasks of who leaves."""
        self._recovery_leave()
        return super().action_archive()

    def unlink(self):
        """Hand over before the tasks of who leaves go with them."""
        self._recovery_leave()
        if self.env.registry.ready:
            self._recovery_tell_roles(self._recovery_read_roles(), gone=True)
        return super().unlink()

    def _recovery_get_members(self):
        """Return those of these users who have the role of the module."""
        role = self.env.ref(USER)
        return self.sudo().filtered(lambda user: role in user.all_group_ids)

    def _recovery_read_roles(self):
        """Return ``{user: (roles, companies)}`` of those who may do something here now, in words."""
        roles = [role for name in ROLES if (role := self.env.ref(name, raise_if_not_found=False))]
        said = {}
        for user in self.sudo().filtered("active"):
            if held := [role.sudo().name for role in roles if role in user.all_group_ids]:
                said[user] = (", ".join(held), ", ".join(user.company_ids.sorted("id").mapped("name")))
        return said

    def _recovery_tell_roles(self, before, gone=False):
        """Write into the journals of the companies concerned which roles were given or taken since then."""
        after = {} if gone else self._recovery_read_roles()
        for user in self.sudo():
            old, new = before.get(user), after.get(user)
            if old == new:
                continue
            names = [
                self.env._("%(roles)s in %(companies)s", roles=say[0], companies=say[1]) if say else ""
                for say in (old, new)
            ]
            for company in user.company_ids._recovery_root():
                self.env["recovery.event"]._log(
                    "role",
                    user,
                    self.env._(
                        "Roles of %(user)s: %(old)s → %(new)s", user=user.name, old=names[0] or "–", new=names[1] or "–"
                    ),
                    {"before": names[0], "now": names[1]},
                    debtors=False,
                    company=company,
                )

    def _recovery_leave(self):
        if self.env.registry.ready:
            self.check_access("write")
            self.env["recovery.responsible"]._hand_over(self, leaving=self)


class ResGroups(models.Model):
    _inherit = "res.groups"

    @api.model_create_multi
    def create(self, vals_list):
        """Tell the journal who is given a role by a new group."""
        if not self.env.registry.ready:
            return super().create(vals_list)
        roles = self._recovery_read_all_roles()
        with self._recovery_tell_other_sides(vals_list):
            groups = super().create(vals_list)
        groups._recovery_tell_all_roles(roles)
        return groups

    def write(self, vals):
        """Hand over what those held who lose a role by the group, not by their own form."""
        if not self.env.registry.ready:
            return super().write(vals)
        with self._recovery_tell_other_sides([vals]):
            if not REMOVALS & vals.keys():
                return super().write(vals)
            before, roles = self._recovery_get_roles(), self._recovery_read_all_roles()
            result = super().write(vals)
        self._recovery_follow(before)
        self._recovery_tell_all_roles(roles)
        return result

    def unlink(self):
        """Hand over what those held who had a role by a group that goes."""
        if not self.env.registry.ready:
            return super().unlink()
        before, roles = self._recovery_get_roles(), self._recovery_read_all_roles()
        result = super().unlink()
        self._recovery_follow(before)
        self.browse()._recovery_tell_all_roles(roles)
        return result

    @contextmanager
    def _recovery_tell_other_sides(self, vals_list):
        """Tell which rules, menus and screens of ours groups get or lose from their own side."""
        before = []
        for name in sorted({name for vals in vals_list for name in OTHER_SIDES.keys() & vals.keys()}):
            Model = self.env[self._fields[name].comodel_name].sudo().with_context(active_test=False)
            ours = Model.search(Domain.TRUE)._recovery_find_ours()
            before.append((ours, OTHER_SIDES[name], ours._read_settings([OTHER_SIDES[name]])))
        yield
        for ours, name, values in before:
            ours.invalidate_recordset([name])
            left = ours.exists()
            left._trace_difference({record: values[record] for record in left}, left._read_settings([name]))

    def _recovery_read_all_roles(self):
        """Return the roles of everybody who has one, see :meth:`ResUsers._recovery_read_roles`."""
        roles = self.env["res.groups"]
        for name in ROLES:
            roles |= self.env.ref(name, raise_if_not_found=False) or roles
        roles.invalidate_recordset(["all_user_ids"])
        users = roles.sudo().all_user_ids
        users.invalidate_recordset(["all_group_ids"])
        return users._recovery_read_roles()

    def _recovery_tell_all_roles(self, before):
        after = self._recovery_read_all_roles()
        self.env["res.users"].union(*before, *after)._recovery_tell_roles(before)

    def _recovery_get_roles(self):
        """Return ``{name of a role: its users}``; none of a role that goes with the module."""
        users = {}
        for name in (USER, MANAGER):
            if role := self.env.ref(name, raise_if_not_found=False):
                role.invalidate_recordset(["all_user_ids"])
                users[name] = role.sudo().all_user_ids
        return users

    def _recovery_follow(self, before):
        """Hand over what those held who have lost a role since then."""
        lost = {name: before[name] - users for name, users in self._recovery_get_roles().items()}
        if gone := self.env["res.users"].union(*lost.values()):
            self.env["recovery.responsible"]._hand_over(gone, roleless=lost[USER])
