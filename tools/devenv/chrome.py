"""A headless Chromium driven over its debugging protocol, for pictures of screens.

Runs inside the virtual environment (it needs ``websocket-client``). Example::

    with Chrome(width=1400, height=900) as chrome:
        chrome.log_in(Session(url, "mydb", "admin", "admin"))
        chrome.open(f"{url}/odoo/invoicing", wait=".o_list_view")
        chrome.click("button.o_list_button_add")
        chrome.screenshot("new.png")
"""

import base64
import contextlib
import itertools
import json
import shutil
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

import websocket

from .apt import BROWSERS
from .common import DevError

TIMEOUT = 60
#: True once the web client, or any other page, has nothing more to draw.
IS_SETTLED = """
document.readyState === "complete"
&& document.fonts.status === "loaded"
&& (!document.querySelector(".o_web_client")
    || !!document.querySelector(".o_action_manager > *"))
&& !document.querySelector(".o_loading_indicator, .o_blockUI")
&& [...document.images].every((image) => image.complete)
"""


class Chrome:
    """One browser with one page; closed at the end of the ``with`` block."""

    def __init__(self, width=1400, height=900, scale=1.0, language="fr-FR"):
        self.errors = []
        self._numbers = itertools.count(1)
        self._profile = tempfile.mkdtemp(prefix="chrome-")
        self._process = subprocess.Popen(
            [
                _executable(),
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-extensions",
                "--disable-background-networking",
                "--no-first-run",
                "--hide-scrollbars",
                "--font-render-hinting=none",
                f"--lang={language}",
                f"--accept-lang={language}",
                "--remote-debugging-port=0",
                f"--user-data-dir={self._profile}",
                "about:blank",
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            self._socket = websocket.create_connection(self._page_address(), timeout=TIMEOUT, suppress_origin=True)
            for domain in ("Page", "Runtime", "Network"):
                self.command(f"{domain}.enable")
            self.set_viewport(width, height, scale)
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        self.close()

    def close(self):
        """End the browser and remove its profile."""
        with contextlib.suppress(Exception):
            self._socket.close()
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        # Its helper processes may still be writing for a moment.
        for _attempt in range(20):
            shutil.rmtree(self._profile, ignore_errors=True)
            if not Path(self._profile).exists():
                break
            time.sleep(0.1)

    def _page_address(self):
        file = Path(self._profile, "DevToolsActivePort")

        def read():
            if self._process.poll() is not None:
                raise DevError("Chromium does not start")
            return file.exists() and file.read_text().split("\n")[0]

        port = _wait(read, "Chromium to start")

        def page():
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/json") as answer:
                targets = json.load(answer)
            return next((t for t in targets if t["type"] == "page"), None)

        return _wait(page, "a page in Chromium")["webSocketDebuggerUrl"]

    # -- the protocol ------------------------------------------------------------

    def command(self, method, **params):
        """Send a command of the protocol and return its result."""
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            message = json.loads(self._socket.recv())
            if message.get("id") == number:
                if "error" in message:
                    raise DevError(f"{method}: {message['error']['message']}")
                return message["result"]
            self._on_event(message)

    def _on_event(self, message):
        if message.get("method") == "Runtime.exceptionThrown":
            details = message["params"]["exceptionDetails"]
            thrown = details.get("exception", {}).get("description")
            self.errors.append(thrown or details["text"])

    # -- what a person does ------------------------------------------------------------

    def set_viewport(self, width, height, scale=1.0):
        """Give the page the size of a window, *scale* pixels to each of its points."""
        self.command(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=scale,
            mobile=False,
        )

    def log_in(self, session):
        """Continue as the user of *session* (:class:`devenv.rpc.Session`)."""
        self.command(
            "Network.setCookie",
            name="session_id",
            value=session.cookie,
            url=session.url,
            httpOnly=True,
        )

    def open(self, url, wait=None):
        """Go to *url*, wait until it is drawn and shows the element *wait*."""
        # Another address of the same page, by its fragment, would load nothing.
        self.command("Page.navigate", url="about:blank")
        result = self.command("Page.navigate", url=url)
        if result.get("errorText"):
            raise DevError(f"{url}: {result['errorText']}")
        _wait(lambda: self.evaluate("location.href") != "about:blank", url)
        if wait:
            self.wait_for(wait)
        self.wait_until_settled()

    def evaluate(self, expression):
        """Return the value of a JavaScript expression, awaited if it is a promise."""
        result = self.command(
            "Runtime.evaluate",
            expression=expression,
            returnByValue=True,
            awaitPromise=True,
            userGesture=True,
        )
        if details := result.get("exceptionDetails"):
            thrown = details.get("exception", {}).get("description", details["text"])
            raise DevError(f"JavaScript: {thrown}")
        return result["result"].get("value")

    def wait_for(self, selector, timeout=TIMEOUT):
        """Wait until an element matches the CSS *selector*."""
        expression = f"!!document.querySelector({json.dumps(selector)})"
        _wait(lambda: self.evaluate(expression), selector, timeout)

    def wait_until_settled(self, timeout=TIMEOUT):
        """Wait until nothing is loading any more, twice in a row."""
        for _ in range(2):
            _wait(lambda: self.evaluate(IS_SETTLED), "the page to settle", timeout)
            time.sleep(0.4)

    def click(self, selector, wait=None):
        """Click on the first element that matches, as a mouse would."""
        self.wait_for(selector)
        box = self._box(selector)
        for kind in ("mousePressed", "mouseReleased"):
            self.command(
                "Input.dispatchMouseEvent",
                type=kind,
                x=box["x"] + box["width"] / 2,
                y=box["y"] + box["height"] / 2,
                button="left",
                clickCount=1,
            )
        if wait:
            self.wait_for(wait)
        self.wait_until_settled()

    def type(self, selector, text):
        """Put *text* into the field that matches, replacing what it holds."""
        self.wait_for(selector)
        self.evaluate(
            f"(() => {{ const field = document.querySelector({json.dumps(selector)});"
            " field.focus(); field.select?.(); })()"
        )
        self.command("Input.insertText", text=text)

    def screenshot(self, path, selector=None, full_page=False):
        """Write a PNG of the window, of the whole page, or of one element."""
        params = {"format": "png"}
        if selector:
            self.wait_for(selector)
            params["clip"] = self._box(selector) | {"scale": 1}
        elif full_page:
            size = self.command("Page.getLayoutMetrics")["cssContentSize"]
            params["clip"] = size | {"scale": 1}
            params["captureBeyondViewport"] = True
        data = self.command("Page.captureScreenshot", **params)["data"]
        path = Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(data))
        return path

    def _box(self, selector):
        return self.evaluate(
            f"(() => {{ const e = document.querySelector({json.dumps(selector)});"
            " e.scrollIntoView({block: 'nearest'});"
            " const {x, y, width, height} = e.getBoundingClientRect();"
            " return {x, y, width, height}; })()"
        )


def _executable():
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if not found:
        raise DevError("no Chromium: install it (Debian: apt-get install chromium)")
    return found


def _wait(condition, what, timeout=TIMEOUT):
    limit = time.monotonic() + timeout
    while time.monotonic() < limit:
        if value := condition():
            return value
        time.sleep(0.1)
    raise DevError(f"waited {timeout} s for {what} in vain")
