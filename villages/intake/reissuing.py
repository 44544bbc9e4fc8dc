"""A receipt for whoever lost theirs: a new code, which ends the old one. The old one is shown to nobody again.

Whoever has the code is the writer: reads, withdraws, judges the answer, deletes who they are. Shown to staff it would
let them be that unseen, and open what was made of the case and is kept from them, which has the same code. A new one
opens this case alone.

Staff who give one to themselves are found out: who comes with the code before is told that it was replaced, so it is
kept, sealed beside the new one; whoever comes with the new one reads it among the steps; a mailbox hears of it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from villages.accounts.models import Staff
from villages.core.refusal import Refusal, needed
from villages.intake.acting import take
from villages.intake.history import Told
from villages.intake.models import Case
from villages.intake.numbers import new_code
from villages.intake.outbox import REISSUED, forget_receipt, tell_writer
from villages.intake.receiving import Receipt
from villages.intake.sealed import closed, opened

LONGEST = 200
# The code in force and those before it of which their holders are told.
CODES = 4
KNOWN = "known"
# Why a receipt is given again; the word stands in the audit.
LOSSES = {
    "lost": "回执丢了",
    "forgotten": "查询码忘了、看不清",
    KNOWN: "怕别人知道了查询码",
    "printer": "回执没有打印出来",
}


def reissue(session: Session, case: Case, why: str, checked: str, *, by: Staff, at: datetime) -> Receipt:
    """Give a case a new code, for a receipt to print.

    `why`: a key of LOSSES; `checked`: how the writer was known again, which they read. Raises Refusal where the writer
    left neither name nor telephone: anybody could say that it is theirs.
    """
    if not (case.phone_digest or case.name_digest):
        raise Refusal("写信人没有留姓名和电话，核对不了是不是本人，不能补发回执。可以请他把事情重新写一件")
    told = Told(text=needed(checked, "怎样核对是本人的", LONGEST), is_shown=True, detail={"why": why})
    take(session, case, "reissue", told, by=by, at=at, reason=LOSSES[why])
    code, where = new_code(), case.about("code")
    codes = [code, *opened(session, case.code, about=where).split()]
    case.code = closed(session, " ".join(codes[:CODES]), about=where)
    forget_receipt(session, case)
    # Whoever knows the code may have read it in the mailbox.
    tell_writer(session, case, REISSUED, code="" if why == KNOWN else code, at=at)
    return Receipt(case, code)
