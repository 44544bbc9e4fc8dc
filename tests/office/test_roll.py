"""The roll of villages in the browser: a list is checked before it is taken over; plates outlive every change."""

import io

import pytest

from tests.staff import TOWNSHIP, VILLAGE, at_desk
from villages.plates.models import Plate
from villages.registry.models import Unit
from villages.registry.queries import unit_by_code

HEAD = "代码,村名,村委会,类型,乡镇,县,市,省,是否制码\n"
NEW = "410923100999,示例新村,示例新村委会,村,城关镇,南乐县,濮阳市,河南省,1\n"
SECOND = "410923100210"


@pytest.fixture
def desk(app):
    return at_desk(app, "administrator")


@pytest.fixture
def storage(app):
    return app.extensions["storage"]


def upload(desk, text, name="名单.csv"):
    return desk.post("/admin/villages/import", file=(io.BytesIO(text.encode()), name))


def test_a_list_is_checked_first_and_taken_over_by_a_second_press(desk, storage):
    answer = upload(desk, HEAD + NEW)
    assert "新增 1 个" in answer.text
    with storage.reading() as session:
        assert unit_by_code(session, "410923100999") is None
    rows = answer.text.split("hidden>", 1)[1].split("</textarea>")[0]
    assert desk.post("/admin/villages/import", rows=rows).status_code == 303
    with storage.reading() as session:
        unit = unit_by_code(session, "410923100999")
        assert session.query(Plate).filter_by(unit_id=unit.id).count() == 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (HEAD, "文件里只有表头"),
        ("", "空的"),
        (HEAD + NEW.replace("410923100999", "12"), "第 2 行“code”列的值“12”不对"),
        ("代码\n1\n", "缺少“name”列"),
    ],
)
def test_a_wrong_list_is_refused_in_words_and_changes_nothing(desk, storage, text, told):
    with storage.reading() as session:
        before = session.query(Unit).count()
    answer = upload(desk, text)
    assert answer.status_code == 422
    assert told in answer.text
    with storage.reading() as session:
        assert session.query(Unit).count() == before


def test_a_village_is_renamed_recoded_and_merged_and_its_plate_still_opens(desk, storage):
    with storage.reading() as session:
        number = session.query(Plate).filter_by(unit_id=unit_by_code(session, VILLAGE).id).one().number
    assert desk.post(f"/admin/villages/{VILLAGE}/rename", to="示例改名村").status_code == 303
    assert desk.post(f"/admin/villages/{VILLAGE}/recode", to="410923100998").status_code == 303
    assert "示例改名村" in desk.client.get(f"/msgk/v/{number}", base_url=desk.base).text
    assert desk.post("/admin/villages/410923100998/merge", to=SECOND).status_code == 303
    with storage.reading() as session:
        name = unit_by_code(session, SECOND).name
    assert name in desk.client.get(f"/msgk/v/{number}", base_url=desk.base).text


def test_what_cannot_be_is_said_with_what_was_typed_kept(desk):
    answer = desk.post(f"/admin/villages/{VILLAGE}/recode", to="99")
    assert answer.status_code == 422
    assert 'value="99"' in answer.text


def test_a_township_does_not_manage_the_roll(app):
    desk = at_desk(app, "administrator", TOWNSHIP)
    for path in ("/admin/villages", "/admin/villages/import", f"/admin/villages/{VILLAGE}"):
        assert desk.fetch(path).status_code == 403
