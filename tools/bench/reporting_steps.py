"""Steps of the reports that are timed: the aged balance on the screen, of a past day and as a spreadsheet."""

from datetime import timedelta


def balance_on_the_screen(env, company, day):
    """Read what the screen asks for: every customer's row, split by status, with what stands beside it."""
    return _read(env, company, day)


def balance_with_every_item(env, company, day):
    """Read the balance with the detail of every open item."""
    return _read(env, company, day, detail=True)


def balance_of_a_past_day(env, company, day):
    """Read the balance rebuilt as of three months ago."""
    return _read(env, company, day - timedelta(days=90))


def balance_as_it_was_known(env, company, day):
    """Read the balance of three months ago as it was known then."""
    return _read(env, company, day - timedelta(days=90), known=True)


def balance_with_credits_imputed(env, company, day):
    """Read the balance with the credits set against the debts."""
    return _read(env, company, day, credits="imputed")


def balance_as_spreadsheet(env, company, day):
    """Write the spreadsheet with every open item."""
    window = env["recovery.aged.balance"].create(
        {"company_id": company.id, "day": day, "is_detailed": True, "has_side": True, "first_split": "status"}
    )
    return len(window._get_xlsx())


def from_opening_to_closing(env, company, day):
    """Read what moved the receivables of a year, per customer."""
    report = env["recovery.roll.forward.report"]
    return len(report._get_data(company, day - timedelta(days=365), day, by="partner")["rows"])


def _read(env, company, day, **options):
    options = {"company_ids": company.ids, "day": str(day), **options}
    return sum(len(part["rows"]) for part in env["recovery.ageing.report"].action_read(options)["parts"])


STEPS = (
    balance_on_the_screen,
    balance_with_every_item,
    balance_of_a_past_day,
    balance_as_it_was_known,
    balance_with_credits_imputed,
    balance_as_spreadsheet,
    from_opening_to_closing,
)

#: Seconds and megabytes that 100 000 open instalments may take.
BOUNDS = {
    balance_on_the_screen: (2, None),
    balance_with_every_item: (2, None),
    balance_of_a_past_day: (4, None),
    balance_as_it_was_known: (4, None),
    balance_as_spreadsheet: (15, 150),
}
