"""A mail server and a group's robot on this machine, which say what they are told to say and keep what came."""

from __future__ import annotations

import json
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Mail(socketserver.StreamRequestHandler):
    """Speaks as much SMTP as a letter needs."""

    is_sealed = False

    def handle(self) -> None:
        server: MailServer = self.server  # type: ignore[assignment]
        server.connections += 1
        with suppress(OSError):  # whoever does not trust us hangs up in the middle
            if server.tls and server.is_sealed_at_once:
                self._seal(server.tls)
            self._say(server.greeting)
            while (line := self.rfile.readline()) and self._answered(server, line):
                pass

    def _answered(self, server: MailServer, line: bytes) -> bool:
        verb = line[:4].upper()
        if not self.is_sealed:
            server.in_clear.append(line)
        if verb == b"EHLO" and server.tls:
            self._say("250-here" if self.is_sealed else "250-here\r\n250-STARTTLS")
            self._say("250 AUTH PLAIN")
        elif verb == b"STAR" and server.tls:
            self._say("220 go on")
            self._seal(server.tls)
        elif verb == b"AUTH":
            server.logins.append(line)
            self._say(server.login)
        elif verb == b"DATA":
            self._say("354 go on")
            content = b""
            while (line := self.rfile.readline()) not in (b".\r\n", b""):
                content += line
            if server.data.startswith("250"):
                server.letters.append(message_from_bytes(content))
            self._say(server.data)
        elif verb == b"QUIT":
            self._say("221 bye")
        else:
            self._say(server.recipient if verb == b"RCPT" else "250 well")
        return verb != b"QUIT"

    def _seal(self, tls: ssl.SSLContext) -> None:
        self.request = self.connection = tls.wrap_socket(self.request, server_side=True)
        self.is_sealed = True
        self.setup()

    def finish(self) -> None:
        super().finish()
        self.request.close()

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class MailServer(socketserver.ThreadingTCPServer):
    """What it says, and what it was brought. `tls`: seals at once, or when asked by STARTTLS, which it then offers."""

    daemon_threads = allow_reuse_address = True
    greeting, recipient, data, login = "220 here", "250 known", "250 taken", "235 come in"

    def __init__(self, tls: ssl.SSLContext | None = None, *, is_sealed_at_once: bool = False) -> None:
        super().__init__(("127.0.0.1", 0), Mail)
        self.tls, self.is_sealed_at_once = tls, is_sealed_at_once
        self.letters: list[Message] = []
        self.logins: list[bytes] = []
        self.in_clear: list[bytes] = []
        self.connections = 0

    @property
    def url(self) -> str:
        return f"smtp{'s' if self.is_sealed_at_once else ''}://127.0.0.1:{self.server_address[1]}"


class Robot(BaseHTTPRequestHandler):
    """A group's robot."""

    def do_POST(self) -> None:
        server: RobotServer = self.server  # type: ignore[assignment]
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        server.asked.append((self.path, body))
        self.send_response(server.status)
        if server.elsewhere:
            self.send_header("Location", server.elsewhere)
        self.end_headers()
        self.wfile.write(server.answer)

    def log_message(self, *_: object) -> None:
        """Nothing on the terminal."""


class RobotServer(ThreadingHTTPServer):
    """What it answers, and what it was asked."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Robot)
        self.scheme = "https" if tls else "http"
        if tls:  # the handshake is the handler's, so that a bad one holds up nobody
            self.socket = tls.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self.asked: list[tuple[str, dict[str, object]]] = []
        self.status, self.answer, self.elsewhere = 200, b'{"errcode":0,"errmsg":"ok"}', ""

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.server_address[1]}/cgi-bin/webhook/send?key=a-secret"

    def handle_error(self, *_: object) -> None:
        """Whoever does not trust us hangs up in the middle."""

    @property
    def texts(self) -> list[str]:
        return [body["text"]["content"] for _, body in self.asked]  # type: ignore[index]


@contextmanager
def running(server: socketserver.BaseServer) -> Iterator[None]:
    """A server that answers until the end."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
