"""``make kill-test``: twenty workers, runners, hosts and servers of PostgreSQL die while campaigns are done."""

import argparse
import json
import signal
import sys
from collections import Counter

from attack.siege import attack_often
from devenv.database import Databases
from devenv.environment import prepare
from devenv.suites import QUEUE


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--customers", type=int, default=120)
    parser.add_argument("--seed", type=int)
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_arguments: sys.exit(1))  # its servers end with it
    env = prepare()
    template = Databases(env).test_template(QUEUE)
    result = attack_often(env, template, arguments.kills, arguments.customers, arguments.seed)
    doubles = sum(sum(map(abs, figures["doubles"].values())) for figures in result["campaigns"])
    lost = sum(
        figures["customers"] - figures["notices"] + (figures["states"] != ["sent"]) for figures in result["campaigns"]
    )
    for file in (figures["file"] for figures in result["campaigns"]):
        doubles += sum(max(count - 1, 0) for count in file["kept"].values())
        lost += sum(not count for count in file["kept"].values()) + (file["file"] != "done")
    print(f"killed: {dict(Counter(result['killed']))}; doubled: {doubles}; lost: {lost}")
    print(json.dumps([figures["works"] for figures in result["campaigns"]]))
    return int(bool(doubles or lost or any(figures["state"] != "sent" for figures in result["campaigns"])))


if __name__ == "__main__":
    sys.exit(main())
