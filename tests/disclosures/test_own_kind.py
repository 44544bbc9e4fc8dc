"""One file makes a kind: put into a county's folder, it goes from its template to its page as shipped."""

import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

import openpyxl

from tests.service_process import served

KIND = Path(__file__).with_name("flood_watch.toml")
VILLAGE = "410923205201"
PEOPLE = (("录入", "editor"), ("审核", "reviewer"), ("发布", "publisher"))


def put_in_place(settings):
    folder = settings.data_dir / "catalogue"
    folder.mkdir()
    shutil.copy(KIND, folder / KIND.name)


def hire(service):
    for name, role in PEOPLE:
        command = [service.program, "accounts", "add", name, "--role", role, "--scope", "410923", "--password-stdin"]
        subprocess.run(command, env=service.environment, input=b"long enough a password\n", check=True)


def fill(path):
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    told = {"村名": "西邵集村", "月份": "2026年9月", "标题": "汛期值班表", "日期": "2026-09-03", "电话": "0393-0000000"}
    sheet.append([told.get(cell.value) for cell in sheet[1]])
    book.save(path)


def read(service, path):
    with urllib.request.urlopen(f"{service.base}{path}", timeout=10) as answer:
        return answer.read().decode()


def test_a_kind_added_by_one_file_is_walked_from_its_template_to_its_page(make_settings, tmp_path):
    settings = make_settings("nanle")
    put_in_place(settings)
    with served(settings, tmp_path / "serve.log") as service:
        service.villages("init")
        hire(service)
        path = tmp_path / "值班.xlsx"
        service.villages("disclosures", "template", KIND.stem, "--output", path)
        fill(path)
        service.villages("disclosures", "import", KIND.stem, path, "--as", "录入")
        for verb, name in (("submit", "录入"), ("approve", "审核"), ("approve", "发布"), ("publish", "发布")):
            service.villages("disclosures", verb, "1", "--as", name, *(["--looked"] if verb == "submit" else []))
        assert "汛期值班表" in read(service, "/items/1")
        assert "0393-0000000" in read(service, "/items/1")
        assert "汛期值班表" in read(service, f"/villages/{VILLAGE}")
        assert "汛期值班表" in read(service, f"/villages/{VILLAGE}/affairs")
        assert "防汛值班" in service.villages("duties", "list", "--unit", VILLAGE)


def test_a_kind_that_is_there_already_is_refused_in_words(make_settings, tmp_path):
    settings = make_settings("nanle")
    put_in_place(settings)
    own = settings.data_dir / "catalogue" / KIND.name
    own.rename(own.with_name("announcement.toml"))
    environment = {"VILLAGES_DATA_DIR": str(settings.data_dir), "VILLAGES_DATABASE_URL": settings.database_url}
    run = subprocess.run(
        [Path(sys.executable).with_name("villages"), "disclosures", "kinds"],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 1
    assert run.stderr.startswith("announcement.toml：自带的目录里已有这个名字的类别")
