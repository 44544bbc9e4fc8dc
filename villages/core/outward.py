"""The ways out of the house: a letter by SMTP, a text by webhook. What fails says why in Chinese, and no address.

Nothing is sent in the clear beyond this machine; a webhook reaches public addresses alone, and inner ones that the
settings name; it follows nobody elsewhere.
"""

from __future__ import annotations

import http.client
import ipaddress
import json
import smtplib
import socket
import ssl
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from villages.settings import Network, is_loopback

PATIENCE_S = 10.0
MOST_BYTES = 65_536
SUBMISSION, SMTPS, LAST_TRANSIENT = 587, 465, 499
# By OpenSSL's numbers (X509_V_ERR_…): whatever else is wrong with a certificate, nobody trusted stands behind it.
BAD_CERTIFICATE = {10: "它的证书过期了", 62: "它的证书是发给别的名字的", 64: "它的证书是发给别的名字的"}
# The first that fits.
TROUBLES: dict[type[Exception], str] = {
    ssl.SSLError: "加密没有谈成，请核对端口和加密方式",
    UnicodeError: "名字写得不对",
    socket.gaierror: "找不到这个名字，请核对，也看看网络通不通",
    TimeoutError: "等了很久没有回答",
    ConnectionRefusedError: "那里没有开着，请核对端口",
    ConnectionError: "说到一半断了",
    smtplib.SMTPServerDisconnected: "说到一半断了",
    smtplib.SMTPNotSupportedError: "它不能用密码登录",
    http.client.RemoteDisconnected: "说到一半断了",
}


class Unsent(Exception):  # noqa: N818 - what it is
    """What was not sent, and why; `for_good`: it would not be sent another time either."""

    def __init__(self, words: str, *, for_good: bool = False) -> None:
        super().__init__(words)
        self.for_good = for_good


@dataclass(frozen=True)
class Letter:
    """A plain text to one address. `name` makes the Message-ID: sent twice, it is the same letter."""

    name: str
    to: str
    subject: str
    text: str
    at: datetime


class Postman:
    """One connection to the mail server of an address like smtp://user:password@host:587 or smtps://…."""

    def __init__(self, connection: smtplib.SMTP, sender: str) -> None:
        self._connection, self._sender = connection, sender

    def send(self, letter: Letter) -> None:
        """Hand over a letter; raises Unsent."""
        message = EmailMessage()
        domain = self._sender.rpartition("@")[2]
        message["From"], message["To"], message["Subject"] = self._sender, letter.to, letter.subject
        message["Date"], message["Message-ID"] = format_datetime(letter.at), f"<{letter.name}@{domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text, cte="base64")
        try:
            self._connection.sendmail(self._sender, [letter.to], message.as_bytes())
        except smtplib.SMTPRecipientsRefused as error:
            (code, _), *_ = error.recipients.values()
            raise Unsent(f"收信的邮箱被退回（{code}）", for_good=code > LAST_TRANSIENT) from None
        except smtplib.SMTPResponseException as error:
            raise Unsent(f"邮件服务器不收（{error.smtp_code}）", for_good=error.smtp_code > LAST_TRANSIENT) from None
        except (OSError, smtplib.SMTPException) as error:
            raise Unsent(f"发信时断了：{_why(error)}") from None


@contextmanager
def postman(url: str, sender: str) -> Iterator[Postman]:
    """Somebody who takes letters to the mail server; raises Unsent where it is not to be had."""
    parts = urlsplit(url)
    host, is_tls = parts.hostname or "", parts.scheme == "smtps"
    context, own = ssl.create_default_context(), sender.rpartition("@")[2]
    try:
        if is_tls:
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                host, parts.port or SMTPS, local_hostname=own, timeout=PATIENCE_S, context=context
            )
        else:
            connection = smtplib.SMTP(host, parts.port or SUBMISSION, local_hostname=own, timeout=PATIENCE_S)
    except (OSError, smtplib.SMTPException, UnicodeError) as error:
        raise Unsent(f"连不上邮件服务器：{_why(error)}") from None
    try:
        _begin(connection, parts.username, parts.password, context, is_tls=is_tls, is_near=is_loopback(host))
        yield Postman(connection, sender)
    finally:
        try:
            connection.quit()
        except (OSError, smtplib.SMTPException):
            connection.close()


def _begin(
    connection: smtplib.SMTP, user: str | None, password: str | None, context: ssl.SSLContext, *, is_tls: bool,
    is_near: bool,
) -> None:  # fmt: skip
    try:
        connection.ehlo()
        if not is_tls and connection.has_extn("starttls"):
            connection.starttls(context=context)
            connection.ehlo()
        elif not is_tls and not is_near:
            raise Unsent("邮件服务器不加密（没有 STARTTLS），为了不泄露查询码没有发")
        if user:
            connection.login(unquote(user), unquote(password or ""))
    except smtplib.SMTPAuthenticationError:
        raise Unsent("邮件服务器不认用户名和密码") from None
    except UnicodeError:
        raise Unsent("邮件服务器的用户名和密码只能有英文字母、数字和符号") from None
    except (OSError, smtplib.SMTPException) as error:
        raise Unsent(f"和邮件服务器没有说通：{_why(error)}") from None


def _why(error: Exception) -> str:
    """What went wrong on the way, in words; never what the other side said, which may quote what it was sent."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return BAD_CERTIFICATE.get(error.verify_code, "它的证书不是可信的机构发的，可能有人冒充")
    for kind, words in TROUBLES.items():
        if isinstance(error, kind):
            return words
    return type(error).__name__


def webhook_problem(url: str) -> str:
    """What is wrong with the address of a webhook, in Chinese; '' when nothing is."""
    try:
        parts = urlsplit(url)
        good = parts.hostname and parts.port != 0 and "@" not in parts.netloc and url.isascii() and url.isprintable()
    except ValueError:
        good = False
    if not good or " " in url:
        return "机器人的网址不对，请从群里整个复制过来"
    if parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or "")):
        return ""
    return "机器人的网址要以 https:// 开头"


def post_text(url: str, text: str, *, networks: Sequence[Network]) -> None:
    """Send a text to a group's robot (WeCom, DingTalk); raises Unsent unless it says that it took it."""
    if problem := webhook_problem(url):
        raise Unsent(problem, for_good=True)
    body = json.dumps({"msgtype": "text", "text": {"content": text}}, ensure_ascii=False).encode()
    told = _asked(url, body, networks)
    if told.get("errcode") != 0:
        raise Unsent(f"机器人不收（errcode {str(told.get('errcode'))[:10]}）")


def _asked(url: str, body: bytes, networks: Sequence[Network]) -> Mapping[str, Any]:
    parts = urlsplit(url)
    host, is_tls = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if is_tls else 80)
    until = time.monotonic() + 2 * PATIENCE_S
    connection = http.client.HTTPConnection(host, port, timeout=PATIENCE_S)
    try:
        # Connected here, to the very address that was looked at: a name may mean another one a moment later.
        plain = socket.create_connection((_permitted(host, port, networks), port), timeout=PATIENCE_S)
        connection.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=host) if is_tls else plain
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "villages"}
        if not is_default_port(parts.port, is_tls=is_tls):
            headers["Host"] = f"{host}:{port}"
        connection.request("POST", path, body, headers)
        with connection.getresponse() as response:
            if response.status != http.client.OK:
                raise Unsent(f"机器人的网址回答 {response.status}")
            content = b""
            while (some := response.read1(MOST_BYTES)) and len(content) <= MOST_BYTES and time.monotonic() < until:
                content += some
        told = json.loads(content)
    except (OSError, http.client.HTTPException, UnicodeError) as error:
        raise Unsent(f"连不上机器人的网址：{_why(error)}") from None
    except ValueError:
        raise Unsent("机器人的网址回答的不是它该回答的") from None
    finally:
        connection.close()
    return told if isinstance(told, Mapping) else {}


def is_default_port(port: int | None, *, is_tls: bool) -> bool:
    """Whether an address need not tell its port."""
    return port in (None, 443 if is_tls else 80)


def _permitted(host: str, port: int, networks: Sequence[Network]) -> str:
    """The address of a host, where all that it has may be reached."""
    found = [ipaddress.ip_address(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    for address in found:
        inner = getattr(address, "ipv4_mapped", None) or address
        is_named = any(inner.version == network.version and inner in network for network in networks)
        if not is_named and (not inner.is_global or inner.is_multicast):
            raise Unsent("机器人的网址在内部网络里，要先在 VILLAGES_WEBHOOK_NETWORKS 里写明", for_good=True)
    return str(found[0])
