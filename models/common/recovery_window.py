from odoo import models


class RecoveryWindow(models.AbstractModel):
    """A window: it is of who opened it, and shows only what this person may read.

    Every transient model of ours is one. Core lets whoever knows its id read the window of somebody else, and
    with it figures that the window read with elevated rights: ``ir.rule`` closes that.
    """

    _name = "recovery.window"
    _description = "Recovery: window"
    _inherit = ["recovery.named"]
