"""The production server: granian runs the WSGI application in several processes."""

from __future__ import annotations

import errno
import os
import socket
import time
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from villages.core.console import say
from villages.core.refusal import Refusal

THREADS = 4
# So that a process which cannot start at all is not started a thousand times a second.
RESPAWN_PAUSE_S = 0.2
LOGGING = {
    "formatters": {
        "generic": {"()": "villages.core.logs.JsonLines"},
        "access": {"()": "villages.core.logs.JsonLines"},
    },
}


class Server(Granian):  # type: ignore[misc, valid-type]  # the library chooses the class when it is imported
    """Replaces a process that dies, however often: the library's own rule ends the whole service at the second time."""

    def _respawn_workers(self, *arguments: Any, **options: Any) -> None:
        time.sleep(RESPAWN_PAUSE_S)
        super()._respawn_workers(*arguments, **options)
        self.respawned_wrks.clear()  # the list by which it decides


def run(*, host: str, port: int, workers: int | None) -> None:
    """Serve until told to stop (SIGTERM, Ctrl-C); raises Refusal where the port cannot be had."""
    host = _address(host)
    _refuse_busy_port(host, port)
    say(f"正在启动服务：http://{host}:{port}/ （按 Ctrl-C 停止）")
    Server(
        "wsgi:application",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers or min(len(os.sched_getaffinity(0)), 8),
        blocking_threads=THREADS,
        respawn_failed_workers=True,
        websockets=False,
        log_access=False,  # ours knows the request's id and leaves out what is personal
        log_level=LogLevels.warning,
        log_dictconfig=LOGGING,
        process_name=None,
    ).serve()


def _address(host: str) -> str:
    try:
        return str(socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0][4][0])
    except OSError as error:
        raise Refusal(f"--host {host} 不是本机的地址，请改成 127.0.0.1 或 0.0.0.0") from error


def _refuse_busy_port(host: str, port: int) -> None:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        reason = {
            errno.EADDRINUSE: f"端口 {port} 已被别的程序占用，请换一个：villages serve --port 8001",
            errno.EACCES: f"没有权限使用端口 {port}，请换一个大于 1023 的",
        }.get(error.errno or 0, f"不能在 {host} 上监听：{error.strerror}，请检查 --host")
        raise Refusal(reason) from error
