"""Questions to the site's details."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from villages.site.details import DETAILS, Detail
from villages.site.models import Proposal, SiteDetail
from villages.site.rules import RULES

DEFAULT_NAME = "码上公开"


@dataclass(frozen=True)
class Site:
    """The details that are set, by key; '' for those that are not."""

    values: Mapping[str, str]

    def __getattr__(self, key: str) -> str:
        return self.values.get(key, "")

    @property
    def title(self) -> str:
        """The site's name for machines."""
        return self.values.get("name", DEFAULT_NAME)

    def column_title(self, key: str) -> str:
        """The title that a county gave a column of the oversight page; '' for the bundled one."""
        return self.values.get(f"column_{key}", "")

    @property
    def police_number(self) -> str:
        """The digits of the public-security number, by which its page is found."""
        return "".join(char for char in self.values.get("police", "") if char.isdigit())

    def is_own(self, address: str) -> bool:
        """Whether an address leads to the county's own portal, so that nobody is leaving."""
        host = (urlsplit(address).hostname or "").lower()
        return bool(host) and host == (urlsplit(self.values.get("portal", "")).hostname or "").lower()


def site_of(session: Session) -> Site:
    """The details of this site."""
    return Site({row.key: row.value for row in session.execute(select(SiteDetail.key, SiteDetail.value))})


def rules_of(session: Session) -> dict[str, int]:
    """The figures by which this site is run, by key: as set, else the defaults."""
    query = select(SiteDetail.key, SiteDetail.value).where(SiteDetail.key.in_([rule.key for rule in RULES]))
    given = {row.key: row.value for row in session.execute(query)}
    return {rule.key: int(given.get(rule.key, rule.default)) for rule in RULES}


def missing(session: Session) -> Iterator[Detail]:
    """What a government website must state and this one does not yet."""
    values = site_of(session).values
    yield from (detail for detail in DETAILS if detail.is_needed and detail.key not in values)


def waiting_proposals(session: Session) -> Sequence[Proposal]:
    """The changes that wait for a second person, the oldest first."""
    return session.scalars(select(Proposal).where(Proposal.verdict == "").order_by(Proposal.id)).all()


def decided_proposals(session: Session, *, most: int = 20) -> Sequence[Proposal]:
    """The changes that somebody decided on, the latest first."""
    return session.scalars(
        select(Proposal).where(Proposal.verdict != "").order_by(Proposal.decided_at.desc()).limit(most)
    ).all()
