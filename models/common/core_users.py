"""What the module knows of core's users and groups: the ways by which somebody stops working here.

``tests/common/test_core_frontiers.py`` says when core gained or lost one.
"""

from odoo import models

from .roles import MANAGER, USER

# What takes a role or a company away from a user, or the user from the house.
DEPARTURES = {"active", "share", "group_ids", "company_id", "company_ids"}
# What takes users out of a group, or a group out of another one.
REMOVALS = {"user_ids", "all_user_ids", "implied_ids", "implied_by_ids"}


class ResUsers(models.Model):
    _inherit = "res.users"

    def write(self, vals):
        """Hand over what these users may hold no more."""
        if not DEPARTURES & vals.keys() or not self.env.registry.ready:
            return super().write(vals)
        before = self._recovery_get_members()
        result = super().write(vals)
        roleless = before - self._recovery_get_members()
        self.env["recovery.responsible"]._hand_over(self, roleless=roleless)
        return result

    def action_archive(self):
        """Hand over before core deletes the tasks of who leaves."""
        self._recovery_leave()
        return super().action_archive()

    def unlink(self):
        """Hand over before the tasks of who leaves go with them."""
        self._recovery_leave()
        return super().unlink()

    def _recovery_get_members(self):
        """Return those of these users who have the role of the module."""
        role = self.env.ref(USER)
        return self.sudo().filtered(lambda user: role in user.all_group_ids)

    def _recovery_leave(self):
        if self.env.registry.ready:
            self.check_access("write")
            self.env["recovery.responsible"]._hand_over(self, leaving=self)


class ResGroups(models.Model):
    _inherit = "res.groups"

    def write(self, vals):
        """Hand over what those held who lose a role by the group, not by their own form."""
        if not REMOVALS & vals.keys() or not self.env.registry.ready:
            return super().write(vals)
        before = self._recovery_get_roles()
        result = super().write(vals)
        self._recovery_follow(before)
        return result

    def unlink(self):
        """Hand over what those held who had a role by a group that goes."""
        if not self.env.registry.ready:
            return super().unlink()
        before = self._recovery_get_roles()
        result = super().unlink()
        self._recovery_follow(before)
        return result

    def _recovery_get_roles(self):
        """Return ``{role: its users}``."""
        roles = self.env.ref(USER).sudo() | self.env.ref(MANAGER).sudo()
        roles.invalidate_recordset(["all_user_ids"])
        return {role: role.all_user_ids for role in roles}

    def _recovery_follow(self, before):
        """Hand over what those held who have lost a role since then."""
        lost = {role: users - self._recovery_get_roles()[role] for role, users in before.items()}
        if gone := self.env["res.users"].union(*lost.values()):
            self.env["recovery.responsible"]._hand_over(gone, roleless=lost[self.env.ref(USER)])
