"""Stages that companies had added for what is now a kind of its own get that kind, and their cases follow.

The stages that the module brought keep theirs: the new ones are added beside them.
"""

INSOLVENCY = "collective|(redressement|liquidation) judiciaire|proc.dure de sauvegarde|insolvency"
# (kind of before, kind of now, what such a stage is called)
KINDS = [
    ("filed", "hearing", "audience|hearing|plaidoirie"),
    ("title", "service", "signif|service of"),
    ("precourt", "insolvency", INSOLVENCY),
    ("filed", "insolvency", INSOLVENCY),
    ("enforcement", "insolvency", INSOLVENCY),
    ("lost", "abandoned", "abandon"),
]


NO_KIND = "precourt"  # what a stage without a kind was: open, and before the court


def migrate(cr, version):
    cr.execute("UPDATE recovery_case_stage SET kind = %s WHERE kind IS NULL", (NO_KIND,))
    for before, now, words in KINDS:
        cr.execute(
            """
            UPDATE recovery_case_stage stage SET kind = %s
             WHERE stage.kind = %s
               AND EXISTS (SELECT 1 FROM jsonb_each_text(stage.name) word WHERE word.value ~* %s)
               AND NOT EXISTS (SELECT 1 FROM ir_model_data data
                                WHERE data.module = 'debt_recovery' AND data.model = 'recovery.case.stage'
                                  AND data.res_id = stage.id)
            """,
            (now, before, words),
        )
    cr.execute(
        """
        UPDATE recovery_case SET kind = stage.kind
          FROM recovery_case_stage stage
         WHERE stage.id = recovery_case.stage_id AND recovery_case.kind IS DISTINCT FROM stage.kind
        """
    )
