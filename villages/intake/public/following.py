"""What a writer does with a case that is open: add, correct, rate, say that nothing was solved, withdraw, forget."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from sqlalchemy.exc import DBAPIError

from villages.core.clock import now
from villages.core.files import Unstored
from villages.core.refusal import Refusal
from villages.core.web import only_reads, storage
from villages.intake.acting import held
from villages.intake.enclosures import laid_down
from villages.intake.history import kind_of
from villages.intake.public.door import UNAVAILABLE, UNPROCESSABLE, bp
from villages.intake.public.photos import Photos, photos_of
from villages.intake.public.reading import Tried, case_of, for_its_writer, page
from villages.intake.saying import WITH_FILES, Said, say
from villages.intake.staging import unstage
from villages.intake.tickets import new_ticket, ticket_of

BROKEN = "现在存不进去，还没有交上去。您写的都在，请过一会儿再点一次"


@bp.post("/<number>/<any(correct, add, rate, not_solved, withdraw, forget):verb>")
@for_its_writer
@only_reads
def act(number: str, verb: str) -> Any:
    """Take a step; what is refused comes back as it was typed."""
    found = case_of(number)
    ticket = ticket_of(request.form.get("ticket", "")) or new_ticket()
    photos = Photos((), {})
    if verb in WITH_FILES:
        with storage().reading() as session:
            photos = photos_of(session, ticket.token, [field.name for field in kind_of(found).later_photos])
    stars = request.form.get("stars", "")
    text, rating = request.form.get("text", ""), int(stars) if stars in ("1", "2", "3", "4", "5") else 0
    problem, status = "；".join(photos.problems.values()), UNPROCESSABLE
    try:
        if not problem:
            with (
                storage().reading() as before,
                laid_down(before, number, photos.files) as files,
                storage().transaction() as session,
            ):
                say(session, held(session, found.id, by=None), verb, Said(text, rating, files), at=now())
            with storage().reading() as session:
                unstage(session, ticket.token)
            return redirect(url_for("cases.case", number=number), 303)
    except (DBAPIError, Unstored, OSError):
        problem, status = BROKEN, UNAVAILABLE
    except Refusal as refusal:
        problem = str(refusal)
    return page(number, Tried(verb, text, rating, ticket.signed, photos, problem)), status


act.takes_photos = True  # type: ignore[attr-defined]
