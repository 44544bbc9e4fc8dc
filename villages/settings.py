"""The settings of one installation: read from the environment once, then frozen."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from villages.core.refusal import Refusal

# Where data goes unless said otherwise: beside the program, whatever folder it is called from.
DATA_DIR = Path(__file__).resolve().parents[1] / "var"
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
SURFACES = ("public", "kiosk", "admin")
HIGHEST_PORT = 65_535
HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d+)?|\[[0-9A-Fa-f:]+\](?::\d+)?")
PATH = re.compile(r"(?:/[A-Za-z0-9._~-]+)*/?")
OWN_PATHS = {"v", "villages", "items", "files", "search", "cases", "kiosk", "admin"} | {
    "api", "feeds", "data", "changes", "sitemap"
}  # fmt: skip
# A mailbox that any mail server takes.
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")
DATABASES = ("sqlite", "postgresql+psycopg")


def setting(name: str, default: str, help_line: str) -> str:
    """Declare one setting: its environment variable, default and one line of help."""
    return field(default=default, metadata={"name": name, "default": default, "help": help_line})


@dataclass(frozen=True)
class Raw:
    """Every setting as text, as a person writes it; the handbook is tested against this list."""

    data_dir: str = setting("VILLAGES_DATA_DIR", "var", "folder of the database, keys, files and logs")
    database_url: str = setting("VILLAGES_DATABASE_URL", "", "SQLite in the data folder, or postgresql+psycopg://…")
    public_url: str = setting("VILLAGES_PUBLIC_URL", "", "the https address that plates carry, with its path")
    secret_key: str = setting("VILLAGES_SECRET_KEY", "", "signs staff sessions; made in the data folder when absent")
    data_key: str = setting("VILLAGES_DATA_KEY", "", "encrypts personal data; made in the data folder when absent")
    surfaces: str = setting("VILLAGES_SURFACES", "public,kiosk,admin", "which doors this process answers")
    trusted_proxies: str = setting(
        "VILLAGES_TRUSTED_PROXIES", "", "addresses of proxies whose X-Forwarded-Proto and -For count"
    )
    smtp_url: str = setting("VILLAGES_SMTP_URL", "", "mail server: smtp://user:password@host:587 or smtps://…")
    mail_from: str = setting("VILLAGES_MAIL_FROM", "", "whose address letters carry")
    webhook_networks: str = setting(
        "VILLAGES_WEBHOOK_NETWORKS", "", "inner networks that a webhook may lead to, 127.0.0.1 among them"
    )
    port: str = setting("PORT", "8000", "port of `villages serve` and of the local address")


@dataclass(frozen=True)
class Settings:
    """The same settings, checked and typed."""

    data_dir: Path
    database_url: str
    public_url: str
    secret_key: str
    data_key: str
    surfaces: frozenset[str]
    trusted_proxies: tuple[Network, ...]
    port: int
    smtp_url: str = ""
    mail_from: str = ""
    webhook_networks: tuple[Network, ...] = ()

    @property
    def files_dir(self) -> Path:
        """Where attachments are stored; no web server shows this folder."""
        return self.data_dir / "files"

    @property
    def base_url(self) -> str:
        """Address that codes carry, ending in a slash: the public one, else the local one."""
        return self.public_url or f"http://127.0.0.1:{self.port}/"

    @property
    def prefix(self) -> str:
        """Path under which the county's portal shows this service: '' or '/msgk'."""
        return urlsplit(self.public_url).path.rstrip("/")

    @property
    def domain(self) -> str:
        """The site's address in words, as plates and pages show it: host and path."""
        parts = urlsplit(self.base_url)
        return (parts.netloc + parts.path).rstrip("/")

    @property
    def is_public(self) -> bool:
        """Whether plates may be printed for good: a public https address is set."""
        return self.public_url.startswith("https://") and not is_private_host(self.public_url)


def is_loopback(host: str) -> bool:
    """Whether a host's name or address is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_private_host(url: str) -> bool:
    """Whether an address leads to this machine or an inner network, where no villager's phone gets."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        inner = ("localhost", "local", "lan", "internal", "test", "invalid", "example", "home", "corp")
        return "." not in host or host.rsplit(".", 1)[-1] in inner


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Read and check every setting; raises Refusal with one Chinese line per malformed value."""
    raw = {f.name: environment.get(f.metadata["name"], "").strip() or f.metadata["default"] for f in fields(Raw)}
    problems: list[str] = []
    given = environment.get("VILLAGES_DATA_DIR", "").strip()
    data_dir = Path(given).expanduser().absolute() if given else DATA_DIR
    settings = Settings(
        data_dir=data_dir,
        database_url=_database_url(raw["database_url"], data_dir, problems),
        public_url=_public_url(raw["public_url"], problems),
        secret_key=raw["secret_key"],
        data_key=raw["data_key"],
        surfaces=_surfaces(raw["surfaces"], problems),
        trusted_proxies=_networks("VILLAGES_TRUSTED_PROXIES", raw["trusted_proxies"], problems),
        port=_port(raw["port"], problems),
        smtp_url=_smtp_url(raw["smtp_url"], raw["mail_from"], problems),
        mail_from=raw["mail_from"],
        webhook_networks=_networks("VILLAGES_WEBHOOK_NETWORKS", raw["webhook_networks"], problems),
    )
    if problems:
        raise Refusal(*problems)
    return settings


def _database_url(text: str, data_dir: Path, problems: list[str]) -> str:
    if not text:
        return f"sqlite:///{data_dir / 'villages.sqlite3'}"
    try:
        url = make_url(text)
        usable = url.drivername in DATABASES and bool(url.database)
    except (ArgumentError, ValueError):
        usable = False
    if not usable:
        problems.append(
            "VILLAGES_DATABASE_URL 只支持 sqlite:///文件 或 postgresql+psycopg://用户:密码@主机/库，请改正后再启动"
        )
    return text


def _public_url(text: str, problems: list[str]) -> str:
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        usable = (
            parts.scheme.lower() in ("http", "https")
            and HOST.fullmatch(parts.netloc) is not None
            and (parts.port is None or 0 < parts.port <= HIGHEST_PORT)
            and PATH.fullmatch(parts.path) is not None
            and not parts.query + parts.fragment
        )
    except ValueError:
        usable = False
    if not usable:
        problems.append(
            f"VILLAGES_PUBLIC_URL 不能用：{text}。应写成 https://域名/ 或 https://域名/路径/，只用英文字母、数字和短横"
            "（中文域名请写成 xn-- 开头的形式）"
        )
        return ""
    if parts.path.split("/")[1:2] and parts.path.split("/")[1] in OWN_PATHS:
        problems.append(f"VILLAGES_PUBLIC_URL 的路径不能以 {parts.path.split('/')[1]} 开头，本系统自己要用，请换一个")
    # Several scanners do not take an upper-case scheme for a link (measured), so both go in lower case.
    return f"{parts.scheme.lower()}://{parts.netloc.lower()}{parts.path.rstrip('/')}/"


def _surfaces(text: str, problems: list[str]) -> frozenset[str]:
    chosen = frozenset(part.strip() for part in text.split(",") if part.strip())
    if not chosen or not chosen <= set(SURFACES):
        problems.append(f"VILLAGES_SURFACES 只能从 public、kiosk、admin 中选，用英文逗号分开；现在是：{text}")
    return chosen


def _smtp_url(text: str, sender: str, problems: list[str]) -> str:
    """As given; what is wrong with it is told without it, as a password may stand in it."""
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("smtp", "smtps") and parts.hostname and parts.port != 0 and parts.path in ("", "/")
    except ValueError:
        usable = False
    if not usable:
        problems.append("VILLAGES_SMTP_URL 应写成 smtp://用户:密码@主机:587 或 smtps://用户:密码@主机:465，请改正")
    if ADDRESS.fullmatch(sender) is None:
        problems.append("设了 VILLAGES_SMTP_URL，还要设 VILLAGES_MAIL_FROM（发信的邮箱，像 name@example.com）")
    return text


def _networks(name: str, text: str, problems: list[str]) -> tuple[Network, ...]:
    try:
        return tuple(ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError:
        problems.append(f"{name} 应是 IP 地址或网段，用英文逗号分开；现在是：{text}")
        return ()


def _port(text: str, problems: list[str]) -> int:
    if text.isascii() and text.isdigit() and 0 < int(text) <= HIGHEST_PORT:
        return int(text)
    problems.append(f"PORT 应是 1 到 65535 之间的数字；现在是：{text}")
    return 0
