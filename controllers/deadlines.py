from odoo import http
from odoo.http import request


class RecoveryDeadlines(http.Controller):
    @http.route(
        "/debt_recovery/deadlines/<int:user_id>/<string:token>.ics",
        type="http",
        auth="public",
        readonly=True,
        sitemap=False,
    )
    def read_calendar(self, user_id, token):
        """Send a user's procedural deadlines to the calendar program that knows their address."""
        calendar = request.env["res.users"].browse(user_id)._open_deadline_feed(token)
        if calendar is None:
            return request.not_found()
        return request.make_response(
            calendar,
            headers=[
                ("Content-Type", "text/calendar; charset=utf-8"),
                ("Cache-Control", "no-store"),
                ("X-Robots-Tag", "noindex"),
            ],
        )
