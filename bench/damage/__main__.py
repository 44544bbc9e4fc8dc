"""python -m bench.damage: how much better our code survives than the usual one at the same printed size."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from statistics import mean

from bench.damage.battery import photograph
from bench.damage.codes import (
    ADDRESS,
    OURS,
    SIZES_MM,
    USUAL,
    VILLAGES,
    address,
    draw,
    print_width,
    rows,
    sample_numbers,
)
from bench.damage.decoders import DECODERS
from bench.damage.scene import ALL, KINDS, OF_THE_PLATE, OF_THE_SCAN, SEVERITIES

BAR = 0.05
LEVELS = (OURS, USUAL)
Cell = tuple[str, int]  # kind, severity
Rates = dict[Cell, dict[str, float]]  # by 'H zxing', 'M zbar' ...


def measure(job: tuple[Cell, tuple[str, ...], int, int, str, bool]) -> tuple[Cell, dict[str, float]]:
    """The share of photographs read in one cell, by level and decoder."""
    (kind, severity), numbers, tries, seed, base, spare = job
    read = {f"{level} {name}": 0 for level in LEVELS for name in DECODERS}
    for number in numbers:
        text = address(number, base)
        for attempt in range(tries):
            for level in LEVELS:
                again = f"{seed}/{number}/{attempt}"
                image = photograph(text, level, kind, severity, again, spare_finders=spare)
                for name, decode in DECODERS.items():
                    read[f"{level} {name}"] += text in decode(image)
    return (kind, severity), {key: count / (len(numbers) * tries) for key, count in read.items()}


def missed(job: tuple[str, tuple[str, ...], str]) -> list[str]:
    """The clean codes of a size that some decoder does not read."""
    size, numbers, base = job
    lost = []
    for number in numbers:
        text = address(number, base)
        image = draw(text, OURS, print_width(size))
        lost += [f"{number} {size} {name}" for name, decode in DECODERS.items() if decode(image) != {text}]
    return lost


def level_mean(rates: Rates, level: str, kinds: tuple[str, ...] = tuple(KINDS)) -> float:
    """The mean over kinds, severities and decoders."""
    keys = [f"{level} {name}" for name in DECODERS]
    return mean(rates[kind, severity][key] for kind in kinds for severity in range(1, SEVERITIES + 1) for key in keys)


def table(rates: Rates) -> Iterator[str]:
    """The result, a line per kind and severity and one per kind."""
    columns = [f"{level} {name}" for level in LEVELS for name in DECODERS]
    yield f"{'damage':<12}{'severity':>8}" + "".join(f"{c:>9}" for c in columns) + f"{'H':>8}{'M':>7}{'H-M':>8}"
    for kind in ALL:
        for severity in range(1, SEVERITIES + 1):
            cell = rates[kind, severity]
            ours, usual = (mean(cell[f"{level} {name}"] for name in DECODERS) for level in LEVELS)
            figures = "".join(f"{cell[c]:>9.2f}" for c in columns)
            yield f"{kind:<12}{severity:>8}{figures}{ours:>8.2f}{usual:>7.2f}{ours - usual:>+8.2f}"
        yield _summary(kind, rates, (kind,), columns)
    yield _summary("the plate's", rates, OF_THE_PLATE, columns)
    yield _summary("the scan's", rates, OF_THE_SCAN, columns)
    yield _summary(f"mean of {len(KINDS)}", rates, tuple(KINDS), columns)


def _summary(title: str, rates: Rates, kinds: tuple[str, ...], columns: list[str]) -> str:
    cells = [rates[kind, severity] for kind in kinds for severity in range(1, SEVERITIES + 1)]
    figures = "".join(f"{mean(cell[c] for cell in cells):>9.3f}" for c in columns)
    ours, usual = (level_mean(rates, level, kinds) for level in LEVELS)
    return f"{title:<12}{'all':>8}{figures}{ours:>8.3f}{usual:>7.3f}{ours - usual:>+8.3f}"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.damage", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tries", type=int, default=6, help="photographs of each number in each cell")
    parser.add_argument("--numbers", type=int, default=6, help="how many plate numbers")
    parser.add_argument("--address", default=ADDRESS, help="what stands before the number (default: %(default)s)")
    parser.add_argument(
        "--spare-finders",
        action="store_true",
        help="keep dirt, tears and scratches off the finder patterns (to understand a result; never the bar)",
    )
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    return parser.parse_args()


def main() -> int:
    """Run the battery; 1 if a bar is missed."""
    options, start = _options(), time.monotonic()
    every = sample_numbers(VILLAGES, options.seed)
    numbers = tuple(every[: options.numbers])
    cells = [(kind, severity) for kind in ALL for severity in range(1, SEVERITIES + 1)]
    same = (numbers, options.tries, options.seed, options.address, options.spare_finders)
    with ProcessPoolExecutor(options.jobs) as pool:
        clean = pool.map(missed, [(size, tuple(every[i::8]), options.address) for size in SIZES_MM for i in range(8)])
        damaged = pool.map(measure, [(cell, *same) for cell in cells])
        lost = [line for lines in clean for line in lines]
        rates = dict(damaged)
    text = address(numbers[0], options.address)
    photos = len(numbers) * options.tries
    print(
        f"seed {options.seed}; {len(numbers)} numbers x {options.tries} tries: {photos} photographs in each cell and level"
    )
    print("modules: " + ", ".join(f"{level} {len(rows(text, level))}" for level in LEVELS) + "; equal printed width")
    print("\n".join(table(rates)))
    ours, usual = (level_mean(rates, level) for level in LEVELS)
    judged = not options.spare_finders
    passed = not lost and (ours - usual >= BAR or not judged)
    verdict = ("passed" if passed else "FAILED") if judged else "not judged: the finder patterns were spared"
    print(f"clean codes missed: {len(lost)} of {len(every)} numbers x {len(SIZES_MM)} sizes x {len(DECODERS)} decoders")
    print("\n".join(f"  missed: {line}" for line in lost), end="\n" if lost else "")
    print(f"mean(H) - mean(M) = {ours - usual:+.3f}, at least {BAR} wanted: {verdict}")
    print(f"{time.monotonic() - start:.0f} s")
    if options.json:
        found = [{"kind": kind, "severity": severity, **rate} for (kind, severity), rate in rates.items()]
        result = {"seed": options.seed, "address": options.address, "tries": options.tries, "numbers": numbers, "cells": found,
                  "mean": {"H": ours, "M": usual}, "missed": lost, "spare_finders": options.spare_finders, "passed": passed if judged else None}  # fmt: skip
        options.json.write_text(json.dumps(result, indent=1), encoding="utf-8")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
