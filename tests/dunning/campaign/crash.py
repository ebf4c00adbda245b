"""A sender in a process of its own, to be killed: ``python crash.py JSON`` (it is not a test).

It sends what campaigns left to the scheduled job, in batches of two, and says on its
output what it is doing: ``loaded``, then ``batch`` each time that a batch is written
but not committed yet.
"""

import json
import sys
import time


def say(word):
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def main(options):
    from odoo.tools import config

    config.parse_config(options["arguments"])
    from odoo import SUPERUSER_ID, api
    from odoo.modules.registry import Registry

    registry = Registry(options["database"])
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {"allowed_company_ids": [options["company"]]})
        dispatch = type(env["recovery.dispatch"])
        dispatch._get_batch_size = lambda _self: 2
        deliver = dispatch._deliver
        batches = []

        def announce(self, notices, day):
            deliver(self, notices, day)
            self.env.flush_all()
            batches.append(notices)
            say("batch")
            if len(batches) == options["hang_in_batch"]:
                time.sleep(60)  # the parent kills us here: written, not committed

        dispatch._deliver = announce
        say("loaded")
        if options["wait"]:
            sys.stdin.readline()  # the others are ready too
        env["recovery.campaign"]._cron_send()
    say("end")


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
