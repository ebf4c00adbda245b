"""What our views add to our own screens is forgotten until its file is read again.

A screen that changed would be refused where an addition of before looks for a place that is there no more.
"""


def migrate(cr, version):
    cr.execute(
        """
        UPDATE ir_ui_view view
           SET arch_db = '{"en_US": "<data/>"}'
          FROM ir_model_data data
         WHERE data.model = 'ir.ui.view' AND data.res_id = view.id AND data.module = 'debt_recovery'
           AND view.inherit_id IS NOT NULL AND view.mode = 'extension' AND view.model LIKE 'recovery.%'
        """
    )
