"""How long it takes to import a month's bulk: rows of a roster, rows of a catalogue, statements of a township.

    python bench/bulk.py            each command as a whole process, on SQLite in a folder of its own, with the county loaded

Bars: 15 000 roster rows in 10 s, 3 598 catalogue rows in 5 s. Exit status 0 when met.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from openpyxl import Workbook

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from villages.registry.commands import read_county  # noqa: E402
from villages.registry.listing import Entry  # noqa: E402
from villages.service.commands import BUNDLED  # noqa: E402

BENEFIT = "种粮补贴"


def roster(path: Path, villages: list[Entry]) -> int:
    book = Workbook(write_only=True)
    page = book.create_sheet("名单")
    page.append(
        [
            "村名",
            "补贴项目",
            "政策依据",
            "批次",
            "主管部门",
            "发放日期",
            "发放方式",
            "举报电话",
            "村民小组",
            "姓名",
            "补贴标准",
            "补贴金额",
            "身份证号",
        ]
    )
    for at in range(15_000):
        page.append(
            [
                villages[at // 50].name,
                BENEFIT,
                "示例文〔2026〕1号",
                "第1批",
                "示例部门",
                "2026-10-08",
                "一卡通",
                "0000-0000000",
                "1组",
                "王小明",
                "每亩100元",
                "350.5",
                "110101199003070011",
            ]
        )
    book.save(path)
    return 15_000


def catalogue(path: Path, _villages: list[Entry]) -> int:
    book = Workbook(write_only=True)
    page = book.create_sheet("一本通")
    page.append(
        ["单位", "事项名称", "设立依据", "内容要求", "公开主体", "公开方式", "公开时限", "五公开类别", "事项性质"]
    )
    for at in range(3_598):
        page.append(
            [
                "JTJ",
                f"事项{at}",
                "《公路法》第十条",
                "条件、程序",
                "县交通运输局",
                "网站",
                "20个工作日内",
                "决策公开、结果公开",
                "行政许可",
            ]
        )
    book.save(path)
    return 3_598


def statements(path: Path, villages: list[Entry]) -> int:
    book = Workbook(write_only=True)
    for code in [entry.code for entry in villages[:41]]:
        page = book.create_sheet(code)
        page.append(["单位", "月份", "期初余额", "本期收入", "本期支出", "期末余额", "日期", "摘要", "收入", "支出"])
        for day in range(1, 31):
            page.append(
                [f"{code}-J", "2026年9月", "100", "30", "0", "130", f"2026-09-{day:02}", "机动地承包费", "1", None]
            )
    book.save(path)
    return 41


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "VILLAGES_DATA_DIR": folder + "/data", "VILLAGES_DATABASE_URL": ""}

        def run(*words: str, **more: str) -> tuple[float, subprocess.CompletedProcess[str]]:
            started = time.monotonic()
            done = subprocess.run(
                [sys.executable, "-m", "villages", *words],
                env=environment,
                cwd=ROOT,
                text=True,
                capture_output=True,
                check=False,
                **more,
            )
            return time.monotonic() - started, done

        run("init")
        run("disclosures", "departments", "add", "JTJ", "示例部门", "--county", "410923")
        run(
            "accounts",
            "add",
            "示例录入",
            "--role",
            "editor",
            "--scope",
            "410923",
            "--password-stdin",
            input="correct horse battery\n",
        )
        villages = [entry for entry in read_county(BUNDLED) if entry.in_scope]
        missed = False
        for kind, make, bar in (
            ("subsidy_roster", roster, 10),
            ("rights_duties", catalogue, 5),
            ("finance_statement", statements, 10),
        ):
            path = Path(folder) / f"{kind}.xlsx"
            count = make(path, villages)
            seconds, done = run("disclosures", "import", kind, str(path), "--as", "示例录入")
            missed |= seconds > bar or done.returncode != 0
            print(
                f"{kind}: {count} rows or sheets in {seconds:.1f} s (bar {bar} s) {(done.stdout + done.stderr).strip().splitlines()[-1][:100]}"
            )
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
