#!/usr/bin/env python3
"""A program outside Odoo that works with the recovery of a company: an example to start from.

It needs nothing of Odoo, only ``requests``. The key is one of a user of debt recovery (*Preferences → Account
Security → New API Key*, scope global); what that user may not do, the program may not do either::

    RECOVERY_KEY=… python3 recovery_client.py https://odoo.example.com my_database

The story: who is to be reminded today, a campaign is proposed, its notices are read, a customer promises, and what
runs before the courts and what is owed by age are listed.
"""

import argparse
import os
import sys
import time
import uuid
from datetime import date, timedelta

import requests

TIMEOUT = 120  # seconds: a campaign of a large company takes its time
PAUSES = (1, 5, 25)  # seconds before a question is sent again


class Refused(Exception):
    """The server did not do it; ``status`` is 401 (key), 403 (rights), 404 (not there), 422 (question) or 5xx."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


class Recovery:
    """The doors of ``recovery.api``: ``recovery.call("read_worklist", order="cash")``."""

    def __init__(self, url, database, key, lang=None, session=None):
        self.url = url.rstrip("/")
        self.session = session or requests.Session()  # yours, for a proxy or certificates
        self.headers = {"Authorization": f"bearer {key}", "X-Odoo-Database": database}
        self.context = {"lang": lang} if lang else {}  # else the language of the user

    def call(self, door, **question):
        """Return what a door answers.

        :raises Refused: with a sentence for people.
        """
        answer = self.session.post(
            f"{self.url}/json/2/recovery.api/action_{door}",
            json={**question, "context": self.context},
            headers=self.headers,
            timeout=TIMEOUT,
        )
        if answer.ok:
            return answer.json()
        try:
            message = answer.json()["message"]
        except (ValueError, KeyError, TypeError):
            message = answer.reason
        raise Refused(answer.status_code, message)

    def do(self, door, **question):
        """Return what a door answers that does something, done once however often the question has to be sent.

        The key says that it is the same question: lost on its way, the answer comes again, and nothing is done again.
        Give a ``request_key`` of your own, for example the number of your order, to be safe after your program is
        started again too.
        """
        question = {"request_key": str(uuid.uuid4()), **question}
        for pause in PAUSES:
            try:
                return self.call(door, **question)
            except requests.RequestException:
                pass
            except Refused as refused:
                if refused.status != 409 and refused.status < 500:
                    raise
            time.sleep(pause)
        return self.call(door, **question)

    def read_all(self, door, **question):
        """Yield all rows of a list, page by page."""
        offset = 0
        while True:
            page = self.call(door, **question, offset=offset)
            yield from page["rows"]
            offset += page["limit"]
            if offset >= page["total"]:
                return


def say(money):
    """Return an amount as text."""
    return f"{money['amount']:.2f} {money['currency']}"


def tell_story(recovery, today, out=print):
    """Go once through all the doors; return what was made: the campaign, and the promise if anybody owes."""
    for row in recovery.read_all("read_worklist", order="cash"):
        out(f"{row['debtor']['name']}: {row['todo_text']}, {say(row['amount_overdue'])} overdue ({row['why']})")

    campaign = recovery.do("propose_campaign", date=today.isoformat())
    out(f"{campaign['name']}: {campaign['notice_count']} notices, {say(campaign['amount_claimed'])} claimed")

    notices = list(recovery.read_all("read_notices", campaign_id=campaign["campaign_id"]))
    for notice in notices:
        out(f"{notice['debtor']['name']}: {notice['level']['name']}, {say(notice['amount_claimed'])}")
        for line in notice["lines"]:
            out(f"    {line['invoice']}, due on {line['due_date']}: {say(line['amount_due'])}")

    promise = None
    if notices:
        line = next(line for line in notices[0]["lines"] if line["role"] in ("claimed", "announced"))
        promise = recovery.do(
            "give_promise",
            debtor_id=notices[0]["debtor"]["id"],
            amount=line["amount_due"]["amount"],
            currency=line["amount_due"]["currency"],
            line_ids=[line["line_id"]],
            date=(today + timedelta(days=7)).isoformat(),
            note="Promised on our customer site",
        )
        out(f"{promise['debtor']['name']} promises {say(promise['amount'])} for {promise['date']}")

    in_a_year = (today + timedelta(days=365)).isoformat()
    for row in recovery.read_all("read_promises", date_from=today.isoformat(), date_to=in_a_year, states=["open"]):
        out(f"awaited: {say(row['amount'])} from {row['debtor']['name']}, looked at after {row['deadline']}")
    for case in recovery.read_all("read_cases", is_open=True):
        out(f"{case['number']}, {case['debtor']['name']}: {case['stage']['name']}, {say(case['amount_open'])}")
    for deadline in recovery.read_all("read_deadlines", date_from=today.isoformat(), date_to=in_a_year):
        out(f"{deadline['date']}: {deadline['name']} ({deadline['case']['number']}, {deadline['article']})")

    balance = recovery.call("read_aged_balance", date=today.isoformat())
    out(", ".join(balance["columns"]))
    for row in balance["rows"]:
        out(f"{row['partner'] or '–'}: {row['total']:.2f} {balance['currency']}")
    return {"campaign": campaign, "promise": promise, "balance": balance}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("url")
    parser.add_argument("database")
    parser.add_argument("--lang", help="for example fr_FR; the language of the user by default")
    asked = parser.parse_args()
    recovery = Recovery(asked.url, asked.database, os.environ["RECOVERY_KEY"], asked.lang)
    try:
        tell_story(recovery, date.today())
    except Refused as refused:
        sys.exit(f"{refused.status}: {refused}")


if __name__ == "__main__":
    main()
