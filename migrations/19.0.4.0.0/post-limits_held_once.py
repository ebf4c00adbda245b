"""A time limit of procedure is held once, by the rules of deadlines: the legal parameters that repeated it go.

Nothing was reckoned from them. One that somebody changed, or that somebody made something else read, stays.
"""

from odoo import SUPERUSER_ID, api

SHIPPED = {
    "ip_service_delay": ("6", "months"),
    "ip_service_delay_2026_09_01": ("3", "months"),
    "ip_opposition": ("1", "months"),
    "ip_execution_wait": ("2", "months"),
    "ip_opposition_fees_tc": ("15", "days"),
    "ip_avocat_after_opposition": ("15", "days"),
    "petites_creances_reply": ("1", "months"),
    "l126_contest": ("1", "months"),
    "l126_pv_wait": ("8", "days"),
    "l126_service_of_pv": ("6", "months"),
    "declaration_creance": ("2", "months"),
    "declaration_creance_abroad": ("4", "months"),
    "releve_forclusion": ("6", "months"),
    "revendication": ("3", "months"),
    "conservatoire_authorisation": ("3", "months"),
    "conservatoire_title_action": ("1", "months"),
    "cheque_certificate_wait": ("30", "days"),
    "cheque_title_wait": ("15", "days"),
    "referee_appeal": ("15", "days"),
    "appeal": ("1", "months"),
    "judgment_lapse_no_service": ("6", "months"),
}
READERS = (
    ("recovery.procedure.type", "lawyer_key"),
    ("recovery.procedure.type.condition", "parameter_key"),
    ("recovery.court.rule.condition", "parameter_key"),
    ("recovery.limitation.kind", "parameter_key"),
    ("recovery.limitation.cause", "period_key"),
)


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {"active_test": False})
    read = {key for model, field in READERS for key in env[model].search([]).mapped(field)}
    for name, figure in SHIPPED.items():
        parameter = env.ref(f"debt_recovery.recovery_legal_parameter_{name}", raise_if_not_found=False)
        if parameter and (parameter.value, parameter.unit) == figure and parameter.key not in read:
            parameter.unlink()
