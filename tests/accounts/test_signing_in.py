"""Staff: opening an account, signing in and out, and the gate before every staff page."""

from datetime import timedelta

import pytest
from argon2 import extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY
from sqlalchemy import select

from tests.conftest import SLOW_HASHER
from tests.factories import NOON, PASSWORD, TESTER, make_staff, make_village
from tests.visit import Visitor
from villages.accounts.actions import FREE_FAILURES, add_staff, forget_expired_sign_ins, sign_in, sign_out
from villages.accounts.keeping import reset
from villages.accounts.models import SignIn
from villages.accounts.passwords import is_right
from villages.accounts.queries import signed_in
from villages.audit.models import AuditEntry
from villages.core.refusal import Refusal
from villages.registry.queries import unit_by_code


@pytest.fixture
def session(blank):
    with blank.transaction() as session:
        yield session


@pytest.fixture
def staff(session):
    return make_staff(session, make_village(session))


def test_the_right_password_gives_a_token_that_names_its_holder(session, staff):
    _, token = sign_in(session, staff.name, right=True, at=NOON)
    assert signed_in(session, token, at=NOON) is staff
    assert signed_in(session, token + "x", at=NOON) is None
    assert token not in {row.digest for row in session.scalars(select(SignIn))}


def test_a_token_ends_by_signing_out_and_by_time(session, staff):
    _, token = sign_in(session, staff.name, right=True, at=NOON)
    assert signed_in(session, token, at=NOON + timedelta(hours=11)) is None
    sign_out(session, token, staff, at=NOON)
    assert signed_in(session, token, at=NOON) is None


def test_expired_tokens_are_taken_away(session, staff):
    sign_in(session, staff.name, right=True, at=NOON)
    assert forget_expired_sign_ins(session, at=NOON) == 0
    assert forget_expired_sign_ins(session, at=NOON + timedelta(hours=11)) == 1


@pytest.mark.parametrize(("name", "right"), [("示例员工", False), ("没有这个人", True), ("", False)])
def test_a_wrong_name_or_password_gives_nothing(session, staff, name, right):
    assert sign_in(session, name, right=right, at=NOON) is None


def test_only_the_password_itself_is_right(staff):
    assert is_right(staff.password_hash, PASSWORD)
    assert not is_right(staff.password_hash, PASSWORD + " ")
    assert not is_right(None, PASSWORD)


def test_guessing_at_a_stored_password_is_dear():
    """At least what RFC 9106 asks where memory is short; the tests themselves pay less (conftest.py)."""
    least = RFC_9106_LOW_MEMORY
    assert SLOW_HASHER.memory_cost >= least.memory_cost
    assert SLOW_HASHER.time_cost >= least.time_cost
    assert extract_parameters(SLOW_HASHER.hash("x")).type is least.type


def test_a_password_that_is_voided_while_it_is_looked_at_opens_nothing(session, staff):
    looked_at = staff.password_hash
    reset(session, staff, by=TESTER, at=NOON)
    assert sign_in(session, staff.name, right=True, against=looked_at, at=NOON) is None
    assert session.scalars(select(SignIn)).all() == []


def test_guessing_is_slowed_down_and_then_forgiven(session, staff):
    for _ in range(FREE_FAILURES):
        sign_in(session, staff.name, right=False, at=NOON)
    assert sign_in(session, staff.name, right=True, at=NOON) is None
    assert sign_in(session, staff.name, right=True, at=NOON + timedelta(minutes=1)) is not None
    assert staff.failures == 0


def test_an_account_that_cannot_be_is_refused_with_every_reason(session, staff):
    with pytest.raises(Refusal) as refusal:
        add_staff(session, staff.name, role="king", unit=staff.unit, password="short", by=TESTER, at=NOON)
    assert len(refusal.value.lines) == 3


def test_an_area_is_a_subtree(session, staff):
    assert staff.covers(staff.unit)
    staff.unit = staff.unit.above("township")
    assert staff.covers(make_village(session, name="桃园村"))
    assert not staff.covers(make_village(session, code="410999105201", township="白云乡"))


def test_every_act_leaves_its_trace_without_the_password(session, staff):
    _, token = sign_in(session, staff.name, right=True, at=NOON)
    sign_in(session, staff.name, right=False, at=NOON)
    sign_out(session, token, staff, at=NOON)
    session.flush()
    entries = session.scalars(
        select(AuditEntry).where(AuditEntry.act.startswith("account")).order_by(AuditEntry.id)
    ).all()
    assert [(entry.act, entry.refused) for entry in entries] == [
        ("account.add", False),
        ("account.sign_in", False),
        ("account.sign_in", True),
        ("account.sign_out", False),
    ]
    assert PASSWORD not in str([entry.detail for entry in entries])


@pytest.fixture
def office(app):
    """A browser at a desk of 西邵乡."""
    with app.extensions["storage"].transaction() as session:
        make_staff(session, unit_by_code(session, "410923205"), name="示例乡镇员工", role="editor")
    return Visitor(app, public=False)


def enter(office, password=PASSWORD, next_page=""):
    page = office.get("/msgk/admin/sign-in")
    token = page.tree.xpath("//input[@name='csrf_token']/@value")[0]
    address = f"/msgk/admin/sign-in?next={next_page}"
    return office.post(address, name="示例乡镇员工", password=password, csrf_token=token)


def test_a_clerk_signs_in_sees_their_villages_and_signs_out(office):
    assert office.fetch("/msgk/admin/").headers["Location"] == "/msgk/admin/sign-in?next=/admin/"
    assert enter(office).headers["Location"] == "/msgk/admin/"
    page = office.get("/msgk/admin/")
    assert "西邵乡" in page.text
    assert "录入员" in page.text
    token = page.tree.xpath("//input[@name='csrf_token']/@value")[0]
    assert office.post("/msgk/admin/sign-out", csrf_token=token).status_code == 302
    assert office.fetch("/msgk/admin/").status_code == 302


def test_a_wrong_password_is_told_and_the_name_kept(office):
    response = enter(office, password="wrong")
    assert response.status_code == 401
    assert "账号或密码不对" in response.text
    assert "示例乡镇员工" in response.text


def test_a_form_without_its_token_is_refused(office):
    response = office.post("/msgk/admin/sign-in", name="示例乡镇员工", password=PASSWORD)
    assert response.status_code == 400


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example", "/admin/\\evil", "/villages/"])
def test_signing_in_leads_nowhere_else(office, address):
    assert enter(office, next_page=address).headers["Location"] == "/msgk/admin/"


def test_the_cookie_is_for_the_staff_pages_alone(office):
    cookie = office.fetch("/msgk/admin/sign-in").headers["Set-Cookie"]
    for part in ("Secure", "HttpOnly", "Path=/msgk/admin", "SameSite=Lax"):
        assert part in cookie
    assert office.fetch("/msgk/admin/sign-in").headers["Cache-Control"] == "no-store"
