"""The settings of one installation: read from the environment once, then frozen."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from urllib.parse import urlsplit

from villages.core.refusal import Refusal

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
SURFACES = ("public", "kiosk", "admin")
HIGHEST_PORT = 65_535
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
    trusted_proxies: str = setting("VILLAGES_TRUSTED_PROXIES", "", "addresses whose X-Forwarded-* headers count")
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
    data_dir = Path(raw["data_dir"]).expanduser().absolute()
    settings = Settings(
        data_dir=data_dir,
        database_url=_database_url(raw["database_url"], data_dir, problems),
        public_url=_public_url(raw["public_url"], problems),
        secret_key=raw["secret_key"],
        data_key=raw["data_key"],
        surfaces=_surfaces(raw["surfaces"], problems),
        trusted_proxies=_networks(raw["trusted_proxies"], problems),
        port=_port(raw["port"], problems),
    )
    if problems:
        raise Refusal(*problems)
    return settings


def _database_url(text: str, data_dir: Path, problems: list[str]) -> str:
    if not text:
        return f"sqlite:///{data_dir / 'villages.sqlite3'}"
    if text.split("://", 1)[0] not in DATABASES:
        problems.append("VILLAGES_DATABASE_URL 只支持 sqlite:///… 或 postgresql+psycopg://…，请改正后再启动")
    return text


def _public_url(text: str, problems: list[str]) -> str:
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        malformed = (
            parts.scheme.lower() not in ("http", "https")
            or not parts.hostname
            or parts.query
            or parts.fragment
            or parts.username
            or (parts.port is not None and not 0 < parts.port <= HIGHEST_PORT)
            or any(c.isspace() for c in text)
        )
    except ValueError:
        malformed = True
    if malformed:
        problems.append(f"VILLAGES_PUBLIC_URL 不是完整的网址：{text}。应写成 https://域名/ 或 https://域名/路径/")
        return ""
    # Several scanners do not take an upper-case scheme for a link (measured), so both go in lower case.
    return f"{parts.scheme.lower()}://{parts.netloc.lower()}{parts.path.rstrip('/')}/"


def _surfaces(text: str, problems: list[str]) -> frozenset[str]:
    chosen = frozenset(part.strip() for part in text.split(",") if part.strip())
    if not chosen or not chosen <= set(SURFACES):
        problems.append(f"VILLAGES_SURFACES 只能从 public、kiosk、admin 中选，用英文逗号分开；现在是：{text}")
    return chosen


def _networks(text: str, problems: list[str]) -> tuple[Network, ...]:
    try:
        return tuple(ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError:
        problems.append(f"VILLAGES_TRUSTED_PROXIES 应是 IP 地址或网段，用英文逗号分开；现在是：{text}")
        return ()


def _port(text: str, problems: list[str]) -> int:
    if text.isascii() and text.isdigit() and 0 < int(text) <= HIGHEST_PORT:
        return int(text)
    problems.append(f"PORT 应是 1 到 65535 之间的数字；现在是：{text}")
    return 0
