"""What one's own pages ask beside the database: the second factor's secret, and whether a password will do."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from villages.accounts.models import Staff
from villages.accounts.passwords import was_used
from villages.accounts.queries import recent_passwords
from villages.accounts.strength import weaknesses
from villages.accounts.totp import step_of
from villages.core.keys import data_keys
from villages.core.sealing import Unreadable, key_of, seal, unseal
from villages.core.web import settings
from villages.site.queries import rules_of


def sealed_for(staff: Staff, secret: str) -> str:
    """A second factor's secret as it is stored for somebody."""
    return seal(_data_keys()[0], secret, about=f"factor:{staff.id}")


def secret_of(staff: Staff, sealed: str) -> str | None:
    """A stored secret, in the clear; None where another key sealed it or it was another's."""
    try:
        return unseal(key_of(_data_keys(), sealed), sealed, about=f"factor:{staff.id}")
    except Unreadable:
        return None


def current_step(staff: Staff, code: str, *, at: datetime) -> int | None:
    """The half minute that somebody's code is of; None where it is wrong or was used before."""
    secret = secret_of(staff, staff.factor)
    return step_of(secret, code, after=staff.factor_step, at=at) if secret is not None else None


def new_password_problems(session: Session, staff: Staff, password: str) -> list[str]:
    """Why somebody may not take a password, in Chinese. Slow on purpose: not in a transaction that writes."""
    rules = rules_of(session)
    problems = weaknesses(password, name=staff.name, least=rules["password_length"])
    count = rules["password_history"]
    if not problems and count and was_used(recent_passwords(session, staff, count), password):
        problems = [f"这个密码最近用过，请换一个（不能和最近 {count} 个相同）"]
    return problems


def _data_keys() -> tuple[str, ...]:
    """The keys of the data folder, read anew, as they may be replaced while we run."""
    return data_keys(settings().data_dir, settings().data_key)
