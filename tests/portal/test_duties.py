"""What villagers see of duties: the lines of a village's page, the page of all, rates, and that neither is stale."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.factories import NOON, TESTER, make_staff
from tests.portal.published import ROSTER, STATEMENT
from villages.calendar.actions import import_days, seed
from villages.calendar.models import CalendarDay
from villages.calendar.notice import NoticeDay
from villages.core.clock import SHANGHAI, day_of, now
from villages.disclosures.actions import show_anew, withdraw
from villages.disclosures.due_actions import begin, set_rule
from villages.disclosures.duties import rate
from villages.disclosures.models import Item
from villages.disclosures.sample import add_sample, remove_sample
from villages.portal import owing
from villages.registry.actions import merge
from villages.registry.bodies import add_department, make_missing
from villages.registry.models import Publisher
from villages.registry.queries import publisher_by_code, unit_by_code

VILLAGE, TOWNSHIP, COUNTY = "410923205201", "410923205", "410923"
HERE, ALL = f"/villages/{VILLAGE}", f"/villages/{VILLAGE}/duties"
WHO = {"by": TESTER, "at": NOON}


@pytest.fixture
def act(app):
    """Does something in a transaction, with all bodies there."""

    def act(verb):
        with app.extensions["storage"].transaction() as session:
            make_missing(session, **WHO)
            return verb(session)

    return act


def told(page):
    return ["".join(li.itertext()).strip() for li in page.tree.xpath("//div[@aria-labelledby='duties']//li")]


def statement(session, month, *, on, code=f"{VILLAGE}-J", **more):
    """A statement of a collective as it stands in the database."""
    owner = publisher_by_code(session, code)
    item = Item(
        kind=STATEMENT.key, publisher=owner, unit=owner.unit, title="x", draft={}, created_at=NOON, state="published",
        is_public=True, published_at=on, period_start=month, period_cycle="month", **more,
    )  # fmt: skip
    session.add(item)


def test_money_first_what_is_overdue_then_what_is_done_in_four_lines(app, act):
    today = date(2026, 11, 30)
    act(lambda session: statement(session, date(2026, 9, 1), on=NOON - timedelta(days=40)))
    with app.extensions["storage"].reading() as session:
        lines = owing.told(session, unit_by_code(session, VILLAGE), today)
    assert len(lines) == 4
    said = [f"{line.subject}：{line.words}" for line in lines]
    assert said[0].startswith("10月收支账目：逾期")
    assert said[-1] == "9月收支账目：按时公开"
    assert [line.state for line in lines] == ["overdue"] * 3 + ["published"]


def test_the_village_page_tells_committee_and_collective_and_links_to_all(act, visit):
    act(lambda session: begin(session, day_of(NOON) - timedelta(days=300), **WHO))
    page = visit.get(HERE)
    assert 0 < len(told(page)) <= 4
    assert all("逾期" in line for line in told(page))
    address = page.links()["要公开什么、最迟哪天，看全部"]
    assert address == f"/msgk{ALL}"
    links = visit.get(ALL).links().values()
    assert {f"/msgk/publishers/{VILLAGE}", f"/msgk/publishers/{VILLAGE}-J"} <= set(links)


def test_the_page_of_all_duties_counts_what_is_missing(app, act, visit):
    act(lambda _: None)
    with app.extensions["storage"].reading() as session:
        found = owing.standings(session, unit_by_code(session, VILLAGE), day_of(now()))
    counted = rate(found)
    page = visit.get(ALL)
    assert f"最近12个月到期 {counted.due} 项：按时公开 0 项，没公开 {counted.missing} 项。" in page.text
    assert counted.missing == counted.due > 10
    assert f"逾期没公开（{counted.missing} 项）" in page.text
    for group in page.tree.xpath("//h2[@id='missing' or @id='coming']"):
        assert group.getnext().xpath("./li")


def test_a_long_group_goes_on_page_by_page(act, visit):
    act(lambda session: [
        session.add(Item(
            kind=ROSTER.key, publisher=publisher_by_code(session, VILLAGE), unit=unit_by_code(session, VILLAGE),
            title="x", draft={}, created_at=NOON, formed_on=day_of(now()) - timedelta(days=100 + at),
        ))
        for at in range(120)
    ])  # fmt: skip
    page = visit.get(ALL)
    address = next(href for text, href in page.links().items() if text.startswith("看全部")).removeprefix("/msgk")
    seen = 0
    while address:
        page = visit.get(address)
        seen += len(page.tree.xpath("//ul[@aria-labelledby='missing']/li"))
        address = page.links().get("下一页", "").removeprefix("/msgk")
    assert f"逾期没公开（{seen} 项）" in visit.get(ALL).text
    assert seen >= 120
    for wrong in ("?group=none", "?group=missing&page=99", "?group=missing&page=0"):
        visit.get(ALL + wrong, status=404)


@pytest.mark.parametrize(("code", "names"), [(TOWNSHIP, ["西邵集村", "西邵古寺村"]), (COUNTY, ["西邵乡", "教育局"])])
def test_above_the_villages_each_page_has_its_own_duties_and_the_rates_below(app, act, visit, code, names):
    act(lambda session: add_department(session, unit_by_code(session, COUNTY), code="JYJ", name="教育局", **WHO))
    page = visit.get(f"/villages/{code}/duties")
    rows = {li.findtext(".//b"): li.findtext(".//span") for li in page.tree.xpath("//ul[@aria-labelledby='below']/li")}
    with app.extensions["storage"].reading() as session:
        unit = unit_by_code(session, VILLAGE if code == TOWNSHIP else TOWNSHIP)
        bodies = session.scalars(select(Publisher).where(Publisher.unit_id == unit.id)).all()
        counted = rate(owing.standings(session, bodies, day_of(now())))
    expected = f"到期 {counted.due} 项，按时 0 项，没公开 {counted.missing} 项" if counted.due else "还没有到期的"
    assert rows[unit.name] == expected
    assert set(rows) >= set(names[:1]) | ({"教育局"} if code == COUNTY else set())


def test_a_merged_village_leads_on_and_what_is_none_is_not_there(act, visit):
    act(lambda session: merge(session, unit_by_code(session, VILLAGE), unit_by_code(session, "410923205202"), **WHO))
    answer = visit.fetch(ALL)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/msgk/villages/410923205202/duties")
    for code in ("41", "999", "%00"):
        visit.get(f"/villages/{code}/duties", status=404)


def verbs():
    """Each verb that changes how a duty stands."""
    today = day_of(now())
    month = (today.replace(day=1) - timedelta(days=40)).replace(day=1)
    items = select(Item).where(Item.kind == STATEMENT.key)
    yield lambda session: publish_one(session, month)
    yield lambda session: set_rule(session, STATEMENT, date(2026, 1, 1), due_days=1, warn_days=0, **WHO)
    yield lambda session: withdraw_one(session, session.scalar(items))
    yield rename_a_holiday
    yield lambda session: begin(session, today - timedelta(days=60), unit_by_code(session, TOWNSHIP), **WHO)
    yield lambda session: add_sample(session, **WHO)
    yield lambda session: remove_sample(session, **WHO)


def rename_a_holiday(session):
    free = select(CalendarDay.day).where(~CalendarDay.is_workday).order_by(CalendarDay.day.desc())
    import_days(session, [NoticeDay(2, session.scalars(free).first(), is_workday=False, name="改名")], **WHO)


def publish_one(session, month):
    statement(session, month, on=now())
    session.flush()
    show_anew(session, session.scalar(select(Item)), at=now())


def withdraw_one(session, item):
    withdraw(
        session,
        item,
        reason="写错了",
        by=make_staff(session, unit_by_code(session, COUNTY), role="publisher"),
        at=now(),
    )


def test_no_page_of_duties_is_stale_after_any_verb(act, visit):
    act(lambda session: seed(session, **WHO))
    paths = [HERE, ALL, f"/villages/{TOWNSHIP}/duties", f"/villages/{COUNTY}/duties", f"/publishers/{VILLAGE}-J"]
    before = {path: visit.fetch(path).text for path in paths}
    changed = set()
    for step, verb in enumerate(verbs()):
        act(verb)
        for path in paths:
            kept, anew = visit.fetch(path).text, visit.fetch(path + "?x=1").text
            assert kept == anew, f"step {step}: {path}"
            changed |= {path} if kept != before[path] else set()
            visit.get(path)
    assert changed >= set(paths[:3]) | {paths[4]}


def test_a_calendar_day_moves_a_due_day_on_the_next_request(act, visit):
    act(lambda session: seed(session, **WHO))
    today = day_of(now())
    known = f"最迟{today.year}年"
    before = visit.get(ALL).text
    assert known in before
    first = today - timedelta(days=today.day - 1)
    free = [NoticeDay(at, first + timedelta(days=at), is_workday=False, name="临时放假") for at in range(2, 9)]
    act(lambda session: import_days(session, free, **WHO))
    assert visit.get(ALL).text != before


def test_the_lines_change_at_midnight_by_themselves(app, act):
    act(lambda _: None)
    with app.extensions["storage"].reading() as session:
        unit = unit_by_code(session, VILLAGE)
        found = owing.standings(session, unit, date(2026, 9, 1))
        due = next(s.duty.due.on for s in found if s.duty.kind == STATEMENT.key and s.duty.period.label == "2026年8月")
        on, after = (owing.told(session, unit, day) for day in (due, due + timedelta(days=1)))
    assert not any(line.subject == "8月收支账目" for line in on)
    assert (after[0].subject, after[0].words[:7]) == ("8月收支账目", "逾期1天未公开")


def test_a_kept_page_of_duties_ends_with_the_day_in_china(app, act, visit):
    act(lambda _: None)
    visit.get(HERE)
    (page,) = app.extensions["front"]._pages.values()  # noqa: SLF001 - what is kept has no other door
    ends = now().astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    assert page.until == ends.timestamp()


def test_nothing_before_the_day_they_begin_is_told(act, visit):
    today = day_of(now())
    act(lambda session: statement(session, date(2026, 1, 1), on=now() - timedelta(days=100)))
    act(lambda session: begin(session, today, **WHO))
    page = visit.get(HERE)
    assert told(page) == []
    text = visit.get(ALL).text
    assert "最近12个月还没有到期的。" in text
    assert f"从{today.year}年{today.month}月{today.day}日起算，以前的不算在内。" in text
    assert "逾期" not in text


def test_sample_lines_say_that_they_are_sample(act, visit):
    act(lambda session: statement(session, date(2026, 9, 1), on=NOON - timedelta(days=40), is_sample=True))
    page = visit.get(HERE)
    assert all(line.endswith("（示例）") for line in told(page)), "what is missing too"
    assert "标着“示例”的都是虚构的" in page.text
