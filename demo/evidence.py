"""The pieces of the open cases: collected, one file looked at before it is numbered, one request being written."""


def prepare(world):
    """Collect the pieces of the open cases, preview the file of one of them and begin its request."""
    env = world.as_user("marc")
    cases = env["recovery.case"].search([("company_id", "=", world.company.id), ("is_open", "=", True)])
    for case in cases:
        case.action_collect_exhibits()
    with_pieces = cases.filtered("exhibit_ids")
    if with_pieces:
        with_pieces[0].action_preview_bundle()
        env["recovery.case.document"].create(
            {
                "case_id": with_pieces[0].id,
                "template_id": env.ref("debt_recovery.recovery_case_document_template_order_commerce").id,
                "date": world.today,
            }
        )
