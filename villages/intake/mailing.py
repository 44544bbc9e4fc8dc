"""The county's mail server: as the settings name it, else as an administrator gave it; its password is sealed.

The password is shown to nobody, and goes to no other server than the one for which it was typed.

Whoever has the server reads the receipts of all who left a mailbox, code and all, and with it what is kept from them.
So no server is put to use by one person: who gives it proposes it, another confirms it (office/proposals.py).
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, unquote, urlsplit

from sqlalchemy.orm import Session

from villages.audit.actions import record
from villages.audit.models import Actor
from villages.core.refusal import Refusal
from villages.core.sealing import Unreadable
from villages.intake.models import MailServer
from villages.intake.sealed import closed, opened
from villages.settings import ADDRESS, HIGHEST_PORT

ONLY, SUBJECT = 1, "mail"
PROPOSED = "mail"
TLS = {"smtps": "一开始就加密（端口多半是 465）", "smtp": "先连上再加密，STARTTLS（端口多半是 587）"}
HOST = re.compile(r"(?=.{1,253}$)[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*")
LONGEST = 100


@dataclass(frozen=True)
class Server:
    """A mail server as somebody types it; `sender` is whose mailbox letters carry."""

    tls: str = "smtps"
    host: str = ""
    port: str = "465"
    user: str = ""
    password: str = ""
    sender: str = ""

    @property
    def login(self) -> tuple[str, str, str, str]:
        """What the password is for."""
        return self.tls, self.host.lower(), self.port, self.user

    @property
    def url(self) -> str:
        """The same as one address."""
        name = f"{quote(self.user, safe='')}:{quote(self.password, safe='')}@" if self.user else ""
        return f"{self.tls}://{name}{self.host}:{self.port}"


@dataclass(frozen=True)
class Way:
    """Where letters are handed over, and whose address they carry."""

    url: str
    sender: str


def has_mail(session: Session) -> bool:
    """Whether letters can be sent at all."""
    row = session.get(MailServer, ONLY)
    return bool(session.info["settings"].smtp_url) or (row is not None and row.off_at is None)


def mail_way(session: Session, *, even_off: bool = False) -> Way | None:
    """How letters go; None where there is no mail server or it is switched off. Raises core.sealing.Unreadable.

    `even_off`: to be tried before it is in use.
    """
    settings, row = session.info["settings"], session.get(MailServer, ONLY)
    if settings.smtp_url:
        return Way(settings.smtp_url, settings.mail_from)
    if row is None or (row.off_at is not None and not even_off):
        return None
    return Way(opened(session, row.address, about=row.about), row.sender)


def known(session: Session) -> Server | None:
    """The mail server that is in use or switched off, its password with it: for no page. Raises Unreadable."""
    settings, row = session.info["settings"], session.get(MailServer, ONLY)
    if settings.smtp_url:
        return _read(settings.smtp_url, settings.mail_from)
    return _read(opened(session, row.address, about=row.about), row.sender) if row is not None else None


def problems(session: Session, given: Server) -> dict[str, str]:
    """What is wrong with what was typed, by field, in Chinese."""
    port = given.port if given.port.isascii() and given.port.isdigit() else "0"
    wrong = {
        "tls": "" if given.tls in TLS else "请选怎样加密",
        "host": "" if HOST.fullmatch(given.host) else "服务器不对，应当像 smtp.example.com 这样",
        "port": "" if 0 < int(port[:9]) <= HIGHEST_PORT else "端口是 1 到 65535 之间的数字",
        "user": "" if _is_plain(given.user) else "用户名只能有英文字母、数字和符号，多半就是邮箱",
        "password": "" if _is_plain(given.password) else "密码只能有英文字母、数字和符号，邮箱给的授权码就是这样",
        "sender": "" if ADDRESS.fullmatch(given.sender) else "发信的邮箱不对，应当像 name@example.com 这样",
    }
    if given.user and not given.password and not _kept(session, given):
        wrong["password"] = "请填密码。换了服务器、端口、加密或用户名，密码也要重新填"  # noqa: S105 - words
    return {name: words for name, words in wrong.items() if words}


def set_mail(session: Session, given: Server, *, by: Actor, at: datetime) -> None:
    """Keep a server, not in use until it is confirmed; a password that was left empty stays. Raises Refusal."""
    if wrong := problems(session, given):
        raise Refusal(*wrong.values())
    row = session.get(MailServer, ONLY) or MailServer(id=ONLY)
    password = given.password or _kept(session, given)
    whole = Server(*given.login, password=password, sender=given.sender)
    row.address, row.sender, row.off_at = closed(session, whole.url, about=row.about), given.sender, at
    session.add(row)
    record(session, "case.mail_save", SUBJECT, by=by, at=at, new=f"{given.host}:{given.port}")
    session.flush()


def mark_of(session: Session) -> str:
    """What stands for the server exactly as it is kept now; '' for none."""
    row = session.get(MailServer, ONLY)
    return hashlib.sha256(f"{row.address} {row.sender}".encode()).hexdigest() if row is not None else ""


def to_confirm(session: Session) -> str:
    """What a second person is asked, in words. Raises Refusal where there is nothing to be put to use."""
    _own(session)
    try:
        server = known(session) or Server()
    except Unreadable as error:
        raise Refusal("原来的设置读不出来（密钥换过），请重新填写") from error
    return f"启用邮件服务器 {server.host}，端口 {server.port}，发信的邮箱 {server.sender}：写信人的回执和查询码都经过它"


def switch_mail_on(session: Session, mark: str, *, by: Actor, at: datetime) -> None:
    """Have letters go by the server that was confirmed. Raises Refusal where it is another by now."""
    if mark_of(session) != mark:
        raise Refusal("邮件服务器后来又改过，或者换过密钥，请在“诉求通知”里重新启用")
    _own(session).off_at = None
    record(session, "case.mail_on", SUBJECT, by=by, at=at)
    session.flush()


def switch_mail_off(session: Session, *, by: Actor, at: datetime) -> None:
    """Send no letters for now."""
    _own(session).off_at = at
    record(session, "case.mail_off", SUBJECT, by=by, at=at)
    session.flush()


def remove_mail(session: Session, *, by: Actor, at: datetime) -> None:
    """Forget the mail server and its password."""
    session.delete(_own(session))
    record(session, "case.mail_remove", SUBJECT, by=by, at=at)
    session.flush()


def _own(session: Session) -> MailServer:
    row = session.get(MailServer, ONLY)
    if row is None:
        raise Refusal("这里没有设置邮件服务器")
    return row


def _kept(session: Session, given: Server) -> str:
    """The password that is kept, where it is for the very same server and user."""
    try:
        before = known(session)
    except Unreadable:
        return ""
    return before.password if before is not None and before.login == given.login else ""


def _read(url: str, sender: str) -> Server:
    parts = urlsplit(url)
    port = parts.port or (465 if parts.scheme == "smtps" else 587)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Server(parts.scheme, parts.hostname or "", str(port), user, password, sender)


def _is_plain(text: str) -> bool:
    return text.isascii() and (text.isprintable() or not text) and len(text) <= LONGEST
