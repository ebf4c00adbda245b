"""The declaration after a relief may follow the relief itself: what had been shipped is completed."""

from odoo import SUPERUSER_ID, api
from odoo.fields import Command

PREFIX = "debt_recovery.recovery_procedure_event_kind_claim_declaration_"


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    declared = env.ref(f"{PREFIX}declared_after_relief", raise_if_not_found=False)
    granted = env.ref(f"{PREFIX}relief_granted", raise_if_not_found=False)
    if declared and granted:
        declared.after_ids = [Command.link(granted.id)]
