import base64
import re

from odoo import SUPERUSER_ID, api, models
from odoo.tools.misc import file_open

from ..models.common.aside import Aside

STYLESHEET = re.compile(r'<link [^>]*href="(/web/assets/[^"]+)"[^>]*/?>')
SCRIPT = re.compile(r'<script [^>]*src="[^"]+"[^>]*>\s*</script>')
FETCHED = re.compile(r"@font-face\s*{[^}]*}|@import[^;]*;")
ADDRESS = re.compile(r"url\([^)]*\)")
NEGATION = re.compile(r":not\([^)]*\)")
RULE = re.compile(r"([^{}]+){[^{}]*}")
BY_ITSELF = Aside("printed_by_itself")
FONTS = {400: "Reg", 700: "Bol"}  # by weight, the part of the file's name


class IrActionsReport(models.Model):
    """Print the letters of the demonstration's past without asking the server for styles.

    While a module is being installed no server answers: wkhtmltopdf would get none, or
    wait for ever for the registry that waits for it.
    """

    _inherit = "ir.actions.report"

    @api.model
    def _build_wkhtmltopdf_args(self, *args, **kwargs):
        command_args = super()._build_wkhtmltopdf_args(*args, **kwargs)
        if BY_ITSELF.heard:  # there is nothing to wait for
            command_args[command_args.index("--javascript-delay") + 1] = "0"
        return command_args

    @api.model
    def _run_wkhtmltopdf(self, bodies, report_ref=False, header=None, footer=None, **options):
        if BY_ITSELF.heard:
            bodies = [self._inline_styles(body) for body in bodies]
            header, footer = (part and self._inline_styles(part) for part in (header, footer))
        return super()._run_wkhtmltopdf(bodies, report_ref=report_ref, header=header, footer=footer, **options)

    @api.model
    def _inline_styles(self, html):
        """Return a page that needs nothing but itself, with no more styles than it uses: reading them takes time."""
        words = set(re.findall(r"[\w-]+", html))

        def keep_used(rule):
            used = any(
                words.issuperset(re.findall(r"\.([\w-]+)", NEGATION.sub("", selector)))
                for selector in rule[1].split(",")
            )
            return rule[0] if used else ""

        def inline(link):
            return f"<style>{RULE.sub(keep_used, self._read_styles(link[1]))}</style>"

        html = STYLESHEET.sub(inline, SCRIPT.sub("", html))
        return html.replace("<style>", f"<style>{self._get_font_faces()}</style><style>", 1)

    @api.model
    def _read_styles(self, url):
        """Return the styles that the server would answer with under that address, nothing to fetch left."""
        env = self.env(user=SUPERUSER_ID, context={})
        name, rtl, _type, autoprefix = env["ir.asset"]._parse_bundle_name(url.rsplit("/", 1)[1], debug_assets=False)
        bundle = env["ir.qweb"]._get_asset_bundle(name, js=False, rtl=rtl, autoprefix=autoprefix).css()
        return ADDRESS.sub("none", FETCHED.sub("", bundle.raw.decode()))

    @api.model
    def _get_font_faces(self):
        faces = []
        for weight, name in FONTS.items():
            with file_open(f"web/static/fonts/lato/Lato-{name}-webfont.woff", "rb") as font:
                content = base64.b64encode(font.read()).decode()
            faces.append(
                f"@font-face{{font-family:Lato;font-weight:{weight};"
                f"src:url(data:font/woff;base64,{content}) format('woff')}}"
            )
        return "".join(faces)
