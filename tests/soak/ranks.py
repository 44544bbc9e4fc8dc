"""Whether two samples of times could come from one distribution: the rank test of Mann and Whitney, with ties."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from math import erfc, sqrt

LEVEL = 0.01


def likeness(first: Sequence[float], second: Sequence[float]) -> float:
    """How likely two samples of one distribution differ at least so much: near 0 for different ones, two-sided.

    By the normal approximation, good from some twenty values a sample on; 1.0 where one of them is empty.
    """
    n, m = len(first), len(second)
    if not n or not m:
        return 1.0
    ordered = sorted([(value, True) for value in first] + [(value, False) for value in second])
    rank, ranks, ties = 1, 0.0, 0
    for _, group in groupby(ordered, key=lambda pair: pair[0]):
        owners = [owner for _, owner in group]
        count = len(owners)
        ranks += sum(owners) * (rank + (count - 1) / 2)
        ties += count**3 - count
        rank += count
    mean, total = n * (n + m + 1) / 2, n + m
    spread = sqrt(n * m / 12 * (total + 1 - ties / (total * (total - 1))))
    return erfc(abs(ranks - mean) / spread / sqrt(2)) if spread else 1.0
