import logging
import time
from unittest.mock import patch

from odoo import models
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .planting import AMOUNT, CANARY
from .test_companies import SHARED, CompaniesCommon
from .test_forged_context import FORGED
from .trying import Trying

_logger = logging.getLogger(__name__)

ROLES = {
    "user": ("debt_recovery.group_recovery_user", "base.group_allow_export"),
    "manager": ("debt_recovery.group_recovery_manager", "base.group_allow_export"),
    "auditor": ("debt_recovery.group_recovery_auditor",),
    "invoicing": ("account.group_account_invoice",),
    "employee": ("base.group_user",),
    "portal": ("base.group_portal",),
    "public": ("base.group_public",),
}
FORGEABLE = ("read", "search_read", "web_search_read", "unlink", "copy")


@tagged("post_install", "-at_install")
class TestMatrix(Trying, CompaniesCommon):
    """Every model × each role × each way to read, change, make, copy, delete or call, on records of other people.

    Others are another company, and the root company for somebody who works in a branch of it alone.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.branch = cls.make_branch(f"{CANARY} Agence")
        cls.people = []
        for role, groups in ROLES.items():
            cls.people.append((role, cls.user_of(f"{role}_here", cls.company, *groups), cls.foreign))
            if role not in ("portal", "public"):
                cls.people.append((f"{role} of a branch", cls.user_of(f"{role}_there", cls.branch, *groups), cls.own))
        cls.kept = sorted(
            name
            for name, model in cls.env.registry.items()
            if name.startswith("recovery.") and not model._abstract and not model._transient
        )

    def get_doors(self, record, columns):
        """Yield ``(way, call)`` of each way to a record that a client has."""
        Model = record.browse()
        found = [("id", "in", record.ids)]
        yield "read", lambda: record.read()
        if columns:
            yield "web_read", lambda: record.web_read({name: {} for name in columns})
        yield "search", lambda: Model.search(found).mapped("display_name")
        yield "search_read", lambda: Model.search_read(found)
        yield "web_search_read", lambda: Model.web_search_read(found, {"display_name": {}})["records"]
        yield "group", lambda: [row for row in Model.formatted_read_group(found, ["create_uid"], ["__count"])]
        yield "export", lambda: record.export_data(["id"])["datas"]
        yield "unlink", lambda: record.unlink() or "deleted"
        yield "copy", lambda: record.copy() or "copied"
        if "active" in record._fields:
            yield "archive", lambda: record.action_archive() or "archived"
        if "message_ids" in record._fields:
            yield "post", lambda: record.message_post(body="x") or "posted"
            yield "followers", lambda: record.message_subscribe(record.env.user.partner_id.ids) and "followed"

    def get_written(self, record):
        """Return the fields to write: all of them for who may write such records, one for all others."""
        names = [name for name, field in record._fields.items() if field.store and name not in models.MAGIC_COLUMNS]
        return names if record.browse().has_access("write") else names[:1]

    def is_open(self, answer):
        """Tell whether what came back is of the record: an empty list is a refusal."""
        if isinstance(answer, (list, tuple)):
            return any(map(self.is_open, answer))
        return bool(answer)

    def attempt(self, call):
        """Return what a call gives, or None where it is refused in whatever words."""
        self.forget()
        try:
            return call()
        except (UserError, ValueError):
            return None
        finally:
            self.undo_if_touched()

    def find_holes(self, names):
        with self.trying():
            return self.try_all(names)

    def try_all(self, names):
        holes, tries = [], 0
        for role, user, planting in self.people:
            for name in names:
                record = planting.get(name)
                if not record or name in SHARED or "company_id" not in record._fields:
                    continue
                columns = [
                    field
                    for field, kind in record._fields.items()
                    if kind.store and not kind.relational and field != "id"
                ]
                for context, doors in ((({}), None), (FORGED, FORGEABLE)):
                    mine = record.with_env(self.env(user=user, context={**context, "lang": "en_US"}))
                    for way, call in self.get_doors(mine, columns):
                        if doors and way not in doors:
                            continue
                        tries += 1
                        answer = self.attempt(call)
                        text = str(answer)
                        if self.is_open(answer) or CANARY in text or str(AMOUNT) in text:
                            holes.append(f"{name} by {way} as {role}: {text[:120]}")
                mine = record.with_env(self.env(user=user))
                for field in self.get_written(mine):
                    tries += 1
                    if self.attempt(lambda mine=mine, field=field: mine.write({field: False}) and "written"):
                        holes.append(f"{name}.{field} written as {role}")
        return holes, tries

    def test_nobody_reaches_what_is_other_people_s(self):
        start = time.monotonic()
        with mute_logger("odoo.sql_db", "odoo.models", "odoo.addons.base.models.ir_rule"):
            holes, tries = self.find_holes(self.kept)
        _logger.info("%s tries in %.1f s", tries, time.monotonic() - start)
        self.assertFalse(holes, "\n".join(holes[:200]))
        self.assertGreater(tries, 10000)

    def test_a_planted_hole_of_each_kind_is_found(self):
        hold = type(self.env["recovery.hold"])

        def find():
            return " ".join(self.find_holes(["recovery.hold"])[0])

        with patch.object(hold, "read", lambda records, *args, **kwargs: models.Model.read(records.sudo())):
            self.assertIn("recovery.hold by read as employee", find())
        with patch.object(hold, "copy", lambda records, *args: records.sudo()):
            self.assertIn("recovery.hold by copy as user", find())
        with patch.object(hold, "write", lambda records, vals: True):
            self.assertIn("written as auditor", find())
        with patch.object(hold, "unlink", lambda records: records.sudo()):
            self.assertIn("recovery.hold by unlink as portal", find())
        rules = self.env["ir.rule"].sudo().search([("model_id.model", "=", "recovery.hold")])
        rules.active = False
        self.env.registry.clear_cache()
        self.assertIn("recovery.hold by search as manager", find())
