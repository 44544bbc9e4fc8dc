"""The installation as a whole, from the command line."""

import io
import json
import os
import re
import stat
from pathlib import Path

import pytest
from sqlalchemy import text

import wsgi
from tests.site.test_details import GOOD
from villages.core.db import Storage
from villages.disclosures.bundled import DATA
from villages.service.commands import BUNDLED
from villages.settings import read_settings

OTHER_COUNTY = """\ufeff区划代码,村名,村委会,类型,乡镇,县,市,省,是否制码
410888100201,东关村,东关村委会,村,城关镇,外县,外市,示例省,是
410888101201,东关村,东关村委会,村,白云乡,外县,外市,示例省,是
410888101202,柳溪社区,柳溪居委会,社区,白云乡,外县,外市,示例省,否
"""


@pytest.fixture
def other(tmp_path: Path) -> Path:
    path = tmp_path / "外县.csv"
    path.write_bytes(OTHER_COUNTY.encode())
    return path


def plates(villages):
    return json.loads(villages("plates", "list", "--format", "json")[1])


def test_init_gives_every_village_in_scope_its_plate_and_then_changes_nothing(villages):
    assert villages("init")[0] == 0
    before = plates(villages)
    assert len(before) == 322
    status, out, _ = villages("init")
    assert (status, out.strip()) == (0, "新发码牌 0 块")
    assert plates(villages) == before
    assert before[0]["url"] == f"https://www.county.gov.cn/msgk/v/{before[0]['number']}"
    assert set(before[0]) == {"number", "village_code", "township", "village", "place", "url", "state"}


def test_another_county_loads_its_own_list_with_villages_of_one_name(villages, other):
    assert villages("init", "--county", other)[0] == 0
    assert [(row["village"], row["township"]) for row in plates(villages)] == [
        ("东关村", "城关镇"),
        ("东关村", "白云乡"),
    ]
    assert "南乐" not in villages("registry", "list")[1]


def test_a_second_county_on_the_same_database_is_refused_whole(villages, other):
    villages("init")
    status, _, err = villages("init", "--county", other)
    assert status == 1
    assert len(err.splitlines()) == 3
    assert len(plates(villages)) == 322


def test_a_bad_list_leaves_no_database_behind(villages, other, monkeypatch):
    other.write_text(OTHER_COUNTY.replace("410888100201", "4108881002011"), encoding="utf-8")
    status, _, err = villages("init", "--county", other)
    assert (status, len(err.splitlines())) == (1, 1)
    assert err.startswith("外县.csv 第 2 行“code”列的值“4108881002011”不对")
    assert villages("plates", "list")[0] == 1


def test_an_import_can_be_tried_without_changing_anything(villages, tmp_path):
    villages("init")
    path = tmp_path / "改.csv"
    path.write_text(BUNDLED.read_text(encoding="utf-8").replace("西邵集村,", "西邵新村,"), encoding="utf-8")
    status, out, _ = villages("registry", "import", path, "--dry-run")
    assert status == 0
    assert "410923205201 西邵集村：改名为西邵新村" in out
    assert "数据库没有改动" in out
    assert villages("registry", "find", "西邵新村")[0] == 1
    report = json.loads(villages("registry", "import", path, "--format", "json")[1])
    assert [len(report[key]) for key in ("added", "changed", "unchanged", "missing")] == [0, 1, 328, 0]
    assert villages("registry", "find", "西邵新村")[0] == 0


def test_names_codes_and_mergers_are_changed_by_command(villages):
    villages("init")
    before = plates(villages)
    assert villages("registry", "rename", "410923205201", "西邵新村")[0] == 0
    assert villages("registry", "recode", "410923205201", "410923205299")[0] == 0
    assert villages("registry", "merge", "410923205299", "--into", "410923205202")[0] == 0
    assert villages("registry", "contact", "410923205", "--phone", "0393-0000000")[0] == 0
    assert [row["number"] for row in before if row["village"] == "西邵集村"] == [
        row["number"] for row in plates(villages) if row["village"] == "西邵新村"
    ]
    assert "0393-0000000" in villages("registry", "list", "--township", "西邵乡")[1]


def test_plates_are_issued_and_retired_by_command(villages):
    villages("init")
    status, out, _ = villages("plates", "issue", "410923205201", "--place", "文化广场")
    number = out.split()[-1]
    assert status == 0
    old = next(row["number"] for row in plates(villages) if row["village"] == "西邵集村")
    spoken = f"{old[:4]} {old[4:]}"
    assert villages("plates", "retire", spoken, "--reason", "replaced", "--successor", number)[0] == 0
    states = {row["number"]: row["state"] for row in plates(villages)}
    assert (states[old], states[number]) == ("retired", "active")
    csv_rows = villages("plates", "list", "--format", "csv", "--township", "410923205")[1].splitlines()
    assert len(csv_rows) == 29


def test_a_backup_taken_and_restored_is_the_same_installation(villages, tmp_path):
    villages("init")
    before = plates(villages)
    archive = tmp_path / "备份.zip"
    assert villages("backup", archive)[0] == 0
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    villages("registry", "rename", "410923205201", "改坏的名")
    villages("registry", "merge", "410923205202", "--into", "410923205203")
    status, out, _ = villages("restore", archive)
    assert status == 0
    assert "现有数据已另存到" in out
    assert plates(villages) == before
    villages("plates", "issue", "410923205201", "--place", "文化广场")
    assert len(plates(villages)) == 323


def test_a_damaged_backup_changes_nothing(villages, tmp_path):
    villages("init")
    archive = tmp_path / "备份.zip"
    villages("backup", archive)
    content = archive.read_bytes()
    for damaged in (b"", b"no zip", content[: len(content) // 2], content[:3000] + b"\0" * 200 + content[3200:]):
        archive.write_bytes(damaged)
        status, _, err = villages("restore", archive)
        assert (status, len(err.splitlines())) == (1, 1)
        assert "备份" in err
    assert len(plates(villages)) == 322
    assert not list(Path(os.environ["VILLAGES_DATA_DIR"]).glob("before-restore*")), "nothing was replaced"


def test_a_backup_never_overwrites_another(villages, tmp_path):
    villages("init")
    path = tmp_path / "备份.zip"
    path.write_text("old")
    assert villages("backup", path)[0] == 1
    assert path.read_text() == "old"


def test_check_lists_what_is_missing_and_is_quiet_when_nothing_is(villages, tmp_path, monkeypatch):
    villages("init")
    status, _, err = villages("check")
    assert status == 1
    for words in ("系统管理员", "备份", "办公电话"):
        assert words in err
    villages("registry", "contact", "410923", "--phone", "0393-0000000")
    monkeypatch.setattr("sys.stdin", io.StringIO("long enough a password\n"))
    assert (
        villages("accounts", "add", "管理员一", "--role", "administrator", "--scope", "410923", "--password-stdin")[0]
        == 0
    )
    villages("backup", tmp_path / "备份.zip")
    for name, value in GOOD.items():
        villages("site", "set", name, value)
    villages("run-due")
    left = villages("check")[2].splitlines()
    assert left, "nothing was published yet, so columns are empty"
    assert [line for line in left if "栏目" not in line] == []
    monkeypatch.setenv("VILLAGES_PUBLIC_URL", "http://10.1.2.3/")
    assert "http" in villages("check")[2]


def test_what_is_due_may_run_twice(villages):
    villages("init")
    assert villages("run-due")[0] == villages("run-due")[0] == 0


def test_the_sample_comes_marked_beside_the_county_s_own_report_which_stays_when_it_goes(villages):
    added = re.search(r"新加示例 (\d+) 条", villages("init", "--sample")[1])[1]
    assert int(added) > 20_000
    assert "示例内容" in villages("check")[2]
    assert "新加示例 0 条" in villages("init", "--sample")[1]
    assert f"已去掉 {added} 条" in villages("sample", "remove")[1]
    assert "已去掉 0 条" in villages("sample", "remove")[1]
    left = json.loads(villages("disclosures", "list", "--format", "json")[1])
    own = [json.loads(path.read_text(encoding="utf-8"))["kind"] for path in DATA.glob("*.json")]
    assert [(row["kind"], row["state"], row["is_public"]) for row in left] == [(own[0], "published", True)]


def test_keys_are_made_once_and_only_their_owner_reads_them(villages, tmp_path):
    villages("init")
    out = tmp_path / "密钥"
    assert villages("keys", "export", out)[0] == 0
    lines = dict(line.split("=") for line in out.read_text().splitlines())
    assert {len(value) for value in lines.values()} == {64}
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    villages("init")
    assert villages("keys", "export", tmp_path / "again")[0] == 0
    assert out.read_text() == (tmp_path / "again").read_text()


@pytest.mark.parametrize("command", [["plates", "list"], ["check"], ["serve"], ["backup", "x.zip"], ["run-due"]])
def test_before_init_every_command_says_what_to_do(villages, command):
    status, _, err = villages(*command)
    assert status == 1
    assert "villages init" in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments", [["nonsense"], ["plates", "issue"], ["plates", "list", "--format", "xml"], ["serve", "--port", "x"]]
)
def test_wrong_usage_ends_with_2(villages, arguments):
    status, _, err = villages(*arguments)
    assert status == 2
    assert err.startswith("命令写得不对")
    assert "--help" in err


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("VILLAGES_PUBLIC_URL", "www.county.gov.cn"),
        ("VILLAGES_PUBLIC_URL", "https://"),
        ("VILLAGES_PUBLIC_URL", "https://a.cn/?x=1"),
        ("VILLAGES_PUBLIC_URL", "https://a.cn:99999/"),
        ("VILLAGES_PUBLIC_URL", "https://a.gov.cn//msgk/"),
        ("VILLAGES_PUBLIC_URL", "https://a.gov.cn/码/"),
        ("VILLAGES_PUBLIC_URL", "https://南乐.gov.cn/"),
        ("VILLAGES_PUBLIC_URL", "https://a.gov.cn/villages/"),
        ("VILLAGES_PUBLIC_URL", "https://:pw@host.cn/"),
        ("VILLAGES_DATABASE_URL", "mysql://x"),
        ("VILLAGES_DATABASE_URL", "sqlite"),
        ("VILLAGES_DATABASE_URL", "sqlite://"),
        ("VILLAGES_DATABASE_URL", "postgresql+psycopg://u:p@h:abc/x"),
        ("VILLAGES_SURFACES", "public,private"),
        ("VILLAGES_TRUSTED_PROXIES", "10.0.0.300"),
        ("PORT", "http"),
    ],
)
def test_a_malformed_setting_stops_the_start_with_one_clear_line(villages, monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    status, _, err = villages("init")
    assert (status, len(err.splitlines())) == (1, 1)
    assert name in err


def test_the_public_address_is_put_in_order():
    settings = read_settings({"VILLAGES_PUBLIC_URL": "HTTPS://WWW.County.Gov.CN/MSGK"})
    assert settings.base_url == "https://www.county.gov.cn/MSGK/"
    assert settings.domain == "www.county.gov.cn/MSGK"
    assert settings.is_public


@pytest.mark.parametrize(
    "url", ["", "http://www.a.gov.cn/", "https://localhost/", "https://192.168.1.2/", "https://hall.lan/"]
)
def test_plates_for_good_need_a_public_https_address(url):
    assert not read_settings({"VILLAGES_PUBLIC_URL": url}).is_public


def test_a_data_folder_that_cannot_be_made_is_told_in_one_line(villages, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("VILLAGES_DATA_DIR", str(tmp_path / "file" / "data"))
    status, _, err = villages("init")
    assert (status, len(err.splitlines())) == (1, 1)
    assert "VILLAGES_DATA_DIR" in err


def test_a_file_that_is_no_database_is_told_in_one_line(villages, monkeypatch, tmp_path):
    path = tmp_path / "x.sqlite3"
    path.write_bytes(b"this is not a database at all" * 100)
    monkeypatch.setenv("VILLAGES_DATABASE_URL", f"sqlite:///{path}")
    status, _, err = villages("init")
    assert (status, len(err.splitlines())) == (1, 1)
    assert "不是数据库" in err


def test_an_unexpected_error_leaves_a_trace_for_maintainers_and_none_for_people(villages):
    villages("init")
    storage = Storage(os.environ["VILLAGES_DATABASE_URL"])
    with storage.transaction() as session:
        session.execute(text("DROP TABLE scan"))
    status, _, err = villages("plates", "scans", plates(villages)[0]["number"])
    storage.close()
    assert (status, len(err.splitlines())) == (1, 1)
    assert "errors.log" in err
    assert "Traceback" not in err
    assert "Traceback" in Path(os.environ["VILLAGES_DATA_DIR"], "errors.log").read_text(encoding="utf-8")


def test_data_lies_beside_the_program_whatever_folder_one_is_in(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert read_settings({}).data_dir == Path(wsgi.__file__).parent / "var"
    assert read_settings({"VILLAGES_DATA_DIR": "here"}).data_dir == tmp_path / "here"


def test_only_the_owner_reads_the_data_folder_and_the_database(villages, databases):
    villages("init")
    folder = Path(os.environ["VILLAGES_DATA_DIR"])
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    storage = Storage(os.environ["VILLAGES_DATABASE_URL"])
    if storage.path:
        assert stat.S_IMODE(storage.path.stat().st_mode) == 0o600
    storage.close()


def test_a_code_that_a_township_gave_up_does_not_come_back_as_another(villages, tmp_path):
    villages("init")
    assert villages("registry", "recode", "410923101", "410923888")[0] == 0
    path = tmp_path / "改.csv"
    rows = ["code,name,township,county,city,province", "410923101888,新村,韩张镇,南乐县,濮阳市,河南省"]
    path.write_text("\n".join(rows), encoding="utf-8")
    status, _, err = villages("registry", "import", path)
    assert (status, len(err.splitlines())) == (1, 1)
    assert "现在的代码是 410923888" in err


def test_a_village_whose_only_plate_is_retired_is_found_by_check(villages):
    villages("init")
    number = plates(villages)[0]["number"]
    villages("plates", "retire", number, "--reason", "lost")
    assert "有 1 个村没有在用的码牌" in villages("check")[2]


@pytest.mark.parametrize(
    "arguments",
    [["plates", "draw", "x", "--output", "x.svg", "--width-mm", "nan"], ["serve", "--host", "no such host"], []],
)
def test_odd_arguments_are_told_in_words(villages, arguments):
    villages("init")
    status, _, err = villages(*arguments)
    assert status in (1, 2)
    assert "errors.log" not in err
