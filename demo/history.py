"""What was done about the debts: campaigns of the past, and what people decided between them."""

from itertools import cycle

from odoo import Command

from . import agreements, cases, doubtful, execution, insolvency, regulars
from .invoices import CALL_RESULTS, CALLS_TO_DO, CAMPAIGNS, COMMON_CALL_RESULTS, EVENTS
from .sales import draft_invoices, invoice, receive


def play(world):
    """Let the months go by: invoices, payments, campaigns and decisions in their order."""
    answers = cycle(COMMON_CALL_RESULTS)
    previous = world.day(1000)
    for ago in regulars.CAMPAIGNS + CAMPAIGNS:
        day = world.business_day(ago)
        _live(world, previous, day)
        among = None if ago in CAMPAIGNS else world.debtors(regulars.REGULARS)
        _send_campaign(world, day, answers, among, is_last=ago == CAMPAIGNS[-1])
        previous = day
    _live(world, previous, world.today)
    world.date_books()
    draft_invoices(world)
    world.partners["brunel"].action_archive()


def _live(world, after, until):
    """Book and decide what comes after one day and up to another."""
    invoice(world, after, until)
    world.analyze()
    received = after
    events = EVENTS + doubtful.EVENTS + cases.EVENTS + world.year.events
    for ago, action, arguments in sorted(events, key=lambda event: -event[0]):
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
def _send_campaign(world, day, answers, among, is_last):
    """Run a campaign as Claire did that day, among some debtors or all, and let its mails, letters and calls arrive."""
    env = world.as_user("claire")
    with world.dated(day):
        vals = {"company_id": world.company.id, "date": day}
        if among:
            vals["debtor_ids"] = [Command.set(among.ids)]
        campaign = env["recovery.campaign"].create(vals)
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


ACTIONS = (
    agreements.ACTIONS
    | cases.ACTIONS
    | doubtful.ACTIONS
    | execution.ACTIONS
    | insolvency.ACTIONS
    | {
        "exclude": _exclude,
        "block": _block,
        "follow_opening_item": _follow_opening_item,
        "suspend": _suspend,
    }
)
