"""How an application for government information may end, and who applies: the rows and columns of table 3. Pure.

Sources: 政府信息公开条例 (2019) Arts 14-16, 30-39; 国办公开办函〔2021〕30号 (the table); 行政复议法 (2023) Arts 20,
23, 24.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

RESULTS = Path(__file__).with_name("results.toml")
# The columns of table 3, in its order; all but the first are organisations.
APPLICANTS = {
    "natural_person": "自然人",
    "commercial_enterprise": "商业企业",
    "research_institution": "科研机构",
    "public_welfare_org": "社会公益组织",
    "legal_service_org": "法律服务机构",
    "other_org": "其他组织",
}
RECONSIDERATION_DAYS, COURT_MONTHS = 60, 6


@dataclass(frozen=True)
class Result:
    """One result. `must`: what the reply has to say; `refuses`: reconsideration comes before a court."""

    code: str
    row: str
    label: str
    basis: str
    must: str
    refuses: bool = False

    def remedy(self, *, heard_by: str) -> str:
        """What the applicant may do against it, as the reply says it.

        `heard_by`: the government that hears the reconsideration: the county's, or the city's where the county decided.
        """
        if self.refuses:
            return (
                f"如果您不服这个答复，应当先申请行政复议：自知道这个答复之日起{RECONSIDERATION_DAYS}日内，"
                f"向{heard_by}提出。对复议决定不服的，才可以向人民法院提起行政诉讼。"
            )
        return (
            f"如果您不服这个答复，可以自知道之日起{RECONSIDERATION_DAYS}日内向{heard_by}申请行政复议，"
            f"也可以在{COURT_MONTHS}个月内直接向人民法院提起行政诉讼。"
        )


@cache
def results() -> Mapping[str, Result]:
    """Every result by its code, in the order of the table."""
    data = tomllib.loads(RESULTS.read_text(encoding="utf-8"))
    return {code: Result(code, **each) for code, each in data.items()}
