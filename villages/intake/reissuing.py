"""A receipt for whoever lost theirs: a new code, which ends the old one. The old one is shown to nobody again.

Whoever has the code is the writer: reads, withdraws, judges the answer, deletes who they are. Shown to staff it would
let them be that unseen, and open what was made of the case and is kept from them, which has the same code. A new one
opens this case alone; that it was given is read by its writer, among the steps and by mail.
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
from villages.intake.sealed import closed

LONGEST = 200
# Why a receipt is given again; the word stands in the audit.
LOSSES = {
    "lost": "回执丢了",
    "forgotten": "查询码忘了、看不清",
    "known": "怕别人知道了查询码",
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
    code = new_code()
    case.code = closed(session, code, about=case.about("code"))
    forget_receipt(session, case)
    tell_writer(session, case, REISSUED, code=code, at=at)
    return Receipt(case, code)
