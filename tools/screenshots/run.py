"""The pictures of the README, of the add-on's page and of the guides in doc/: ``make screenshots``.

They are taken as Claire, the credit controller of the demonstration company, on a
database of their own: what was clicked in that of ``make run`` changes nothing here.
Those of the guides are taken in each language, as whom the guide is for.
``ARGS=--keep`` takes them again on the database of the last time.
"""

import argparse
import io
import sys
from contextlib import contextmanager

import pypdfium2
from PIL import Image, ImageOps

from devenv import demo, server
from devenv.chrome import Chrome
from devenv.common import ROOT, DevError, exclusive, say
from devenv.environment import prepare
from devenv.rpc import Session

DATABASE = "debt_recovery_screenshots"
USER = "claire"
FOLDER = ROOT / "static" / "description"
GUIDES = ROOT / "doc" / "pictures"
LANGUAGES = ("en", "fr")
WIDTH, HEIGHT = 1440, 900
LETTER_WIDTH = 1000
BORDER = "#b8bcc4"
MAX_BYTES = 250_000
COLORS = (256, 128, 64)

FORM = ".o_form_view .o_form_sheet"
#: Nothing moves, nothing blinks, no tip and no half-typed search on a picture.
STILL = """
(() => {
    const style = document.createElement("style");
    style.textContent = "* { animation: none !important; transition: none !important;"
        + " caret-color: transparent !important; }";
    document.head.append(style);
    document.activeElement?.blur();
})()
"""


class Photographer:
    """A user's browser, the session to look for what is worth a picture, and the folder that keeps it."""

    def __init__(self, chrome, session, folder=FOLDER):
        self.chrome = chrome
        self.session = session
        self.folder = folder

    # -- finding ----------------------------------------------------------------------

    def find(self, model, domain, order="id desc"):
        """Return the identifier of the first record of *domain*."""
        found = self.session.call(model, "search", domain, order=order, limit=1)
        if not found:
            raise DevError(f"the demonstration has no {model} for {domain}")
        return found[0]

    def find_debtor(self, name):
        """Return the debtor of that name, and its customer."""
        debtor = self.find("recovery.debtor", [["display_name", "=", name]])
        [values] = self.session.call("recovery.debtor", "read", [debtor], ["partner_id"])
        return debtor, values["partner_id"][0]

    def find_formal_notice(self, *domain):
        """Return the largest mise en demeure that left."""
        domain = [["kind", "=", "formal_notice"], ["state", "=", "sent"], ["document_id", "!=", False], *domain]
        return self.find("recovery.notice", domain, order="line_count desc, amount desc, id desc")

    # -- showing --------------------------------------------------------------------------

    def open(self, path, wait):
        """Open a screen of the Invoicing app."""
        self.chrome.open(f"{self.session.url}/odoo/{path}", wait=wait)

    def choose(self, section, entry, wait):
        """Open an entry of the menu bar."""
        self.open("recovery-campaigns", ".o_list_view")
        self.chrome.click(f".o_menu_sections [data-menu-xmlid='{section}']")
        self.chrome.click(f".o-dropdown--menu [data-menu-xmlid='debt_recovery.{entry}']", wait=wait)

    def keep(self, name):
        """Write what is on the screen into the file *name*."""
        self.chrome.evaluate(STILL)
        # the pointer rests where nothing lights up under it
        self.chrome.command("Input.dispatchMouseEvent", type="mouseMoved", x=WIDTH - 2, y=HEIGHT - 2)
        self.chrome.wait_until_settled()
        if self.chrome.errors:
            raise DevError(f"{name}: error on the page: {self.chrome.errors[0]}")
        picture = self.folder / name
        self.chrome.screenshot(picture)
        save(Image.open(picture), picture)


# -- the pictures -----------------------------------------------------------------------


def worklist(eye):
    eye.choose("debt_recovery.recovery_menu", "recovery_debtor_menu", wait=".o_list_view .o_data_row")
    eye.keep("worklist.png")


def campaign(eye):
    eye.open("recovery-campaigns", ".o_list_view")
    eye.chrome.click(".o_list_button_add", wait="button[name='action_propose']")
    eye.chrome.click("button[name='action_propose']", wait=f"{FORM} [name='notice_ids'] .o_data_row")
    eye.keep("campaign.png")
    eye.session.call("recovery.campaign", "unlink", [eye.find("recovery.campaign", [["state", "=", "proposed"]])])


def notice(eye):
    eye.open(f"recovery-notices/{eye.find_formal_notice()}", f"{FORM} [name='line_ids'] .o_data_row")
    eye.keep("notice.png")


def customer(eye):
    _debtor, partner = eye.find_debtor("Promotion Rive Gauche")
    eye.open(f"customers/{partner}", FORM)
    eye.chrome.click(".o_notebook .nav-link[name='recovery']", wait=".o_recovery_gauge")
    eye.keep("customer.png")


def debtor(eye):
    found, _partner = eye.find_debtor("Hôtel de l'Alpage")
    eye.open(f"recovery-worklist/{found}", f"{FORM} .o_notebook")
    eye.keep("debtor.png")


def case_kanban(eye):
    eye.choose("debt_recovery.recovery_menu", "recovery_case_menu", wait=".o_kanban_view .o_kanban_record")
    eye.keep("case_kanban.png")


def aged_balance(eye):
    eye.choose(
        "account.menu_finance_reports", "recovery_aged_balance_menu", wait=".o_recovery_aged_balance .o_recovery_ageing"
    )
    eye.keep("aged_balance.png")


def letter(eye):
    """The first page of a mise en demeure, as it is stored, on a sheet one can see on white."""
    found = eye.find_formal_notice(["amount_information", "=", 0])
    [values] = eye.session.call("recovery.notice", "read", [found], ["document_id"])
    content = eye.session.get(f"/web/content/{values['document_id'][0]}")
    page = pypdfium2.PdfDocument(content)[0]
    image = page.render(scale=LETTER_WIDTH / page.get_width()).to_pil()
    save(ImageOps.expand(image.convert("RGB"), border=2, fill=BORDER), eye.folder / "letter.png")


def setup(eye):
    eye.open("recovery-setup", FORM)
    eye.keep("setup.png")


def scenario(eye):
    eye.open("recovery-scenarios", ".o_list_view .o_data_row")
    eye.chrome.click(".o_data_row .o_data_cell[name='name']", wait=f"{FORM} [name='level_ids']")
    eye.keep("scenario.png")


def settings(eye):
    eye.open("settings", ".settings_tab")
    eye.chrome.click(".settings_tab .tab[data-key='account']", wait="#recovery_identity")
    eye.chrome.evaluate("document.querySelector('#recovery_identity').scrollIntoView()")
    eye.keep("settings.png")


PICTURES = (worklist, campaign, notice, customer, debtor, case_kanban, aged_balance, letter)
#: What the guide of each role shows, as the user who has it.
GUIDE_PICTURES = {
    "claire": (worklist, campaign, debtor, case_kanban, letter),
    "admin": (setup, scenario, settings),
    "alice": (aged_balance,),
}


def save(image, path):
    """Write a PNG with as many colours as fit into the size that a page may weigh."""
    for colors in COLORS:
        reduced = image.convert("RGB").quantize(colors, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        data = io.BytesIO()
        reduced.save(data, "PNG", optimize=True)
        if data.tell() < MAX_BYTES:
            break
    else:
        raise DevError(f"{path.name} weighs {data.tell()} bytes, more than {MAX_BYTES}")
    path.write_bytes(data.getvalue())
    say(f"{path.relative_to(ROOT)}: {image.width} × {image.height}, {data.tell() // 1000} kB")


# -- where they are taken --------------------------------------------------------------------


@contextmanager
def demonstration(keep):
    """Serve a demonstration database, new unless it is kept, and return the server."""
    env = prepare()
    demo.NAME = DATABASE
    with exclusive():
        demo.ensure(env, fresh=not keep)
    with server.serving(env, DATABASE) as running:
        yield running


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--keep", action="store_true", help="use the database of the last time")
    parser.add_argument("only", nargs="*", metavar="PICTURE", help="by default all of them")
    options = parser.parse_args()
    with demonstration(options.keep) as running, Chrome(WIDTH, HEIGHT) as chrome:
        take_all(chrome, Session(running.url, DATABASE, USER, USER), PICTURES, FOLDER, options.only)
        for login, takes in GUIDE_PICTURES.items():
            session = Session(running.url, DATABASE, login, login)
            for language in LANGUAGES:
                session.set_language(language)
                take_all(chrome, session, takes, GUIDES / language, options.only)


def take_all(chrome, session, takes, folder, only):
    """Take these pictures as the user of *session*, those named in *only* if it names any."""
    folder.mkdir(parents=True, exist_ok=True)
    chrome.log_in(session)
    for take in takes:
        if not only or take.__name__ in only:
            take(Photographer(chrome, session, folder))


if __name__ == "__main__":
    try:
        main()
    except DevError as failure:
        sys.exit(f"[dev] error: {failure}")
