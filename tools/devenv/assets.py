"""The bundles of scripts and styles, made before the tests: each would make its own again and take it back.

Odoo's own runner does the same before the tests of an installed database.
"""

#: What the screens of the web client and the printed pages load.
SCRIPTS = ("web.assets_web", "web.assets_tests", "web.assets_backend_lazy", "web.chartjs_lib")
STYLES = ("web.assets_web", "web.assets_web_print", "web.assets_backend_lazy", "web.report_assets_common")


def make(env):
    """Make the bundles that are missing or older than their files."""
    Qweb = env["ir.qweb"]
    for name in SCRIPTS:
        Qweb._get_asset_bundle(name, css=False, js=True).js()
    for name in STYLES:
        Qweb._get_asset_bundle(name, css=True, js=False).css()
