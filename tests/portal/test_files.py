"""`/files/…`: an attachment is there while its item is public, and at no other time."""

import re
from datetime import timedelta
from urllib.parse import quote, unquote

import pytest

from tests.disclosures.paperwork import pdf, photo, word
from tests.factories import NOON, make_staff
from tests.portal.conftest import VILLAGE
from tests.portal.published import ARTICLE, DECISION, given_of, publish
from tests.portal.sizes import prose, size
from villages.accounts.queries import staff_named
from villages.core.clock import day_of, now
from villages.core.files import FileStore
from villages.disclosures import actions, publishing
from villages.disclosures.attaching import attach, detach
from villages.disclosures.kinds import kinds
from villages.disclosures.models import Item, Step
from villages.disclosures.uploads import read_upload
from villages.registry.queries import unit_by_code


def files_field(kind):
    return next((field.name for field in kind.fields if field.block == "files"), None)


FILES = files_field(ARTICLE)
UNLISTED = next(kind for kind in kinds().values() if not kind.listed and files_field(kind))
STEPS = next(field for field in DECISION.fields if field.block == "steps")
MISSING = "没有这一页"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.fixture
def work(app):
    """Does something in one transaction with an item, as a publisher and administrator of the county."""

    def work(verb, item_id=None):
        with app.extensions["storage"].transaction() as session:
            county = unit_by_code(session, "410923")
            by = staff_named(session, "发布员") or make_staff(session, county, "发布员", "publisher")
            return verb(session, session.get(Item, item_id) if item_id else None, by)

    return work


@pytest.fixture
def add(app, work):
    """Adds files to a draft and stores them; returns their addresses."""

    def add(item_id, *files, field=FILES):
        store = FileStore(app.extensions["settings"].files_dir)

        def verb(session, item, by):
            uploads = [read_upload(data, name) for data, name in files]
            rows = [attach(session, item, field, upload, by=by, at=NOON) for upload in uploads]
            for upload in uploads:
                store.put(upload.data)
            return [f"/files/{row.id}/{quote(row.name)}" for row in rows]

        return work(verb, item_id)

    return add


@pytest.fixture
def draft(app):
    def draft(kind=ARTICLE, **given):
        without = {field.name: None for field in kind.fields if field.block == "files"}
        with app.extensions["storage"].transaction() as session:
            item = publish(session, VILLAGE, kind, given_of(kind, **without | given), public=False)
            return item.id

    return draft


@pytest.fixture
def release(work):
    return lambda item_id: work(
        lambda session, item, by: publishing.publish_in_emergency(session, item, reason="汛情", by=by, at=now()),
        item_id,
    )


def got(visit, path, **headers):
    """The whole answer, its file closed."""
    response = visit.fetch(path, **headers)
    response.get_data()
    response.close()
    return response


def there(visit, path):
    return got(visit, path).status_code


def test_a_file_is_there_from_publication_to_withdrawal_and_not_a_request_longer(visit, draft, add, release, work):
    number = draft()
    (path,) = add(number, (pdf("甲"), "通知.pdf"))
    assert there(visit, path) == 404
    release(number)
    response = got(visit, path)
    assert response.status_code == 200
    assert response.data.startswith(b"%PDF-")
    work(lambda session, item, by: actions.withdraw(session, item, reason="重复", by=by, at=now()), number)
    assert "已经撤回" in visit.get(path, status=410).text


def test_not_yet_never_and_no_longer_answer_alike(visit, draft, add, release, work):
    number, over = draft(), draft()
    (before,) = add(number, (pdf("甲"), "通知.pdf"))
    (ended,) = add(over, (pdf("甲"), "通知.pdf"))
    release(over)
    (later,) = add_later(work, add, over)
    assert there(visit, ended) == 200
    work(lambda _, item, __: setattr(item, "notice_until", day_of(now()) - timedelta(days=1)), over)
    wrong = [
        before,
        later,
        ended,
        f"/files/{'a' * 22}/通知.pdf",
        "/files/x/y",
        "/files/' OR 1/x",
        f"/files/{'字' * 900}/x",
    ]
    answers = {visit.get(path, status=404).response.text for path in wrong}
    assert len(answers) == 1
    assert MISSING in answers.pop()


def add_later(work, add, number):
    """A file of a correction's draft, while the edition before it is public."""
    work(lambda _, item, __: setattr(item, "state", "draft"), number)
    return add(number, (pdf("乙"), "更正.pdf"))


def test_a_corrections_file_waits_for_its_edition_and_the_earlier_ones_stays(visit, draft, add, release, work):
    number = draft()
    (first,) = add(number, (pdf("甲"), "通知.pdf"))
    release(number)
    (second,) = add_later(work, add, number)
    work(lambda session, item, by: detach(session, item, FILES, "通知.pdf", by=by, at=NOON), number)
    assert (there(visit, first), there(visit, second)) == (200, 404)
    work(lambda _, item, __: item.steps.append(Step(verb="correct", at=NOON, note="换了附件")), number)
    release(number)
    assert (there(visit, first), there(visit, second)) == (200, 200)
    assert got(visit, first).headers["X-Robots-Tag"] == "noindex", "only the latest edition is found by search"
    assert "X-Robots-Tag" not in got(visit, second).headers


@pytest.mark.parametrize("name", ["通知.docx", "通知", "通知.pdf ", "../通知.pdf", "..%2F通知.pdf", "通知.pdf/", "%00"])
def test_a_wrong_name_leads_nowhere(visit, draft, add, release, name):
    number = draft()
    (path,) = add(number, (pdf("甲"), "通知.pdf"))
    release(number)
    assert there(visit, path.rpartition("/")[0] + "/" + name) == 404


@pytest.mark.parametrize(
    ("data", "name", "media_type", "how", "plain"),
    [
        (pdf("甲"), "通知 1.pdf", "application/pdf", "inline", "file.pdf"),
        (photo(), "照片.jpg", "image/jpeg", "inline", "file.jpg"),
        (word("甲"), "决议.docx", DOCX, "attachment", "file.docx"),
        (b"<script>alert(1)</script>", "页.html", "text/plain; charset=utf-8", "attachment", "file.txt"),
    ],
    ids=["pdf", "jpg", "docx", "txt"],
)  # fmt: skip
def test_headers_keep_a_file_from_doing_harm(visit, draft, add, release, data, name, media_type, how, plain):
    number = draft()
    (path,) = add(number, (data, name))
    release(number)
    response = got(visit, path)
    headers = response.headers
    assert headers["Content-Type"] == media_type
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-cache", "asked again each time, so that it is gone at once"
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert ("sandbox" in policy) == (media_type != "application/pdf")
    disposition, named = headers["Content-Disposition"], unquote(path.rpartition("/")[2])
    assert disposition.startswith(f'{how}; filename="{plain}"; ')
    assert unquote(re.search(r"filename\*=UTF-8''(\S+)$", disposition)[1]) == named
    assert "Set-Cookie" not in headers


def test_head_conditions_and_ranges(visit, draft, add, release):
    number = draft()
    (path,) = add(number, (pdf("甲"), "通知.pdf"))
    release(number)
    whole = got(visit, path)
    head = visit.client.head(path, base_url=visit.base)
    head.close()
    assert (head.status_code, head.data, head.headers["Content-Length"]) == (200, b"", str(len(whole.data)))
    same = got(visit, path, **{"If-None-Match": whole.headers["ETag"]})
    assert (same.status_code, same.data) == (304, b"")
    part = got(visit, path, Range="bytes=5-9")
    assert (part.status_code, part.data) == (206, whole.data[5:10])
    assert part.headers["Content-Range"] == f"bytes 5-9/{len(whole.data)}"
    assert got(visit, path, Range="bytes=0-3", **{"If-Range": '"other"'}).status_code == 200
    assert got(visit, path, Range="bytes=99999999-").status_code == 416


def test_files_of_what_is_not_listed_are_in_no_search_engine(visit, draft, add, release):
    number = draft(UNLISTED)
    (path,) = add(number, (pdf("甲"), "名单.pdf"), field=files_field(UNLISTED))
    release(number)
    assert got(visit, path).headers["X-Robots-Tag"] == "noindex"


def test_the_page_lists_files_with_what_they_are_and_how_large(visit, draft, add, release):
    number = draft()
    files = [
        (pdf("甲"), "通知 & 说明.pdf"),
        (word("甲"), "决议.docx"),
        (photo(3000, 2000), "照片.jpg"),
        (b"a,b\n", "表.csv"),
    ]
    paths = add(number, *files)
    release(number)
    page = visit.get(f"/items/{number}")
    assert re.search(r"通知 & 说明\.pdf PDF 文件，\d+ KB", page.text)
    for words in ("决议.docx Word 文档，", "照片.jpg 图片，", "表.csv 表格（CSV），1 KB"):
        assert words in page.text
    links = page.tree.xpath("//ul[contains(@class, 'files')]//a/@href")
    assert [unquote(link) for link in links] == [f"/msgk{unquote(path)}" for path in paths]
    assert not page.tree.xpath("//main//img"), "a picture waits for a tap"
    for link in links:
        assert there(visit, link) == 200


def test_files_of_a_step_stand_with_the_step(visit, draft, add, release):
    number = draft(DECISION)
    (path,) = add(number, (photo(), "开会.jpg"), field=f"{STEPS.name}.2")
    release(number)
    page = visit.get(f"/items/{number}")
    (link,) = page.tree.xpath("//ol[contains(@class, 'steps')]/li[2]//a/@href")
    assert unquote(link) == f"/msgk{unquote(path)}"
    assert there(visit, link) == 200


def test_a_file_without_its_row_or_its_content_is_no_broken_page(app, visit, put, draft, add, release):
    page = visit.get(f"/items/{put()}")
    assert "通知.pdf" in page.text
    assert not page.tree.xpath("//ul[contains(@class, 'files')]//a")
    number = draft()
    (path,) = add(number, (pdf("甲"), "通知.pdf"))
    release(number)
    store = FileStore(app.extensions["settings"].files_dir)
    for digest in list(store.digests()):
        store.path(digest).unlink()
    assert MISSING in visit.get(path, status=404).text


def test_a_page_with_as_many_files_as_there_may_be_stays_small(visit, draft, add, release):
    number = draft()
    add(number, *((pdf(str(at)), f"{prose(116, at)}.pdf") for at in range(25)))
    release(number)
    assert size(visit, f"/items/{number}") <= 20_000
