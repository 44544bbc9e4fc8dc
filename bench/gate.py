#!/usr/bin/env python3
"""The gate's figures: recall on stops, false stops per 1 000 harmless items, speed.

  PYTHONPATH=. python bench/gate.py

Recall and the harmless lines are the corpus of tests/disclosures. The generated items imitate what villages publish:
statement rows, ledgers, contracts, codes, rosters without numbers of persons; the same on every run (seed 2026).
"""

import random
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tests.disclosures.gate_corpus import HARMLESS, asks, cells, make, stops
from villages.disclosures.gate import Piece, Tier, scan

ITEMS = 20_000
ROUNDS = 20
FIRST = 800  # sets 1 to 20 and 500 to 519 were looked at while the rules were made


def stopped(pieces):
    return {finding.what for finding in scan(pieces) if finding.tier == Tier.STOP}


def amount(r):
    return r.choice(
        [
            f"{r.uniform(1, 90000):.2f}",
            f"{r.randint(1, 900) * 10}",
            f"{r.randint(1, 99999):,}.00",
            str(r.randint(1, 200000)),
        ]
    )


def day(r):
    y, m, d = r.randint(2020, 2026), r.randint(1, 12), r.randint(1, 28)
    return r.choice([f"{y}-{m:02}-{d:02}", f"{y}年{m}月{d}日", f"{y}{m:02}{d:02}", f"{y}/{m}/{d}", f"{y}.{m}.{d}"])


def digits(r, n):
    return "".join(str(r.randint(0, 9)) for _ in range(n))


KINDS = {
    "statement row": lambda r: [
        day(r),
        "购买路灯",
        amount(r),
        amount(r),
        amount(r),
        "张三",
        f"记-{r.randint(1, 200):04}",
    ],
    "quantities": lambda r: [
        str(r.randint(1, 300)),
        str(r.randint(1, 5000)),
        str(r.randint(1, 9999)),
        str(r.randint(1, 99999)),
    ],
    "quantity, price, amount": lambda r: [str(a := r.randint(100, 200)), str(b := r.randint(10, 99) * 100), str(a * b)],
    "three amounts": lambda r: [str(r.randint(100, 200)), str(r.randint(1000, 9999)), str(r.randint(1000, 9999))],
    "line of whole numbers": lambda r: [f"王五 {r.randint(1, 3000)} {r.randint(10, 9999)} {r.randint(10, 99999)}"],
    "roster without numbers": lambda r: [
        "王五",
        f"{r.randint(1, 13)}组",
        f"{r.uniform(1, 20):.1f}亩",
        amount(r),
        day(r),
        "一卡通",
    ],
    "asset": lambda r: [f"资产编号 {digits(r, r.randint(6, 20))}", "水泵", str(r.randint(1, 9)), amount(r), day(r)],
    "contract": lambda r: [
        f"合同编号 HT{r.randint(2015, 2026)}{digits(r, r.randint(4, 12))}，金额 {amount(r)} 元，期限 {day(r)} 至 {day(r)}"
    ],
    "document number": lambda r: [f"乐政〔{r.randint(2000, 2026)}〕{r.randint(1, 200)}号 {day(r)}"],
    "invoice": lambda r: [f"发票代码 0{digits(r, 11)} 发票号码 {digits(r, r.choice([8, 20]))} 金额 {amount(r)}"],
    "credit code": lambda r: [f"统一社会信用代码 91410999{digits(r, 10)}"],
    "credit code, unnamed": lambda r: [
        f"某公司 {r.choice(['11', '12', '51', '52', '91', '92', '93'])}410{r.randint(900, 999)}{digits(r, 10)}"
    ],
    "division codes": lambda r: [f"410999{r.randint(100, 120)}{r.randint(200, 260)}" for _ in range(3)],
    "project code": lambda r: [f"项目代码 {r.randint(18, 26)}{r.randint(1, 12):02}-410999-04-01-{digits(r, 6)}"],
    "time stamps": lambda r: [
        f"{day(r)} {r.randint(0, 23)}:{r.randint(0, 59):02}",
        f"{r.randint(2020, 2026)}{digits(r, 10)}",
    ],
    "serial, unnamed, 12-20 digits": lambda r: [digits(r, r.randint(12, 20))],
    "plates": lambda r: [f"{digits(r, 4)} {digits(r, 4)}", "文化广场", f"扫码 {r.randint(0, 2000)} 次"],
    "area and place": lambda r: [f"{r.uniform(1, 2000):.2f}亩", f"115.{digits(r, 6)}", f"36.{digits(r, 6)}"],
    "votes": lambda r: [f"应到 {r.randint(30, 200)} 人，实到 {r.randint(30, 200)} 人，同意 {r.randint(30, 200)} 票"],
    "hotlines": lambda r: [
        r.choice(["12345", "12388", "0393-6221234", "400-812-3456", "95588"]),
        "8:30-11:30 14:30-17:30",
    ],
    "budget": lambda r: [
        f"预算 {r.randint(10**9, 10**11)} 元",
        f"{r.randint(1, 999)},{digits(r, 3)},{digits(r, 3)}.00",
    ],
}


def main() -> None:
    cases = list(stops())
    found = Counter(case.what for case in cases if case.what in stopped([Piece("正文", case.text)]))
    print("recall on stops (corpus, text):")
    for what, count in Counter(case.what for case in cases).items():
        print(f"  {what}: {found[what]}/{count}")
    fresh, missed, asked_only = 0, 0, 0
    for seed in range(FIRST, FIRST + ROUNDS):
        for case in stops(seed * 100_000):
            fresh += 1
            findings = [f for f in scan([Piece("正文", case.text)]) if f.what == case.what]
            missed += not findings
            asked_only += bool(findings) and all(f.tier == Tier.ASK for f in findings)
    print(
        f"  the same with {ROUNDS} sets of other numbers: {fresh} cases, only asked about {asked_only}, missed {missed}"
    )
    split = [(what, [Piece(str(n), text, row="1") for n, text in enumerate(row)]) for what, row, _ in cells()]
    print(f"  split over cells: {sum(what in stopped(row) for what, row in split)}/{len(split)}")
    asked = asks()
    print(f"  asks: {sum(any(f.what == c.what for f in scan([Piece('正文', c.text)])) for c in asked)}/{len(asked)}")
    false = sum(bool(stopped([Piece("正文", line)])) for line in HARMLESS)
    print(f"false stops, harmless lines of the corpus: {false}/{len(HARMLESS)}")
    r, total, names = random.Random(2026), 0, list(KINDS)
    by_kind = Counter()
    began = time.perf_counter()
    for at in range(ITEMS):
        kind = names[at % len(names)]
        by_kind[kind] += bool(stopped([Piece(str(n), text, row="1") for n, text in enumerate(KINDS[kind](r))]))
    took = time.perf_counter() - began
    print(f"false stops, {ITEMS} generated items: {sum(by_kind.values()) * 1000 / ITEMS:.2f} per 1 000 ({took:.1f} s)")
    for kind, count in by_kind.most_common():
        if count:
            print(f"  {kind}: {count * 1000 * len(names) / ITEMS:.1f} per 1 000 of its kind")
    rows = [
        [str(at), "王五", f"{at % 13}组", "耕地地力补贴", amount(r), amount(r), "2026-09-15", make("phone", at)]
        for at in range(15_000)
    ]
    pieces = [Piece(f"第{n}行第{m}列", text, row=str(n)) for n, row in enumerate(rows) for m, text in enumerate(row)]
    began = time.perf_counter()
    count = sum(finding.what == "手机号" for finding in scan(pieces))
    print(f"roster of 15 000 rows, 8 columns: {time.perf_counter() - began:.2f} s, telephones found {count}")
    text = "村民委员会关于2026年第三季度财务收支情况的公示，期初余额13800.00元。" * 30_000
    began = time.perf_counter()
    scan([Piece("正文", text)])
    print(f"text of {len(text) / 1e6:.1f} million characters: {time.perf_counter() - began:.2f} s")


if __name__ == "__main__":
    main()
