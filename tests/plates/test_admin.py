"""The print centre and the life of plates in the browser: each in their own area, and nothing more."""

import io
import re

import pypdfium2
import pytest
import zxingcpp
from openpyxl import load_workbook
from PIL import Image
from sqlalchemy import func, select

from tests.conftest import PUBLIC_URL
from tests.staff import TOWNSHIP, VILLAGE, at_desk
from tests.visit import Visitor
from villages.audit.models import AuditEntry
from villages.plates.models import Inspection, Plate, PrintRun
from villages.registry.models import Unit

ELSEWHERE = "410923205"
PAPER = {"layout": "sticker-a4-3x7", "skip-sticker-a4-3x7": "0", "act": "print"}


@pytest.fixture
def storage(app):
    return app.extensions["storage"]


@pytest.fixture
def printer(app):
    """Who prints for one township."""
    return at_desk(app, "administrator", TOWNSHIP)


@pytest.fixture
def inspector(app):
    return at_desk(app, "editor", TOWNSHIP)


def number_in(storage, code=VILLAGE):
    """The number of a plate under a code."""
    with storage.reading() as session:
        query = select(Plate.number).join(Plate.unit).where(Unit.division_code.startswith(code)).order_by(Plate.id)
        return session.scalars(query).first()


def plate_of(storage, number):
    with storage.reading() as session:
        return session.scalars(select(Plate).where(Plate.number == number)).one()


def count(storage, table):
    with storage.reading() as session:
        return session.scalar(select(func.count()).select_from(table))


def codes(pdf):
    """Every code on every page, read by a decoder that is not our encoder."""
    document = pypdfium2.PdfDocument(pdf)
    found = [
        code.text for page in document for code in zxingcpp.read_barcodes(page.render(scale=3).to_pil().convert("L"))
    ]
    document.close()
    return found


def photo(camera="示例相机"):
    """A photograph as a phone makes it, with what the camera noted."""
    file, exif = io.BytesIO(), Image.Exif()
    exif[271] = camera
    Image.new("RGB", (640, 480), "#a33").save(file, "JPEG", exif=exif)
    return file.getvalue()


def test_a_township_prints_its_plates_and_every_code_reads_back(printer, storage):
    answer = printer.post("/admin/plates/print", township=TOWNSHIP, once="a", **PAPER)
    address = answer.headers["Location"].removeprefix("/msgk")
    assert "全部读回" in printer.get(address).text
    pdf = printer.fetch(f"{address}/sheets.pdf")
    assert pdf.headers["Content-Type"] == "application/pdf"
    with storage.reading() as session:
        mine = session.scalars(select(Plate).join(Plate.unit).where(Unit.division_code.startswith(TOWNSHIP))).all()
        assert sorted(codes(pdf.data)) == sorted(f"{PUBLIC_URL}v/{plate.number}" for plate in mine)
        assert {plate.stage for plate in mine} == {"printed"}
    assert "待张贴" in printer.get("/admin/plates?roll=to_post").text


def test_a_double_click_makes_one_run(printer, storage):
    first, second = (printer.post("/admin/plates/print", village=VILLAGE, once="same", **PAPER) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert count(storage, PrintRun) == 1


def test_the_first_sheet_is_shown_and_nothing_is_noted(printer, storage):
    answer = printer.post("/admin/plates/print", everything="1", **(PAPER | {"act": "preview"}))
    picture = re.search(r'src="data:image/png;base64,([^"]+)"', answer.text)
    assert picture
    assert "第一页是这样" in answer.text
    assert count(storage, PrintRun) == 0


def test_skipped_places_shift_and_printer_are_remembered(printer):
    given = PAPER | {"skip-sticker-a4-3x7": "5", "shift_x": "1.5", "shift_y": "-0.5", "printer": "二楼打印机"}
    printer.post("/admin/plates/print", village=VILLAGE, once="b", **given)
    page = printer.get("/admin/plates/print")
    assert page.tree.xpath("string(//input[@name='shift_x']/@value)") == "1.5"
    assert page.tree.xpath("string(//input[@name='printer']/@value)") == "二楼打印机"
    again = printer.get("/admin/plates/print?run=1")
    assert again.tree.xpath("//input[@name='skip-sticker-a4-3x7'][@checked]/@value") == ["5"]
    assert len(again.tree.xpath("//input[@name='plate'][@checked]")) == 1


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"layout": "none"}, "请先选一种版式"),
        ({"skip-sticker-a4-3x7": "21"}, "点一格"),
        ({"shift_x": "nan"}, "单位毫米"),
        ({"shift_y": "99"}, "单位毫米"),
        ({"printer": "机" * 41}, "打印机的名字"),
        ({"cut_lines": "x"}, "裁切线"),
        ({"village": ""}, "请先勾选"),
    ],
)
def test_what_cannot_be_printed_is_told_on_the_form(printer, storage, change, says):
    given = {"village": VILLAGE, "once": "c"} | PAPER | change
    answer = printer.post("/admin/plates/print", **{name: value for name, value in given.items() if value})
    assert answer.status_code == 422
    assert says in answer.text
    assert count(storage, PrintRun) == 0


def test_without_a_public_address_only_test_sheets_are_made(make_app):
    app = make_app(VILLAGES_PUBLIC_URL="")
    someone = at_desk(app, "administrator", TOWNSHIP)
    assert "只能打测试版" in someone.get("/admin/plates/print").text
    assert someone.post("/admin/plates/print", village=VILLAGE, once="d", **PAPER).status_code == 422
    assert someone.post("/admin/plates/print", village=VILLAGE, once="d", test="1", **PAPER).status_code == 303
    assert plate_of(app.extensions["storage"], number_in(app.extensions["storage"])).stage == "issued"


def test_an_inspector_notes_what_they_found_with_a_photograph_that_tells_nothing(inspector, storage):
    number = number_in(storage)
    answer = inspector.post(
        f"/admin/plates/{number}/inspect", finding="damaged", note="右上角撕了", once="e",
        latitude="36.07", longitude="115.20", photo=(io.BytesIO(photo()), "IMG_1.jpg"),
    )  # fmt: skip
    assert answer.status_code == 303
    assert plate_of(storage, number).stage == "damaged"
    page = inspector.get(f"/admin/plates/{number}")
    (address,) = page.tree.xpath("//ol[@class='sightings']//img/@src")
    picture = inspector.fetch(address.removeprefix("/msgk"))
    with Image.open(io.BytesIO(picture.data)) as image:
        assert dict(image.getexif()) == {}
    assert "北纬 36.07" in page.text


def test_a_finding_sent_twice_from_a_poor_network_is_noted_once(inspector, storage):
    number = number_in(storage)
    for _ in range(2):
        assert inspector.post(f"/admin/plates/{number}/inspect", finding="fine", once="f").status_code == 303
    assert count(storage, Inspection) == 1


def test_a_refused_finding_keeps_what_was_typed_and_leaves_its_trace(inspector, storage):
    number = number_in(storage)
    answer = inspector.post(f"/admin/plates/{number}/inspect", finding="suspicious", spot="南墙", once="g")
    assert answer.status_code == 422
    assert "拍一张照片" in answer.text
    assert 'value="南墙"' in answer.text
    broken = inspector.post(
        f"/admin/plates/{number}/inspect",
        finding="suspicious",
        once="g",
        photo=(io.BytesIO(b"\xff\xd8\xffno"), "a.jpg"),
    )
    assert broken.status_code == 422
    assert count(storage, Inspection) == 0
    with storage.reading() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.act == "plate.suspicious")).all()
        assert [entry.refused for entry in entries] == [True]


def test_the_phone_may_be_asked_where_it_is_on_the_inspectors_page_alone(inspector, storage):
    number = number_in(storage)
    here = inspector.get(f"/admin/plates/{number}/inspect").response.headers["Permissions-Policy"]
    assert "geolocation=(self)" in here
    assert "geolocation=()" in inspector.get(f"/admin/plates/{number}").response.headers["Permissions-Policy"]


def test_a_scan_leads_staff_to_the_inspection_by_one_link(app, visit, inspector, storage):
    number = number_in(storage)
    address = visit.get(f"/v/{number}").links()["工作人员巡查"]
    assert "完好" in inspector.get(address.removeprefix("/msgk")).text
    asked = visit.fetch(address)
    assert asked.headers["Location"].endswith(f"next=/admin/plates/{number}/inspect")


def test_a_process_without_the_staffs_door_shows_no_link_to_it(make_app):
    app = make_app(VILLAGES_SURFACES="public")
    assert "工作人员巡查" not in Visitor(app).get(f"/v/{number_in(app.extensions['storage'])}").links()


def test_a_number_typed_opens_its_plate_or_says_why_not(inspector, storage):
    number = number_in(storage)
    assert inspector.fetch(f"/admin/plates/inspect?number={number}").headers["Location"].endswith("/inspect")
    assert "8 位数字" in inspector.get("/admin/plates/inspect?number=12").text
    foreign = number_in(storage, ELSEWHERE)
    assert "不在您的范围里" in inspector.get(f"/admin/plates/inspect?number={foreign}").text


def test_a_suspicious_plate_gets_a_new_number_and_the_old_page_says_so(printer, visit, storage):
    number = number_in(storage)
    answer = printer.post(f"/admin/plates/{number}/replace", reason="更换", words="被人贴了假码")
    new = answer.headers["Location"].rsplit("/", 1)[1]
    assert plate_of(storage, number).stage == "replaced"
    assert f"{new[:4]} {new[4:]}" in visit.get(f"/v/{number}").text
    assert printer.post(f"/admin/plates/{number}/replace", reason="更换").status_code == 422
    assert "请取下来" in printer.get(f"/admin/plates/{number}/inspect").text


def test_a_plate_is_issued_and_retired_in_the_browser(printer, storage):
    answer = printer.post("/admin/plates/issue", village=VILLAGE, place="文化广场")
    number = answer.headers["Location"].rsplit("/", 1)[1]
    assert plate_of(storage, number).place == "文化广场"
    assert printer.post("/admin/plates/issue", village=VILLAGE, place=" ").status_code == 422
    assert printer.post(f"/admin/plates/{number}/retire", reason="丢失", successor="123").status_code == 422
    assert printer.post(f"/admin/plates/{number}/retire", reason="丢失").status_code == 303
    assert plate_of(storage, number).stage == "retired"


def test_the_code_alone_is_drawn_for_who_makes_metal_plates(printer, storage):
    number = number_in(storage)
    image = Image.open(io.BytesIO(printer.fetch(f"/admin/plates/{number}/code.png").data)).convert("L")
    assert [code.text for code in zxingcpp.read_barcodes(image)] == [f"{PUBLIC_URL}v/{number}"]
    assert printer.fetch(f"/admin/plates/{number}/code.svg").data.startswith(b"<")


def test_lists_are_filtered_and_exported(printer, storage):
    number = number_in(storage)
    with storage.transaction() as session:
        session.scalars(select(Plate).where(Plate.number == number)).one().place = "=1+1"
    page = printer.get(f"/admin/plates?q={number}")
    assert page.tree.xpath("//tbody/tr//a/text()") == [f"{number[:4]} {number[4:]}"]
    csv = printer.fetch(f"/admin/plates/list.csv?q={number}").data.decode("utf-8-sig")
    assert csv.count("\r\n") == 2
    assert "'=1+1" in csv
    book = load_workbook(io.BytesIO(printer.fetch(f"/admin/plates/list.xlsx?q={number}").data)).active
    assert (book["A2"].value, book["E2"].value, book["E2"].data_type) == (number, "=1+1", "s")


PAGES = ["", "/inspect", "/code.png"]


@pytest.mark.parametrize("page", PAGES)
def test_a_foreign_plate_is_not_found(printer, storage, page):
    assert printer.fetch(f"/admin/plates/{number_in(storage, ELSEWHERE)}{page}").status_code == 404


def test_nothing_foreign_can_be_named_in_any_form(printer, inspector, storage):
    foreign, village = number_in(storage, ELSEWHERE), f"{ELSEWHERE}201"
    posts = [
        (printer, "/admin/plates/print", {"township": ELSEWHERE} | PAPER),
        (printer, "/admin/plates/print", {"village": village} | PAPER),
        (printer, "/admin/plates/print", {"plate": foreign} | PAPER),
        (printer, "/admin/plates/issue", {"village": village, "place": "广场"}),
        (printer, f"/admin/plates/{foreign}/retire", {"reason": "丢失"}),
        (printer, f"/admin/plates/{number_in(storage)}/retire", {"reason": "丢失", "successor": foreign}),
        (printer, f"/admin/plates/{foreign}/replace", {"reason": "丢失"}),
        (inspector, f"/admin/plates/{foreign}/inspect", {"finding": "fine"}),
    ]
    for who, path, form in posts:
        assert who.post(path, **form).status_code == 404, (path, form)
    for query in (f"?township={ELSEWHERE}", f"/print?village={village}", f"/print?plate={foreign}"):
        assert printer.fetch(f"/admin/plates{query}").status_code == 404, query
    assert count(storage, PrintRun) == count(storage, Inspection) == 0
    assert plate_of(storage, number_in(storage)).stage == "issued"


def test_runs_and_photographs_of_others_are_not_found(app, printer, inspector, storage):
    county = at_desk(app, "administrator")
    given = {"plate": number_in(storage, ELSEWHERE), "once": "h"} | PAPER
    run = county.post("/admin/plates/print", **given).headers["Location"].removeprefix("/msgk")
    assert printer.fetch(run).status_code == printer.fetch(f"{run}/sheets.pdf").status_code == 404
    assert "还没有打印过" in printer.get("/admin/plates/runs").text
    there = at_desk(app, "editor", ELSEWHERE)
    there.post(
        f"/admin/plates/{given['plate']}/inspect", finding="fine", once="i", photo=(io.BytesIO(photo()), "a.jpg")
    )
    assert there.fetch("/admin/plates/photos/1").status_code == 200
    assert inspector.fetch("/admin/plates/photos/1").status_code == 404


def test_a_run_that_reaches_beyond_an_area_shows_only_its_own_plates(app, printer):
    county = at_desk(app, "administrator")
    given = PAPER | {"everything": "1", "test": "1", "once": "j"}
    run = county.post("/admin/plates/print", **given).headers["Location"]
    page = printer.get(run.removeprefix("/msgk"))
    assert "整份 PDF 不能下载" in page.text
    assert printer.fetch(f"{run.removeprefix('/msgk')}/sheets.pdf").status_code == 404


def test_who_inspects_does_not_print(inspector, storage):
    for path in ("/admin/plates/print", "/admin/plates/runs", "/admin/plates/issue"):
        assert inspector.fetch(path).status_code == 403
    number = number_in(storage)
    for path, form in ((f"/admin/plates/{number}/retire", {"reason": "丢失"}), ("/admin/plates/print", PAPER)):
        assert inspector.post(path, **form).status_code == 403
    assert "停用这块码牌" not in inspector.get(f"/admin/plates/{number}").text
