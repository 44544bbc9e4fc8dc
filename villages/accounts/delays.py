"""How wrong passwords slow guessing down, by account and by address, without shutting anybody out.

Three counts, each of which only ever makes somebody wait (docs/decisions/0010-accounts.md says why):

* by account, for browsers that never signed in as this person: after FREE_FAILURES ever longer, half an hour at most;
* by account, for browsers that did (they hold a cookie): the same, but strangers' failures do not count here, so nobody
  who knows an account's name can keep its holder out of it;
* by address, for such strangers alone: a whole office may sit behind one address, so it takes FREE_AT_ADDRESS failures,
  lasts five minutes at most, and half of the failures are forgotten each quarter of an hour.
"""

from __future__ import annotations

import ipaddress
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from villages.accounts.models import SignInAddress, Staff
from villages.core.db import Base, upsert

FREE_FAILURES = 5
FIRST_BLOCK = timedelta(seconds=30)
LONGEST_BLOCK = timedelta(minutes=30)
FREE_AT_ADDRESS = 20
FIRST_BLOCK_OF_ADDRESS = timedelta(seconds=20)
LONGEST_BLOCK_OF_ADDRESS = timedelta(minutes=5)
HALVED_EVERY = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(days=1)
OURS_IN_V6 = 64


def network_of(address: str, bits: int = OURS_IN_V6) -> str:
    """What counts as one address: of IPv6 the half that a household or an office is given, or so many bits."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((found, bits), strict=False).network_address)
    return str(found)


def must_wait(session: Session, staff: Staff | None, address: str, *, is_known: bool, at: datetime) -> bool:
    """Whether nobody is let in for now, whatever they type."""
    if staff is not None:
        until = staff.known_blocked_until if is_known else staff.blocked_until
        if until is not None and until > at:
            return True
    return not is_known and address_waits(session, address, at=at)


def address_waits(session: Session, address: str, *, at: datetime) -> bool:
    """Whether strangers at an address must wait."""
    row = session.get(SignInAddress, network_of(address))
    return row is not None and row.blocked_until is not None and row.blocked_until > at


def count_failure(session: Session, staff: Staff | None, address: str, *, is_known: bool, at: datetime) -> None:
    """Note one wrong name, password or code."""
    if staff is not None and is_known:
        staff.known_failures += 1
        staff.known_blocked_until = _until(staff.known_failures, at) or staff.known_blocked_until
    elif staff is not None:
        staff.failures += 1
        staff.blocked_until = _until(staff.failures, at) or staff.blocked_until
    if not is_known and network_of(address):
        _count_at_address(session, network_of(address), at)


def _until(failures: int, at: datetime) -> datetime | None:
    if failures < FREE_FAILURES:
        return None
    wait: timedelta = FIRST_BLOCK * 2 ** min(failures - FREE_FAILURES, 10)
    return at + min(wait, LONGEST_BLOCK)


def _count_at_address(session: Session, network: str, at: datetime) -> None:
    table = Base.metadata.tables["sign_in_address"]
    new = {"address": network, "failures": 0, "last_at": at, "blocked_until": None}
    upsert(session, table, [new], keys=["address"], change={"address": network})
    query = select(SignInAddress).where(SignInAddress.address == network).with_for_update()
    row = session.scalars(query.execution_options(populate_existing=True)).one()
    row.failures = (row.failures >> min((at - row.last_at) // HALVED_EVERY, 30)) + 1
    row.last_at = at
    if row.failures >= FREE_AT_ADDRESS:
        wait = FIRST_BLOCK_OF_ADDRESS * 2 ** min(row.failures - FREE_AT_ADDRESS, 10)
        row.blocked_until = at + min(wait, LONGEST_BLOCK_OF_ADDRESS)


def forgive(staff: Staff, *, is_known: bool) -> None:
    """Forget an account's failures once its holder is in; strangers' only where a stranger's way led in."""
    staff.known_failures, staff.known_blocked_until = 0, None
    if not is_known:
        staff.failures, staff.blocked_until = 0, None


def forget_addresses(session: Session, *, at: datetime) -> None:
    """Keep no address longer than it is needed."""
    session.execute(delete(SignInAddress).where(SignInAddress.last_at <= at - FORGOTTEN_AFTER))
