"""A user's session on a running Odoo, for scripts that prepare what they show."""

import http.cookiejar
import itertools
import json
import urllib.request

from .common import DevError

_numbers = itertools.count(1)


class Session:
    """One logged-in user.

    Example::

        session = Session("http://127.0.0.1:8069", "mydb", "admin", "admin")
        session.call("res.partner", "search_count", [])
    """

    def __init__(self, url, database, login, password):
        self.url = url
        self.database = database
        self.user_id = None
        self._cookies = http.cookiejar.CookieJar()
        processor = urllib.request.HTTPCookieProcessor(self._cookies)
        self._opener = urllib.request.build_opener(processor)
        self._credentials = {"db": database, "login": login, "password": password}
        self.authenticate()

    @property
    def cookie(self):
        """The identifier of the session, to be given to a browser."""
        return next(c.value for c in self._cookies if c.name == "session_id")

    def authenticate(self):
        """Log in, again when the preferences of the user have changed."""
        info = self._post("/web/session/authenticate", self._credentials)
        self.user_id = info["uid"]

    def call(self, model, method, *args, **kwargs):
        """Call a public method of a model with the rights of the user."""
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        return self._post(f"/web/dataset/call_kw/{model}/{method}", params)

    def set_language(self, language):
        """Give the user the active language whose code starts with *language*."""
        codes = [code for code, _name in self.call("res.lang", "get_installed")]
        code = next((code for code in codes if code.startswith(language)), None)
        if not code:
            raise DevError(f"{language} is not active in {self.database}: {codes}")
        self.call("res.users", "write", [self.user_id], {"lang": code})
        self.authenticate()

    def get(self, path):
        """Return the content of a page or document, as bytes."""
        with self._opener.open(self.url + path, timeout=180) as answer:
            return answer.read()

    def _post(self, path, params):
        body = {"jsonrpc": "2.0", "id": next(_numbers), "params": params}
        request = urllib.request.Request(
            self.url + path,
            json.dumps(body).encode(),
            {"Content-Type": "application/json"},
        )
        with self._opener.open(request, timeout=180) as answer:
            content = json.load(answer)
        if error := content.get("error"):
            detail = error.get("data", {}).get("message") or error.get("message")
            raise DevError(f"{path}: {detail}")
        return content.get("result")
