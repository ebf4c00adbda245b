"""The add-ons of this checkout, each with the tests that share one database."""

from dataclasses import dataclass
from pathlib import Path

from .common import MODULE, ROOT


@dataclass(frozen=True)
class Suite:
    """One add-on, the folder it lives in, what its tests need to be installed."""

    addon: str
    folder: Path
    #: Folders that the installation reads; a change in one makes a new database.
    sources: tuple
    #: Modules to install besides the add-on itself.
    others: tuple = ()

    @property
    def modules(self):
        return ",".join((*self.others, self.addon))

    @property
    def short(self):
        """Return what stands in the names of its databases: PostgreSQL cuts those beyond 63 characters."""
        return self.addon.removeprefix(f"{MODULE}_")

    @property
    def tests(self):
        return self.folder / "tests"


MAIN = Suite(MODULE, ROOT, sources=(ROOT,))
BRIDGES = ROOT / "bridges"
#: One line per add-on in bridges/, with ROOT among its sources.
SALE = Suite(
    "debt_recovery_sale",
    BRIDGES / "debt_recovery_sale",
    sources=(ROOT, BRIDGES / "debt_recovery_sale"),
    others=("sale",),
)
CALENDAR = Suite(
    "debt_recovery_calendar",
    BRIDGES / "debt_recovery_calendar",
    sources=(ROOT, BRIDGES / "debt_recovery_calendar"),
    others=("calendar",),
)
QUEUE = Suite(
    "debt_recovery_queue",
    BRIDGES / "debt_recovery_queue",
    sources=(ROOT, BRIDGES / "debt_recovery_queue"),
    others=("queue_job",),
)
AUTOMATION = Suite(
    "debt_recovery_automation",
    BRIDGES / "debt_recovery_automation",
    sources=(ROOT, BRIDGES / "debt_recovery_automation"),
    others=("base_automation",),
)
CREDIT_CONTROL = Suite(
    "debt_recovery_credit_control",
    BRIDGES / "debt_recovery_credit_control",
    sources=(ROOT, BRIDGES / "debt_recovery_credit_control"),
    others=("account_credit_control",),
)
#: That of Odoo Enterprise's follow-up cannot be installed here.
SUITES = (MAIN, SALE, CALENDAR, QUEUE, AUTOMATION, CREDIT_CONTROL)
