"""What the module knows of core's users and groups: the ways by which somebody stops working here.

``tests/common/test_core_frontiers.py`` says when core gained or lost one.
"""

from odoo import models

from .roles import USER

# What takes a role or a company away from a user, or the user from the house.
DEPARTURES = {"active", "share", "group_ids", "company_id", "company_ids"}
# What takes users out of a group, or a group out of another one.
REMOVALS = {"user_ids", "all_user_ids", "implied_ids", "implied_by_ids"}


class ResUsers(models.Model):
    _inherit = "res.users"

    def write(self, vals):
        """Hand over what these users may hold no more."""
        result = super().write(vals)
        if DEPARTURES & vals.keys() and self.env.registry.ready:
            self.env["recovery.responsible"]._hand_over(self)
        return result

    def action_archive(self):
        """Hand over before core deletes the tasks of who leaves."""
        self._recovery_leave()
        return super().action_archive()

    def unlink(self):
        """Hand over before the tasks of who leaves go with them."""
        self._recovery_leave()
        return super().unlink()

    def _recovery_leave(self):
        if self.env.registry.ready:
            self.check_access("write")
            self.env["recovery.responsible"]._hand_over(self, leaving=True)


class ResGroups(models.Model):
    _inherit = "res.groups"

    def write(self, vals):
        """Hand over what those held who lose the role by the group, not by their own form."""
        if not REMOVALS & vals.keys() or not self.env.registry.ready:
            return super().write(vals)
        before = self._recovery_get_role()
        result = super().write(vals)
        if lost := before - self._recovery_get_role():
            self.env["recovery.responsible"]._hand_over(lost)
        return result

    def _recovery_get_role(self):
        role = self.env.ref(USER).sudo()
        role.invalidate_recordset(["all_user_ids"])
        return role.all_user_ids
