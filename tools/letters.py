"""Measure the printing of letters: a batch, against one call for each.

    python3 tools/dev.py script --clone letters tools/letters.py 200

It prints real letters with wkhtmltopdf on a database of its own.
"""

import sys
import time
from datetime import timedelta

import odoo
from odoo import SUPERUSER_ID, Command, api
from odoo.modules.registry import Registry
from odoo.tools import config
from odoo.tools.misc import split_every

SAMPLE = 10  # single calls are all alike: that many are measured


def make_notices(env, number):
    """Propose a campaign with one letter per customer."""
    company = env.company
    company.recovery_entry_days = 0
    env["account.chart.template"].try_loading("fr", company, install_demo=False)
    today = company._recovery_today()
    partners = env["res.partner"].create(
        [
            {"name": f"Client {i:04}", "is_company": True, "street": f"{i} rue", "zip": "69001", "city": "Lyon"}
            for i in range(number)
        ]
    )
    vals_list = [
        {
            "move_type": "out_invoice",
            "partner_id": partner.id,
            "invoice_date": today - timedelta(days=40),
            "invoice_date_due": today - timedelta(days=10),
            "invoice_payment_term_id": False,
            "invoice_line_ids": [Command.create({"name": "x", "price_unit": 100, "tax_ids": [Command.clear()]})],
        }
        for partner in partners
        for _invoice in range(3)
    ]
    env["account.move"].create(vals_list).action_post()
    campaign = env["recovery.campaign"].create({"company_id": company.id, "date": today})
    campaign._propose()
    return campaign.notice_ids


def main(number):
    config.parse_config(["--no-http", "--log-level=error"])
    with Registry(config["db_name"][0]).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        core_print = sys.modules["odoo.addons.debt_recovery.models.common.core_print"]
        core_print.find_silence = lambda _url: None  # no server answers here: pages come without our styles
        notices = make_notices(env, number)
        rendering, size = env["recovery.rendering"], env["recovery.dispatch"]._get_batch_size()
        rendering._render_letters(notices[:1])  # the style sheets are made once
        start = time.perf_counter()
        for notice in notices[:SAMPLE]:
            rendering._render_letters(notice)
        single = (time.perf_counter() - start) / SAMPLE
        start = time.perf_counter()
        count = sum(len(rendering._render_letters(notices.browse(ids))) for ids in split_every(size, notices.ids))
        together = time.perf_counter() - start
        print(f"Odoo {odoo.release.version}: {count} letters in batches of {size}: {together:.1f} s")
        print(f"one call each: {single:.2f} s a letter, {single * number:.0f} s for {number}")
        print(f"a batch takes {100 * together / (single * number):.0f} % of single calls")
        cr.rollback()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
