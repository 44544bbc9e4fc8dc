"""Whoever gives a download up half-way takes nothing from the others: no session stays with nobody."""

import socket
import urllib.request
from urllib.parse import urlsplit

from tests.data.conftest import VILLAGE
from tests.portal.published import ARTICLE, given_of, publish
from tests.portal.sizes import prose
from tests.service_process import served
from villages.core.db import Storage

BODY = next(field.name for field in ARTICLE.fields if field.block == "rich")
# More than the connections that a process may open at once.
MANY = 40


def give_up(base, path):
    where = urlsplit(base)
    with socket.create_connection((where.hostname, where.port), timeout=30) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.sendall(f"GET {path} HTTP/1.1\r\nHost: {where.netloc}\r\n\r\n".encode())
        assert line.recv(100).startswith(b"HTTP/1.1 200")


def test_pages_open_after_many_gave_a_download_up(make_settings, tmp_path):
    settings = make_settings("nanle")
    storage = Storage(settings.database_url)
    with storage.transaction() as session:
        given = given_of(ARTICLE, **{BODY: prose(60_000, 1)})
        for _ in range(20):
            publish(session, VILLAGE, ARTICLE, given)
    storage.close()
    with served(settings, tmp_path / "serve.log", workers=1) as service:
        for _ in range(MANY):
            give_up(service.base, f"/data/{ARTICLE.key}.csv")
        with urllib.request.urlopen(f"{service.base}/villages/{VILLAGE}/affairs", timeout=30) as answer:
            assert answer.status == 200
