"""What a hundred people wrote stands nowhere in the clear: not in the database, a backup, stored files, or the log."""

from __future__ import annotations

import base64
import io
import logging
import random
import zipfile

import pytest
from sqlalchemy import create_engine, inspect, text

from tests.factories import NOON, TESTER
from tests.intake.cases import county_in, handler, make_receipt
from tests.intake.servers import MailServer, running
from villages.accounts.models import Staff
from villages.core.archive import write_archive
from villages.core.clock import now
from villages.core.db import Storage
from villages.core.logs import JsonLines
from villages.intake import answering, following, handling
from villages.intake.channels import add_channel
from villages.intake.enclosures import Given, store_of
from villages.intake.models import Case
from villages.intake.reading import read_as_staff
from villages.intake.receiving import Came
from villages.intake.seating import join, recuse
from villages.intake.sending import send_due
from villages.service.rotating import SETTLED, begin, drop_old, reseal

PEOPLE = 100
SURNAMES, GIVEN = "赵钱孙李周吴郑王冯陈", "示例甲乙丙丁戊己庚辛"
ROBOT = "https://example.com/send?key=robot-secret-key"


class Person:
    """Somebody who is nobody: a name, a telephone, an identity number, a mailbox."""

    def __init__(self, n: int) -> None:
        dice = random.Random(n)  # noqa: S311
        self.name = SURNAMES[n // 10] + GIVEN[n % 10] + "璟"
        self.phone = f"139{dice.randrange(10**8):08}"
        self.identity = f"41099919800101{dice.randrange(10**4):04}"
        self.mail = f"writer{n}x{self.phone[-6:]}@example.com"

    def said(self, what: str) -> str:
        return f"{what}{self.name}，{self.phone}，{self.identity}"


CROWD = [Person(n) for n in range(PEOPLE)]


def forms_of(word: str) -> set[bytes]:
    """How a word may stand in bytes: in four encodings, and in base64 at each of its three beginnings."""
    plain = {word.encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be", "gb18030")}
    plain.add(word.encode("unicode_escape"))
    found = set(plain)
    for each in plain:
        for skip in range(3):
            encoded = base64.b64encode(b"\0" * skip + each)
            # What depends on neighbours is left out.
            core = encoded[(0, 2, 3)[skip] : len(encoded) - 4 if (len(each) + skip) % 3 else None].rstrip(b"=")
            if len(core) >= 8:
                found |= {core, core.replace(b"+", b"-").replace(b"/", b"_")}
    return found


WORDS = [word for each in CROWD for word in (each.name, each.phone, each.identity, each.mail)]
NEEDLES: dict[bytes, list[bytes]] = {}
START = 6  # bytes; none is shorter
for _word in (*WORDS, "robot-secret-key"):
    for _form in forms_of(_word):
        NEEDLES.setdefault(_form[:START], []).append(_form)


def planted_in(data: bytes) -> list[bytes]:
    """What of the crowd stands in some bytes: found by its first bytes, as thousands of words are looked for."""
    starts = {data[at : at + START] for at in range(len(data))} & NEEDLES.keys()
    return [needle for start in starts for needle in NEEDLES[start] if needle in data]


@pytest.fixture
def written(small_county, make_settings):
    """A hundred cases through everything that writes; what was logged meanwhile, and the receipts."""
    log = io.StringIO()
    tap = logging.StreamHandler(log)
    tap.setFormatter(JsonLines())
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(tap)
    root.setLevel(logging.DEBUG)
    server = MailServer()
    settings = make_settings(small_county, VILLAGES_SMTP_URL=server.url, VILLAGES_MAIL_FROM="noreply@county.gov.cn")
    storage = Storage(settings.database_url, settings=settings)
    try:
        with running(server):
            receipts = write(storage)
            server.data = "451 later"
            send_due(storage, NOON)
        yield storage, receipts, log
    finally:
        storage.close()
        root.removeHandler(tap)
        root.setLevel(level)


def write(storage):
    with storage.transaction() as session:
        county = county_in(session)
        ids = [handler(session, county.here).id for _ in range(3)]
        add_channel(session, county.here, "wecom", ROBOT, by=TESTER, at=NOON)
    receipts = []
    for person in CROWD:
        with storage.transaction() as session:
            receipts.append(write_one(session, county_in(session), [session.get_one(Staff, n) for n in ids], person))
    return receipts


def write_one(session, county, staff, person):
    """A body, files, a note and an addition of everybody; the whole way to the answer and after of every tenth."""
    one, other, third = staff
    values = {"name": person.name, "phone": person.phone, "address": person.said("住"), "email": person.mail,
              "applicant": "natural_person", "subject": person.said("要"), "form": "纸质", "way": "网上"}  # fmt: skip
    files = (Given("identity", "image/jpeg", person.said("证").encode()),
             Given("reply", "text/plain", person.identity.encode()))  # fmt: skip
    about = {"publisher": county.publisher(session, county.here), "came": Came("counter")}
    receipt = make_receipt(session, "foi_request", values=values, files=files, **about)
    case = receipt.case
    handling.note(session, case, person.said("打过电话"), by=one, at=NOON)
    following.add(session, case, person.said("还有"), at=NOON)
    if CROWD.index(person) % 10:
        return receipt
    handling.accept(session, case, by=one, at=NOON)
    recuse(session, case, person.said("是我的亲戚"), by=third, at=NOON)
    handling.consult(session, case, person.said("问"), article="32", by=one, at=NOON)
    handling.consulted(session, case, 1, person.said("不同意"), by=one, at=NOON)
    join(session, case, county.there, person.said("请看"), by=one, at=NOON)
    answering.draft(session, case, person.said("尊敬的"), result="granted", by=one, at=NOON)
    answering.approve(session, case, by=other, at=NOON)
    answering.answer(session, case, by=one, at=NOON)
    answering.deliver(session, case, person.said("当面交给"), by=one, at=NOON)
    following.rate(session, case, 5, person.said("谢谢"), at=NOON)
    read_as_staff(session, case, by=other, at=NOON)
    return receipt


def database_bytes(storage):
    """All that the database holds: SQLite's files as they are; of PostgreSQL each table as COPY gives it."""
    if storage.path is not None:
        for path in sorted(storage.path.parent.glob(f"{storage.path.name}*")):
            yield path.read_bytes()
        return
    engine = create_engine(storage.url)
    with engine.connect() as connection:
        for table in inspect(connection).get_table_names():
            raw = connection.connection.driver_connection.cursor()
            with raw.copy(f'COPY "{table}" TO STDOUT') as copy:
                yield b"".join(bytes(piece) for piece in copy)
            yield str(connection.execute(text("SELECT string_agg(query, ' ') FROM pg_stat_activity")).scalar()).encode()
    engine.dispose()


def test_the_needles_are_found_where_they_stand():
    person = CROWD[7]
    for data in (person.said("住").encode(), person.name.encode("gbk"), person.identity.encode("utf-16"),
                 *(base64.b64encode(b"x" * n + person.said("住").encode() + b"yz") for n in range(4)),
                 base64.urlsafe_b64encode(person.mail.encode())):  # fmt: skip
        assert planted_in(data), data


def test_nothing_that_a_hundred_people_wrote_stands_in_the_clear_and_another_key_reads_it(written, tmp_path):
    storage, receipts, log = written
    assert all(planted_in(data) == [] for data in database_bytes(storage))
    with storage.reading() as session:
        store = store_of(session)
    stored = [store.path(digest).read_bytes() for digest in store.digests()]
    assert len(stored) == 2 * PEOPLE
    assert all(planted_in(data) == [] for data in stored)
    path = tmp_path / "backup.zip"
    write_archive(storage, path, at=now(), files=store)
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            assert planted_in(archive.read(name)) == [], name
            assert planted_in(name.encode()) == []
    for each in storage.settings.data_dir.rglob("*"):
        assert not each.is_file() or planted_in(each.read_bytes()) == [], each
    assert planted_in(log.getvalue().encode()) == []
    begin(storage, storage.settings)
    reseal(storage, at=now())
    drop_old(storage, storage.settings, at=now() + 2 * SETTLED)
    assert all(planted_in(data) == [] for data in database_bytes(storage))
    with storage.transaction() as session:
        one = handler(session, county_in(session).here)
        for receipt, person in zip(receipts, CROWD, strict=True):
            told = read_as_staff(session, session.get_one(Case, receipt.case.id), by=one, at=NOON)
            is_whole = CROWD.index(person) % 10 == 0
            assert told.values["phone"] == person.phone
            assert told.reply.text == (person.said("尊敬的") if is_whole else "")
            assert sum(person.identity in note for _, note in told.steps) == (9 if is_whole else 2)
