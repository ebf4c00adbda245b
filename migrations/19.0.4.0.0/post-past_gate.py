"""What is claimed in a case that stands before a judge, or stood there when it was closed, has passed the checks."""


def migrate(cr, version):
    cr.execute(
        """
        UPDATE recovery_case_line claim SET is_past_gate = TRUE
          FROM recovery_case litigation
          JOIN recovery_case_stage stage ON stage.id = litigation.stage_id
          LEFT JOIN recovery_case_stage before ON before.id = litigation.previous_stage_id
         WHERE litigation.id = claim.case_id
           AND claim.removed_on IS NULL
           AND COALESCE(before.kind, stage.kind) IN ('filed', 'hearing', 'title', 'service', 'enforcement')
        """
    )
