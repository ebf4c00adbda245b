"""What was done about the debts: campaigns of the past, and what people decided between them."""

from itertools import cycle

from . import agreements
from .invoices import CALL_RESULTS, CALLS_TO_DO, CAMPAIGNS, COMMON_CALL_RESULTS, EVENTS
from .sales import draft_invoices, invoice, receive, write_off


def play(world):
    """Let the months go by: invoices, payments, campaigns and decisions in their order."""
    answers = cycle(COMMON_CALL_RESULTS)
    previous = world.day(1000)
    for ago in CAMPAIGNS:
        day = world.business_day(ago)
        _live(world, previous, day)
        _send_campaign(world, day, answers, is_last=ago == CAMPAIGNS[-1])
        previous = day
    _live(world, previous, world.today)
    draft_invoices(world)
    world.partners["brunel"].action_archive()


def _live(world, after, until):
    """Book and decide what comes after one day and up to another."""
    invoice(world, after, until)
    world.analyze()
    received = after
    for ago, action, arguments in EVENTS:
        day = world.day(ago)
        if after < day <= until:
            receive(world, received, day)
            received = day
            with world.dated(day):
                ACTIONS[action](world, day, *arguments)
    receive(world, received, until)


# ------------------------------------------------------------
# Campaigns
# ------------------------------------------------------------
def _send_campaign(world, day, answers, is_last):
    """Run a campaign as Claire did that day, and let its mails, letters and calls arrive."""
    env = world.as_user("claire")
    with world.dated(day):
        campaign = env["recovery.campaign"].create({"company_id": world.company.id, "date": day})
        campaign._propose()
        campaign._validate(day)
        campaign._send(day)
        deliveries = env["recovery.delivery"].search([("campaign_id", "=", campaign.id)])
        mails = deliveries.sudo().mail_id
        mails.write({"state": "sent"})
        mails._postprocess_sent_message(mails.recipient_ids, [])
        if campaign.to_post_count:
            deliveries.letter_ids.sudo().write({"posted_on": day})
            campaign.action_mark_posted()
        for delivery in deliveries.filtered(lambda delivery: delivery.channel == "call"):
            customer = world.key_of(delivery.debtor_id.partner_id)
            if not (is_last and customer in CALLS_TO_DO):
                _close_activity(delivery.activity_id, CALL_RESULTS.get(customer) or next(answers))


def _close_activity(activity, feedback):
    activity.with_user(activity.user_id).action_feedback(feedback=feedback)


# ------------------------------------------------------------
# Decisions
# ------------------------------------------------------------
def _exclude(world, _day, sale):
    world.moves[sale].no_followup = True


def _block(world, _day, sale):
    world.moves[sale].action_toggle_block_payment()


def _follow_opening_item(world, _day, *item):
    world.moves[item].no_followup = False


def _suspend(world, day, customer, until, reason):
    env = world.as_user("claire")
    env["recovery.hold"].create(
        {
            "debtor_id": world.debtor(customer, env).id,
            "date_from": day,
            "date_until": world.day(until),
            "reason": reason,
        }
    )


def _open_case(world, day, customer, facts):
    """Open a case on what the last mise en demeure claimed, and close the task that proposed it."""
    env = world.as_user("marc")
    debtor = world.debtor(customer, env)
    notice = env["recovery.notice"].search(
        [("debtor_id", "=", debtor.id), ("kind", "=", "formal_notice"), ("state", "in", ("sent", "failed"))], limit=1
    )
    lines = notice.line_ids.filtered(lambda line: line.role == "claimed").move_line_id
    case = env["recovery.case"]._open_for(debtor, lines, day, user=world.users["marc"], notice=notice)
    case.sudo().write({"description": facts, "date_last_stage_update": day})
    tasks = debtor.activity_ids.filtered(
        lambda activity: activity.activity_type_id == env.ref("debt_recovery.mail_activity_type_handover")
    )
    for task in tasks:
        _close_activity(task, f"Dossier {case.name} ouvert.")


def _know_case(world, _day, customer, vals):
    """Note what is known of a claim, and what is expected of it."""
    _get_case(world, customer).write(vals)


def _move_case(world, day, customer, kind):
    case = _get_case(world, customer)
    stage = case.stage_id._get_first(world.company, [kind])
    case.sudo().stage_id = stage
    case.sudo().date_last_stage_update = day


def _close_case(world, day, customer, kind, reason):
    case = _get_case(world, customer)
    if kind == "lost":
        write_off(world, day, case.sudo().line_ids.move_id)
    stage = case.stage_id._get_first(world.company, [kind])
    case = case.sudo()
    case.write({"stage_id": stage.id, "closed_on": day, "close_reason": reason, "close_how": ENDED[kind]})
    case.date_last_stage_update = day


def _get_case(world, customer):
    env = world.as_user("marc")
    return env["recovery.case"].search([("debtor_id", "=", world.debtor(customer, env).id)], limit=1)


ENDED = {"settled": "paid", "lost": "insolvency"}

ACTIONS = agreements.ACTIONS | {
    "exclude": _exclude,
    "block": _block,
    "follow_opening_item": _follow_opening_item,
    "suspend": _suspend,
    "open_case": _open_case,
    "know_case": _know_case,
    "move_case": _move_case,
    "close_case": _close_case,
}
