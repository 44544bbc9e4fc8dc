"""The page that is shown until the service is reached for the first time: our own, from this machine itself."""

from __future__ import annotations

import json
import socket
import ssl
import threading
import urllib.error
import urllib.request
from datetime import datetime
from email.message import Message
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from .policies import CONNECTING_PORT

PAGE = Path(__file__).with_name("connecting.html")
PATIENCE = 8


def trouble(address: str) -> str:
    """Why an address of the service does not answer, in Chinese for the technician; '' when it does."""
    host = urlsplit(address).hostname
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
            return _trouble_in(answer.status, answer.headers)
    except urllib.error.HTTPError as error:
        with error:
            return _trouble_in(error.code, error.headers)
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        if isinstance(reason, ssl.SSLCertVerificationError):
            today = datetime.now().astimezone()
            clock = f"{today.year}年{today.month}月{today.day}日 {today:%H:%M}"
            return f"网站的证书没有通过检查。这台机器的时间是 {clock}，不对就先校时；时间对，就联系县里管网站的人。"
        if isinstance(reason, socket.gaierror) and reason.errno == socket.EAI_NONAME:
            return f"找不到网址 {host}。请看看设置里的网址写得对不对。"
        if isinstance(reason, socket.gaierror):
            return "网络没有通。请看看网线插好没有，路由器开了没有。"
        return f"网站 {host} 没有回应。请看看网线和路由器，别的电脑能不能打开这个网站。"


def _trouble_in(status: int, headers: Message) -> str:
    """An answer of ours may be a refusal, to a machine that must be paired first."""
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.NOT_FOUND:
        return f"网站有回应，但出错了（{status}）。请看看设置里的网址，再联系县里管网站的人。"
    if "Content-Security-Policy" not in headers:
        return "网络通了，但打开的不是本系统。这里的网络可能要先登录才能用，请问管网络的人。"
    return ""


class ConnectingPage:
    """A server for one page and one question; as a context it runs until the end of it."""

    def __init__(self, address: str, port: int = CONNECTING_PORT) -> None:
        """The port is open from here on, so that a browser may ask at once."""
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _answering(address))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()


def _answering(address: str) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/state":
                self._answer("application/json", json.dumps({"trouble": trouble(address)}).encode())
            elif self.path == "/":
                page = PAGE.read_text(encoding="utf-8").replace("{address}", address)
                self._answer("text/html; charset=utf-8", page.encode())
            else:
                self.send_error(404)

        def _answer(self, kind: str, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing: it asks every few seconds."""

    return Handler
