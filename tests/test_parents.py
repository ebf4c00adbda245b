from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import RecoveryCommon
from .one_of_each import OneOfEach

#: Not whose a record is, but what it chooses.
CHOICES = {
    ("recovery.case", "stage_id"): "where the case stands, which the journal tells",
    ("recovery.dispute", "reason_id"): "why the customer disputes",
    ("recovery.scenario.rule", "scenario_id"): "the scenario that the rule gives",
    ("recovery.preset", "scenario_id"): "the scenario that a preset sets",
    ("recovery.debtor", "scenario_id"): "the scenario that somebody chose",
    ("recovery.cost", "procedure_id"): "the procedure of its case for which a cost is spent",
    ("recovery.cost", "title_id"): "the title that awarded a cost",
    ("recovery.cost", "act_id"): "the act for which a cost is spent",
    ("recovery.title", "kind_id"): "the kind of a title, which a person corrects",
    ("recovery.execution.act", "title_id"): "the title that an act carries out, obtained after it or corrected",
    ("recovery.insolvency.payment", "dividend_id"): "the dividend of which a payment is a part",
    ("recovery.case.document", "template_id"): "the template that a draft is filled from",
    ("recovery.case.party", "mandate_id"): "the mandate by which a party acts",
    ("recovery.kpi.target", "kpi_id"): "the key figure that a target judges, a setting",
    ("recovery.limitation.cause", "kind_id"): "the kind to which a cause belongs, a setting",
}


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestParents(OneOfEach, RecoveryCommon):
    """Whose a record is, is said once: nobody moves it to another parent, from its side or from the parent's."""

    def get_links(self):
        """Yield ``(model, field)`` of each link of a record of ours to the one of ours that it belongs to."""
        for name, Model in sorted(self.env.registry.items()):
            if not name.startswith("recovery.") or Model._abstract or Model._transient:
                continue
            for field in Model._fields.values():
                if field.type != "many2one" or not field.store or field.related:
                    continue
                if not field.comodel_name.startswith("recovery.") or (name, field.name) in CHOICES:
                    continue
                has_list = any(
                    other.type == "one2many" and other.comodel_name == name and other.inverse_name == field.name
                    for other in self.env[field.comodel_name]._fields.values()
                )
                if has_list or field.ondelete == "cascade" or field.required:
                    yield name, field

    def get_ways(self, record, field, parent):
        yield "write", lambda: record.write({field.name: parent.id})
        yield "save", lambda: record.web_save({field.name: parent.id}, {})
        yield "empty", lambda: record.write({field.name: False})
        for other in parent._fields.values():
            if (
                other.type == "one2many"
                and other.comodel_name == record._name
                and other.inverse_name == field.name
                and not other.related
            ):
                name = other.name
                yield f"link to {name}", lambda name=name: parent.write({name: [Command.link(record.id)]})
                yield f"set to {name}", lambda name=name: parent.write({name: [Command.set(record.ids)]})
                update = [Command.update(record.id, {field.name: parent.id})]
                yield f"update in {name}", lambda name=name, update=update: parent.write({name: update})

    def find_moved(self):
        moved, tries, refused = [], 0, 0
        for name, field in self.get_links():
            record = self.one(name)
            parent = self.another(field.comodel_name, record[field.name])
            before = record[field.name]
            for user in (self.recovery_user, self.recovery_manager):
                mine = record.with_user(user)
                for way, act in self.get_ways(mine, field, parent.with_user(user)):
                    tries += 1
                    with mute_logger("odoo.sql_db"), self.env.cr.savepoint(flush=False) as savepoint:
                        try:
                            act()
                            self.env.flush_all()
                        except (AccessError, UserError):
                            refused += 1
                        except Exception as error:
                            moved.append(f"{name}.{field.name} by {way} as {user.name}: {type(error).__name__} {error}")
                        else:
                            self.env.invalidate_all()
                            if record.exists()[field.name] != before:
                                moved.append(f"{name}.{field.name} by {way} as {user.name}")
                        self.env.cr.clear()
                        savepoint.rollback()
                    self.env.invalidate_all(flush=False)
        self.assertGreater(refused, 50, "most ways are refused, in words")
        return moved, tries

    def test_nobody_moves_a_record_to_another_parent(self):
        moved, tries = self.find_moved()
        self.assertFalse(moved, "\n".join(moved))
        self.assertGreater(tries, 150)

    def test_a_link_that_is_typed_is_found(self):
        coverage = self.env.registry["recovery.coverage"]
        with patch.object(coverage, "_typed", ("debtor_id",), create=True):
            self.assertIn("recovery.coverage.debtor_id by write", " ".join(self.find_moved()[0]))
