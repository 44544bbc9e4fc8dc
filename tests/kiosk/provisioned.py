"""A hall to try the machine in: a small site with an offline copy, and Chromium under the machine's own policies."""

from __future__ import annotations

import json
import subprocess
import threading
import wave
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any, Self

from tests.chromium import CHROMIUM

POLICIES = Path("/etc/chromium")
HOME = """<!doctype html><meta charset="utf-8"><title>首页 · 码上公开</title>
<link rel="icon" href="data:,"><h1>首页</h1>
<a id="ours" href="/kiosk/village">村</a> <a id="away" href="https://www.example.org/">外面</a>
<a id="staff" href="/admin/">后台</a> <a id="paper" href="/kiosk/paper.zip" download>下载</a>
<input type="file" id="file">
<script>document.cookie = "kiosk=token; path=/kiosk; max-age=34560000";
navigator.serviceWorker.register("/kiosk/sw.js", {scope: "/kiosk/"})</script>"""
PAIR = """<!doctype html><meta charset="utf-8"><title>配对这台机器</title><link rel="icon" href="data:,">
<script>setTimeout(() => location.replace("/kiosk/"), 3000)</script>"""
PUSHY = """<!doctype html><meta charset="utf-8"><title>示例</title><link rel="icon" href="data:,">
<a href="/kiosk/paper.zip" download>下载</a>
<script>document.title = window.open("/kiosk/village") ? "开了" : "没有开"
document.querySelector("a").click()</script>"""
WORKER = """addEventListener("install", e => e.waitUntil(caches.open("hall").then(c => c.add("/kiosk/"))));
addEventListener("activate", e => e.waitUntil(clients.claim()));
addEventListener("fetch", e => e.respondWith(fetch(e.request).catch(() => caches.match("/kiosk/"))));"""


def _sound() -> bytes:
    made = BytesIO()
    with wave.open(made, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8000)
        sound.writeframes(b"\x80" * 800)
    return made.getvalue()


PAGES: dict[str, tuple[str, bytes]] = {
    "/kiosk/": ("text/html", HOME.encode()),
    "/kiosk/pair": ("text/html", PAIR.encode()),
    "/kiosk/village": ("text/html", "<!doctype html><meta charset=utf-8><title>示例村</title>".encode()),
    "/kiosk/pushy": ("text/html", PUSHY.encode()),
    "/kiosk/sw.js": ("text/javascript", WORKER.encode()),
    "/kiosk/paper.zip": ("application/zip", b"PK\x05\x06" + bytes(18)),
    "/kiosk/sound.wav": ("audio/wav", _sound()),
    "/admin/": ("text/html", "<!doctype html><meta charset=utf-8><title>后台</title>".encode()),
}


class Site:
    """The service as a kiosk sees it; it notes what it was asked for."""

    def __init__(self, port: int) -> None:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                kind, body = PAGES.get(self.path.partition("?")[0], ("", b""))
                self.send_response(200 if kind else 404)
                self.send_header("Content-Type", kind or "text/plain")
                if site.is_ours:
                    self.send_header("Content-Security-Policy", "default-src 'self' 'unsafe-inline' data:")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None: ...

        self.asked: list[str] = []
        self.is_ours = True
        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self.base = f"http://127.0.0.1:{self._server.server_port}/"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def under_policies(policies: dict[str, Any], folder: Path) -> Path:
    """A program that is Chromium, for which these are the policies of the machine, whoever runs the tests.

    The real folder needs root, so it gets one of its own, seen in its own mount namespace.
    """
    assert POLICIES.is_dir(), f"{POLICIES} is missing: these trials need Debian's chromium"
    alone = subprocess.run(
        ["unshare", "--mount", "--map-root-user", "true"], capture_output=True, text=True, check=False
    )
    assert alone.returncode == 0, (
        f"these trials need namespaces of their own (kernel.unprivileged_userns_clone=1): {alone.stderr}"
    )
    managed = folder / "managed"
    managed.mkdir()
    (managed / "villages-kiosk.json").write_text(json.dumps(policies), encoding="utf-8")
    program = folder / "chromium"
    program.write_text(
        "#!/bin/sh\n"
        f"exec unshare --mount --map-root-user sh -c 'mount -t tmpfs none {POLICIES} && "
        f"mkdir {POLICIES}/policies && cp -r {managed} {POLICIES}/policies/ && "
        f'exec {CHROMIUM} --no-sandbox "$@"\' chromium "$@"\n',
        encoding="utf-8",
    )
    program.chmod(0o755)
    return program
