"""A full disk, a database that is away: said plainly, and what was typed comes back."""

import resource
from contextlib import contextmanager

import pytest
from sqlalchemy import func, select

from tests.intake.cases import TEXT
from tests.intake.writer import FORM, held_by, photo
from villages.core.db import Storage
from villages.intake.models import Case
from villages.intake.numbers import new_number

KIND = FORM.format(kind="complaint")


@contextmanager
def full_disk():
    """This process may write no file, as on a full disk; a database's own server may."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def away(writer):
    """The database is away, until it is called."""
    extensions = writer.client.application.extensions
    storage, settings = extensions["storage"], extensions["settings"]
    extensions["storage"] = Storage("sqlite:////nowhere/villages.sqlite3", settings=settings)

    def back():
        extensions["storage"] = storage

    yield back
    back()


def count(writer):
    with writer.storage.reading() as session:
        return session.scalar(select(func.count()).select_from(Case))


def test_a_full_disk_takes_nothing_and_keeps_what_was_typed(writer):
    waiting = writer.send(KIND, **writer.form("complaint") | {"text": "", "photos": [photo()]})
    form = held_by(waiting) | {"text": TEXT}
    with full_disk():
        page = writer.send(KIND, **form)
    assert page.response.status_code == 503
    assert "现在存不进去，还没有交上去。您写的都在，请过一会儿再点一次" in page.text
    assert str(writer.storage.settings.data_dir) not in page.text
    assert (held_by(page)["text"], "收到了 1 张照片" in page.text) == (TEXT, True)
    assert count(writer) == 0
    writer.receipt(writer.send(KIND, **held_by(page)))
    assert count(writer) == 1


def test_a_photograph_that_cannot_be_kept_is_said_at_its_field(writer):
    form = held_by(writer.send(KIND, **writer.form("complaint") | {"text": "", "photos": [photo()]})) | {"text": TEXT}
    with full_disk():
        page = writer.send(KIND, **form, photos=[photo("blue")])
    assert page.response.status_code == 422
    assert "照片没有留住，请重新选一次" in page.text
    writer.receipt(writer.send(KIND, **held_by(page), photos=[photo("blue")]))


def test_while_the_database_is_away_the_form_comes_back_and_can_be_sent_again(writer, request):
    form = writer.form("complaint") | {"text": TEXT}
    back = request.getfixturevalue("away")
    page = writer.send(KIND, **form, photos=[photo()])
    assert page.response.status_code == 503
    assert page.response.headers["Retry-After"]
    assert "还没有交上去" in page.text
    assert "照片要再选一次" in page.text
    back()
    writer.receipt(writer.send(KIND, **held_by(page), photos=[photo()]))
    assert count(writer) == 1


def test_while_the_database_is_away_nothing_opens_and_no_code_is_repeated(writer, away):
    asked = writer.send("/cases/find", number=new_number(2026), code="31415926")
    for page in (asked, writer.get(KIND, status=503)):
        assert page.response.status_code == 503
        assert "请过一会儿再打开" in page.text
        assert "31415926" not in page.response.text
    away()


def test_a_step_that_could_not_be_stored_comes_back(writer):
    number, _ = writer.receipt(writer.write("complaint", photos=[photo()]))
    waiting = writer.get(f"/cases/{number}")
    ticket = waiting.tree.xpath("//details[@id='add']//input[@name='ticket']/@value")[0]
    tried = writer.send(f"/cases/{number}/add", ticket=ticket, text="", photos=[photo("blue")])
    assert "收到了 1 张照片" in tried.text
    with full_disk():
        page = writer.send(f"/cases/{number}/add", ticket=ticket, text="又不亮了")
    assert page.response.status_code == 503
    assert "又不亮了" in page.text
    assert "现在存不进去，还没有交上去" in page.text
