"""What an upgrade changes for a reason; all else stays as it was."""

import re

#: What somebody wrote into a shipped document, as ``data.py`` does: it stays, whatever is corrected around it.
OWN_WORDS = "Mots de la maison"
#: Words of shipped documents whose paragraphs are corrected: they are then those of a new database, as is compared too.
REWORDED = {("recovery_case_document_template", "body"), ("recovery_case_document_template", "closing")}
#: Kind of stage now, by the name that a company gave to a stage of its own.
KINDS = {
    "Audience": "hearing",
    "Signification": "service",
    "Procédure collective": "insolvency",
    "Abandonné": "abandoned",
    "Sans nature": "precourt",
    "Mesures de sauvegarde": "enforcement",
}
#: Facts that a database in use registers otherwise than a new one.
REGISTERED = [
    re.compile(pattern)
    for pattern in (
        r"file ",
        r"method definitions",
        r"rows ",  # there are some
        r"parameter \| debt_recovery.tests_ground",
        r"record res.groups \| .* user_ids = ",  # who works there
        r"field \| .*lang \| selection = ",  # the tests speak English too
        # what data.py changed of what is shipped
        r"record recovery.case.stage \| debt_recovery.recovery_case_stage_(filed|enforcement) \| (name|fold) = ",
        r"record recovery.level \| debt_recovery.recovery_level_reminder_1 \| attach_account_statement = ",
        r"(record recovery.legal.parameter|identifier) \| debt_recovery.recovery_legal_parameter_appeal ",
        r"record recovery.case.document.template \| .*_template_summons \| closing = ",
    )
]


#: Time limits that the rules of procedural deadlines hold alone now, by the key of the parameter that repeated them.
HELD_BY_RULES = {
    *("ip_service_delay", "ip_opposition", "ip_execution_wait", "ip_opposition_fees_tc", "ip_avocat_after_opposition"),
    *("petites_creances_reply", "l126_contest", "l126_pv_wait", "l126_service_of_pv", "declaration_creance"),
    *("declaration_creance_abroad", "releve_forclusion", "revendication", "conservatoire_authorisation"),
    *("conservatoire_title_action", "cheque_certificate_wait", "cheque_title_wait", "referee_appeal", "appeal"),
    "judgment_lapse_no_service",
}


def normalise(facts):
    """Return facts to compare: what is shipped once keeps its words, and the space of its day before a colon."""
    return {fact.replace("\N{NO-BREAK SPACE}", " ").replace("&nbsp;", " ") for fact in facts}


def compare(before, after):
    """Yield what became otherwise of the rows of before, in words."""
    for table, rows in before.items():
        if table not in after:
            if rows:
                yield f"{table}: the table is gone, with {len(rows)} rows"
            continue
        now = after[table]
        columns = set().union(*(row.keys() for row in now.values())) if now else set()
        for number, row in rows.items():
            if number not in now and table == "recovery_legal_parameter" and row["key"] in HELD_BY_RULES:
                continue
            if number not in now:
                yield f"{table} {number}: lost: {row}"
                continue
            for column, value in row.items():
                if column not in columns:
                    if value is not None:
                        yield f"{table} {number}: {column} is gone, it was {value!r}"
                elif (table, column) == ("mail_message", "count") and now[number][column] > value:
                    continue  # a case is told of the title that is recorded
                elif (table, column) in REWORDED and _keeps_own_words(value, now[number][column]):
                    continue
                elif now[number][column] != _expect(table, column, value, row, before):
                    yield f"{table} {number}: {column} was {value!r} and is {now[number][column]!r}"
    yield from _look_at_cases(before, after)


def _expect(table, column, value, row, before):
    """Return what the value should be now."""
    if "recovery_procedure" in before:  # its stages have their kinds
        return value
    if table == "recovery_case_stage" and column == "kind":
        return _get_kind(row)
    if table == "recovery_case" and column == "kind":
        return _get_kind(before["recovery_case_stage"][str(row["stage_id"])])
    return value


def _keeps_own_words(before, after):
    """Tell whether what somebody wrote is still there, in each language in which it was."""
    return all(OWN_WORDS in (after or {}).get(lang, "") for lang, text in (before or {}).items() if OWN_WORDS in text)


def _get_kind(stage):
    names = stage["name"].values()
    return next((kind for name, kind in KINDS.items() if name in names), stage["kind"])


def _look_at_cases(before, after):
    """Yield what does not hold of the cases now."""
    stages = after["recovery_case_stage"]
    for number, case in after["recovery_case"].items():
        kind = stages[str(case["stage_id"])]["kind"]
        if not kind or case["kind"] != kind:
            yield f"case {number}: its kind is {case['kind']!r} in a stage of kind {kind!r}"
        is_closed = kind in ("settled", "lost", "abandoned", "merged")
        if case["is_open"] == is_closed:
            yield f"case {number}: open is {case['is_open']!r} in a stage of kind {kind!r}"
        if is_closed and not (case["closed_on"] and case["close_reason"]):
            yield f"case {number}: closed without a day or a reason"
    for number, claim in after["recovery_case_line"].items():
        case = after["recovery_case"][str(claim["case_id"])]
        is_left = not case["is_open"] and not claim["removed_on"] and not claim["is_final"] and claim["amount_now"] > 0
        was_decided = "left_state" in before["recovery_case_line"].get(number, {})
        if not was_decided and (claim["left_state"] == "to_decide") != is_left:
            yield f"claim {number}: what becomes of it is {claim['left_state']!r}"
