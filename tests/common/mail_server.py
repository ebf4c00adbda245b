"""A mail server on a real socket that takes mails, or cuts where it is told to."""

import socketserver
import threading
from contextlib import contextmanager
from unittest.mock import patch

#: The commands of one mail, in order; "data end" is the answer to the text itself.
COMMANDS = ("connect", "ehlo", "mail", "rcpt", "data", "data end")


class _Session(socketserver.StreamRequestHandler):
    def say(self, text):
        self.wfile.write(f"{text}\r\n".encode())

    def handle(self):
        server = self.server
        for command, argument in self.listen():
            if server.fault and command == server.fault[0] and server.faults_left > 0:
                server.faults_left -= 1
                if server.fault[1]:
                    self.say(server.fault[1])
                if not server.fault[1] or server.fault[1].startswith("421"):
                    return
                continue
            if command == "data end":
                server.taken.append(argument)
            if command == "quit":
                self.say("221 bye")
                return
            self.say({"connect": "220 test", "ehlo": "250 test", "data": "354 go on"}.get(command, "250 ok"))

    def listen(self):
        """Yield ``(command, text)`` as they come."""
        yield "connect", ""
        while line := self.rfile.readline():
            word = line.split()[0].decode().lower() if line.split() else ""
            word = {"helo": "ehlo"}.get(word, word)
            left = self.server.faults_left
            yield word, line.decode()
            if word == "data" and self.server.faults_left == left:  # it was told to go on
                text = b""
                while (line := self.rfile.readline()) not in (b".\r\n", b""):
                    text += line
                yield "data end", text.decode()


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True


class MailServerCommon:
    """Send the queue through a server of our own that listens on this machine."""

    @contextmanager
    def mail_server(self, at=None, answer=None, times=1):
        """Yield the list of the mails that the server takes.

        :param at: the command, one of :data:`COMMANDS`, at which it cuts, or answers something else.
        :param answer: what it answers instead; nothing: it cuts the connection.
        """
        server = _Server(("127.0.0.1", 0), _Session)
        server.fault, server.faults_left, server.taken = (at, answer) if at else None, times, []
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        record = self.env["ir.mail_server"].create(
            {"name": "Essais", "smtp_host": "127.0.0.1", "smtp_port": server.server_address[1], "sequence": -1}
        )
        try:
            with patch.object(type(self.env["ir.mail_server"]), "_disable_send", lambda _self: False):
                yield server.taken
        finally:
            server.shutdown()
            server.server_close()
            thread.join()
            record.unlink()
