from odoo.addons.debt_recovery.models.common.shapes import look_first

from . import models

look_first(__name__)
