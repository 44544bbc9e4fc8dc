"""A mail server and a group's robot on this machine, which say what they are told to say and keep what came."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Mail(socketserver.StreamRequestHandler):
    """Speaks as much SMTP as a letter needs."""

    def handle(self) -> None:
        server: MailServer = self.server  # type: ignore[assignment]
        server.connections += 1
        self._say(server.greeting)
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                self._say("354 go on")
                content = b""
                while (line := self.rfile.readline()) not in (b".\r\n", b""):
                    content += line
                if server.data.startswith("250"):
                    server.letters.append(message_from_bytes(content))
                self._say(server.data)
            elif verb == b"RCPT":
                self._say(server.recipient)
            elif verb == b"QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 well")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class MailServer(socketserver.ThreadingTCPServer):
    """What it says, and what it was brought."""

    daemon_threads = allow_reuse_address = True
    greeting, recipient, data = "220 here", "250 known", "250 taken"

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Mail)
        self.letters: list[Message] = []
        self.connections = 0

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"


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

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Robot)
        self.asked: list[tuple[str, dict[str, object]]] = []
        self.status, self.answer, self.elsewhere = 200, b'{"errcode":0,"errmsg":"ok"}', ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/cgi-bin/webhook/send?key=a-secret"

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
