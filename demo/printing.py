"""Print the letters of the demonstration's past without asking the server for styles.

While a module is being installed no server answers: wkhtmltopdf would get none, or wait
for ever for the registry that waits for it.
"""

import base64
import re
from contextlib import contextmanager

from odoo import SUPERUSER_ID
from odoo.tools.misc import file_open

STYLESHEET = re.compile(r'<link [^>]*href="(/web/assets/[^"]+)"[^>]*/?>')
SCRIPT = re.compile(r'<script [^>]*src="[^"]+"[^>]*>\s*</script>')
FETCHED = re.compile(r"@font-face\s*{[^}]*}|@import[^;]*;")
ADDRESS = re.compile(r"url\([^)]*\)")
NEGATION = re.compile(r":not\([^)]*\)")
RULE = re.compile(r"([^{}]+){[^{}]*}")
FONTS = {400: "Reg", 700: "Bol"}  # by weight, the part of the file's name


@contextmanager
def printed_by_itself(env):
    """Have core print pages that need nothing but themselves, for the length of the block: afterwards none passes here.

    The registry is that of a module being installed: nobody else works with it meanwhile.
    """
    Report = env.registry["ir.actions.report"]
    build_args, print_page = Report._build_wkhtmltopdf_args, Report._run_wkhtmltopdf

    def build_args_without_delay(self, *args, **kwargs):
        command_args = build_args(self, *args, **kwargs)
        command_args[command_args.index("--javascript-delay") + 1] = "0"  # there is nothing to wait for
        return command_args

    def run_with_styles(self, bodies, report_ref=False, header=None, footer=None, **options):
        bodies = [_inline_styles(self.env, body) for body in bodies]
        header, footer = (part and _inline_styles(self.env, part) for part in (header, footer))
        return print_page(self, bodies, report_ref=report_ref, header=header, footer=footer, **options)

    Report._build_wkhtmltopdf_args, Report._run_wkhtmltopdf = build_args_without_delay, run_with_styles
    try:
        yield
    finally:
        del Report._build_wkhtmltopdf_args, Report._run_wkhtmltopdf


def _inline_styles(env, html):
    """Return a page that needs nothing but itself, with no more styles than it uses: reading them takes time."""
    words = set(re.findall(r"[\w-]+", html))

    def keep_used(rule):
        used = any(
            words.issuperset(re.findall(r"\.([\w-]+)", NEGATION.sub("", selector))) for selector in rule[1].split(",")
        )
        return rule[0] if used else ""

    def inline(link):
        return f"<style>{RULE.sub(keep_used, _read_styles(env, link[1]))}</style>"

    html = STYLESHEET.sub(inline, SCRIPT.sub("", html))
    return html.replace("<style>", f"<style>{_get_font_faces()}</style><style>", 1)


def _read_styles(env, url):
    """Return the styles that the server would answer with under that address, nothing to fetch left."""
    env = env(user=SUPERUSER_ID, context={})
    name, rtl, _type, autoprefix = env["ir.asset"]._parse_bundle_name(url.rsplit("/", 1)[1], debug_assets=False)
    bundle = env["ir.qweb"]._get_asset_bundle(name, js=False, rtl=rtl, autoprefix=autoprefix).css()
    return ADDRESS.sub("none", FETCHED.sub("", bundle.raw.decode()))


def _get_font_faces():
    faces = []
    for weight, name in FONTS.items():
        with file_open(f"web/static/fonts/lato/Lato-{name}-webfont.woff", "rb") as font:
            content = base64.b64encode(font.read()).decode()
        faces.append(
            f"@font-face{{font-family:Lato;font-weight:{weight};"
            f"src:url(data:font/woff;base64,{content}) format('woff')}}"
        )
    return "".join(faces)
