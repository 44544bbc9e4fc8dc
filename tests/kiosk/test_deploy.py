"""Provisioning: the configuration, the files, what would be run; all without a screen."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.deploy import plan, screen
from kiosk.deploy.checkup import QUESTIONS
from kiosk.deploy.settings import Settings, Wrong, read

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "kiosk/deploy"
INSTALL = DEPLOY / "install"
FILLED = "ADDRESS=https://www.county.gov.cn/msgk/\nROTATE=90\nPRINTER=ipp://192.168.1.20/ipp/print\n"


def install(root, *more):
    command = ["sh", INSTALL, "--dry-run", "--root", root, *more]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def told(root, *arguments):
    command = [sys.executable, "-m", "kiosk.deploy", *arguments, "--dry-run", "--root", root]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


@pytest.fixture
def root(tmp_path):
    """A machine's root with a filled configuration file, nothing else."""
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/villages-kiosk.conf").write_text(FILLED, encoding="utf-8")
    return tmp_path


def below(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_fresh_machine_gets_the_file_to_fill_in_and_is_told_so(tmp_path):
    run = install(tmp_path)
    assert run.returncode == 2
    assert "ADDRESS：还没有填" in run.stderr
    assert [str(path) for path in below(tmp_path)] == ["etc/villages-kiosk.conf"]


def test_the_second_run_changes_nothing_and_says_so(root):
    first = install(root)
    assert first.returncode == 0, first.stderr
    assert "写入 /etc/systemd/system/villages-kiosk.service" in first.stdout
    before = below(root)
    second = install(root)
    assert second.returncode == 0
    assert "写入" not in second.stdout
    assert "没有改动：已经是设置要的样子。" in second.stdout
    assert below(root) == before


def test_a_changed_setting_changes_only_what_follows_from_it(root):
    install(root)
    (root / "etc/villages-kiosk.conf").write_text(FILLED.replace("ROTATE=90", "ROTATE=270"), encoding="utf-8")
    run = install(root)
    assert re.findall("写入 (.*)", run.stdout) == [
        "/etc/udev/rules.d/99-villages-kiosk.rules",
        "/usr/local/lib/villages-kiosk/applied.conf",
    ]
    assert "udevadm trigger" in run.stdout
    assert "update-grub" not in run.stdout


def test_what_an_older_version_put_and_this_one_does_not_goes(root):
    install(root)
    manifest = root / "usr/local/lib/villages-kiosk/manifest"
    manifest.write_text(manifest.read_text() + "etc/udev/rules.d/50-old.rules\n")
    (root / "etc/udev/rules.d/50-old.rules").write_text("old")
    assert "删除 /etc/udev/rules.d/50-old.rules" in install(root).stdout
    assert "没有改动" in install(root).stdout


def test_a_run_that_failed_half_way_is_taken_up_by_the_next(root):
    install(root)
    pending = root / "usr/local/lib/villages-kiosk/pending"
    pending.write_text("/etc/default/grub.d/villages-kiosk.cfg\n")
    assert "会执行： update-grub" in install(root).stdout
    assert not pending.exists()
    assert "update-grub" not in install(root).stdout


def test_uninstalling_leaves_the_configuration_alone(root):
    install(root)
    assert told(root, "uninstall").returncode == 0
    assert [str(path) for path in below(root)] == ["etc/villages-kiosk.conf"]
    assert not (root / "usr/local/lib/villages-kiosk").exists()


def test_a_root_is_for_trying_only(tmp_path):
    run = subprocess.run(["sh", INSTALL, "--root", tmp_path], capture_output=True, text=True, check=False)
    assert run.returncode == 2
    assert "--root 要和 --dry-run 一起用" in run.stderr


def test_the_folder_works_from_a_stick_under_another_name(root, tmp_path):
    copy = tmp_path / "usb" / "kiosk-2026"
    shutil.copytree(DEPLOY, copy, ignore=shutil.ignore_patterns("__pycache__"))
    run = subprocess.run(["sh", copy / "install", "--dry-run", "--root", root], capture_output=True, check=False)
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("ADDRESS=http://www.county.gov.cn/msgk/", "要以 https:// 开头"),
        ("ADDRESS=县门户", "不像网址"),
        ("ADDRESS=https://www.county.gov.cn:99999/", "不像网址"),
        ("ADDRESS=https://name:word@www.county.gov.cn/", "不像网址"),
        ("ADDRESS=https://www.county.gov.cn/msgk/?type=large", "问号、井号和后面的部分不要写"),
        ("ADDRESS=", "ADDRESS：还没有填"),
        ("ROTATE=九十", "只能写 0、90、180 或 270"),
        ("TOUCH_ROTATE=45", "空着就是和画面一起转"),
        ("ZOOM=20", "写 50 到 300 之间的整数"),
        ("ZOOM=150%", "不带百分号"),
        ("VOLUME=101", "写 0 到 100 之间的整数"),
        ("PRINTER=192.168.1.20", "不像打印机的地址"),
        ("PRINTER_MODEL=HP LaserJet", "lpinfo -m"),
        ("PAPER=A4 纸", "写纸张名称"),
        ("RESTART_HOUR=24", "写 0 到 23 之间的整数"),
        ("TIME_SERVERS=时间服务器", "域名或 IP 地址"),
        ("KEYBOARD=是", "只能写 no"),
        ("ORIENTATION=portrait", "没有这个设置"),
        ("随便写的一行", "每行要写成 名称=内容"),
        ("ROTATE=0\nROTATE=90", "写了两遍"),
    ],
)
def test_what_is_written_wrongly_is_named_with_its_line(line, words):
    with pytest.raises(Wrong) as wrong:
        read(line if line.startswith("ADDRESS") else f"ADDRESS=https://www.county.gov.cn/\n{line}")
    assert len(wrong.value.problems) == 1
    assert words in wrong.value.problems[0]
    assert line.endswith("=") or f"行 {line.partition('=')[0]}：" in wrong.value.problems[0]


def test_all_problems_are_named_at_once_and_nothing_is_done(root):
    (root / "etc/villages-kiosk.conf").write_text("ROTATE=1\nZOOM=x\n", encoding="utf-8")
    run = install(root)
    assert run.returncode == 2
    named = [line.partition("：")[0] for line in run.stderr.splitlines()[1:]]
    assert named == ["第 1 行 ROTATE", "第 2 行 ZOOM", "ADDRESS"]
    assert len(below(root)) == 1


def test_a_file_from_windows_is_read_as_it_is_meant():
    text = '\ufeff# 设置\r\nADDRESS = "https://www.county.gov.cn/msgk/kiosk/"\r\n\r\nZOOM=\r\nKEYBOARD = yes\r\n'
    assert read(text) == Settings("https://www.county.gov.cn/msgk/", keyboard=True)


def test_the_file_to_fill_in_names_every_setting():
    text = (DEPLOY / "villages-kiosk.conf").read_text(encoding="utf-8")
    keys = {line.partition("=")[0] for line in text.splitlines() if line and not line.startswith("#")}
    assert keys == {name.upper() for name in Settings.__dataclass_fields__}
    assert read(text.replace("ADDRESS=", "ADDRESS=https://www.county.gov.cn/")) == Settings(
        "https://www.county.gov.cn/"
    )


def test_the_technicians_page_names_every_setting_and_shows_what_is_there():
    page = (ROOT / "docs/kiosk-machine.zh-CN.md").read_text(encoding="utf-8")
    for name in Settings.__dataclass_fields__:
        assert f"| `{name.upper()}` |" in page
    pictures = re.findall(r"pictures/[\w.-]+", page)
    assert len(pictures) == 3
    assert all((ROOT / "docs" / picture).is_file() for picture in pictures)
    assert "八样都是“正常”" in page
    assert len(QUESTIONS) == 8


# Where the corners of the picture lie on a panel hung so many degrees clockwise, as (x, y) of the panel itself; seen
# with cage 0.1 and 0.2 on a screen of their own. First the picture's top left, then its top right.
CORNERS = {0: ((0, 0), (1, 0)), 90: ((0, 1), (0, 0)), 180: ((1, 1), (0, 1)), 270: ((1, 0), (1, 1))}


@pytest.mark.parametrize("degrees", CORNERS)
def test_touch_turns_with_the_picture(degrees):
    a, b, c, d, e, f = map(int, screen.matrix(degrees).split())
    touched = [(a * x + b * y + c, d * x + e * y + f) for x, y in CORNERS[degrees]]
    assert touched == [(0, 0), (1, 0)]


LISTING = """HDMI-A-1 "A 示例 screen"
  Enabled: yes
  Modes:
    1920x1080 px, 60.000000 Hz (preferred, current)
  Position: 0,0
  Transform: normal
  Scale: 1.000000
DP-1 "Another"
  Enabled: no
"""


def test_a_screen_that_came_back_unturned_is_turned_again():
    assert screen.outputs_to_turn(LISTING, 90) == ["HDMI-A-1"]
    assert screen.outputs_to_turn(LISTING.replace("normal", "90"), 90) == []
    assert screen.outputs_to_turn(LISTING, 0) == []


def test_each_cage_is_told_of_the_turn_in_its_own_way():
    assert screen.turns_itself(
        " -d\t Don't draw\n -r\t Rotate the output 90 degrees clockwise, specify up to three times\n"
    )
    assert not screen.turns_itself(" -d\t Don't draw\n -s\t Allow VT switching\n")


def test_updates_go_in_before_the_night_even_after_midnight():
    made = {file.path: file.content.decode() for file in plan.files(Settings("https://a.cn/", restart_hour=1), "")}
    system = "etc/systemd/system"
    assert "*-*-* 23:00" in made[f"{system}/apt-daily.timer.d/villages-kiosk.conf"]
    assert "*-*-* 00:00" in made[f"{system}/apt-daily-upgrade.timer.d/villages-kiosk.conf"]
    assert "*-*-* 01:00:00" in made[f"{system}/villages-kiosk-night.timer"]


def test_keyboards_are_deaf_unless_the_settings_say_otherwise():
    def rules(**given):
        made = {file.path: file.content.decode() for file in plan.files(Settings("https://a.cn/", **given), "")}
        return made["etc/udev/rules.d/99-villages-kiosk.rules"]

    assert 'ENV{ID_INPUT_KEYBOARD}=="1", ENV{LIBINPUT_IGNORE_DEVICE}="1"' in rules()
    assert "LIBINPUT_IGNORE_DEVICE" not in rules(keyboard=True)


def test_a_printer_becomes_the_default_and_its_absence_needs_no_command(root):
    assert "lpadmin -p villages -v ipp://192.168.1.20/ipp/print -m everywhere -E" in install(root).stdout
    (root / "etc/villages-kiosk.conf").write_text("ADDRESS=https://a.cn/\n", encoding="utf-8")
    assert "lpadmin" not in install(root).stdout


def test_shellcheck_finds_nothing():
    scripts = [INSTALL, DEPLOY / "system/usr/local/sbin/villages-kiosk"]
    for script in scripts:
        text = script.read_text(encoding="utf-8").replace("$$", "$")
        run = subprocess.run(["shellcheck", "-"], input=text, capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stdout


def test_systemd_accepts_the_units(root):
    install(root)
    units = root / "etc/systemd/system"
    names = [
        units / name
        for name in ("villages-kiosk.service", "villages-kiosk-night.service", "villages-kiosk-night.timer")
    ]
    run = subprocess.run(["systemd-analyze", "verify", "--man=no", *names], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert not [line for line in run.stderr.splitlines() if "villages-kiosk" in line]


def test_systemd_understands_every_hour():
    every = [plan.files(Settings("https://a.cn/", restart_hour=hour), "") for hour in range(24)]
    texts = [file.content.decode() for made in every for file in made if "deploy/" not in file.path]
    times = [time for text in texts for time in re.findall(r"OnCalendar=(\S.*)", text)]
    assert len(times) == 72
    run = subprocess.run(["systemd-analyze", "calendar", *times], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
