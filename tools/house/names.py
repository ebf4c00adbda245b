"""What the module calls the things that these tools reach: apply renames here, and nowhere else in this folder."""

MODELS = {
    "agreements": "recovery.agreement",
    "campaign": "recovery.run",
    "cancel": "recovery.cancel.wizard",
    "case": "recovery.case",
    "debtor": "recovery.debtor",
    "delivery": "recovery.delivery",
    "letter": "recovery.registered.letter",
    "limit_request": "recovery.limit.request",
    "limit_wizard": "recovery.limit.wizard",
    "notice": "recovery.notice",
    "promise": "recovery.promise",
    "promise_wizard": "recovery.promise.wizard",
    "reason": "recovery.reason.wizard",
    "rule": "recovery.control",
    "scenario": "recovery.policy",
    "tracking_import": "recovery.tracking.import",
    "worklist": "recovery.worklist",
}
METHODS = {
    "ensure debtor": "_ensure_for",
    "ask limit": "_ask",
    "follow expired": "_follow_expired",
    "give promise": "_give",
}
FIELDS = {
    "debtor.scenario": "policy_id",
    "company.control": "recovery_control_invoices",
    "company.free limit": "recovery_limit_user_max",
}
XMLIDS = {
    "scenario": "debt_recovery.recovery_policy_standard",
    "user": "debt_recovery.group_recovery_user",
    "manager": "debt_recovery.group_recovery_manager",
    "auditor": "debt_recovery.group_recovery_auditor",
}
