"""The one module of the hall's face that may act.

Pairing, the heartbeat, calls for help, what is looked for in vain; what people write, follow and ask about their money.
Every act comes from one of our own pages, as the browser itself says; the heartbeat from a paired machine alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from typing import Any

from flask import Response, abort, current_app, g, jsonify, redirect, request
from sqlalchemy.exc import DBAPIError

from kiosk import drafts, files, keypad
from kiosk.machine import COOKIE, asker, keep, network, state, this_machine
from kiosk.passes import opened
from kiosk.screen import at
from kiosk.screens import follow, subsidy, writing
from kiosk.screens import help as help_screen
from kiosk.screens import pair as pair_screen
from villages.core.clock import minutes_until, now
from villages.core.files import Unstored
from villages.core.origin import is_from_our_page
from villages.core.refusal import Refusal
from villages.core.web import transaction
from villages.intake.acting import held
from villages.intake.following import REPLACED, find
from villages.intake.forms import Wrong
from villages.intake.saying import say
from villages.intake.submitting import Later, submit
from villages.intake.subsidy import check
from villages.intake.tickets import new_ticket
from villages.machines import actions
from villages.machines.heartbeat import read_heartbeat
from villages.machines.tokens import new_token
from villages.machines.words import COUNTED
from villages.portal.visitors import is_person

# More than anybody taps between two heartbeats, even after a day without a line.
MOST_COUNTED = 10_000
TOO_OFTEN = "这里刚才要了太多次配对码，请过 15 分钟再试"
AGAIN = "这一页放得太久了，还没有交上去。写的都在，请再点一次“交上去”"
CROWDED = "现在交的人太多了，还没有交上去。写的都在，请过 {} 分钟再点一次“交上去”"
BROKEN = "现在存不进去，还没有交上去。写的都在，请过一会儿再点一次“交上去”"
OFTEN = "试的次数太多了，请过 {} 分钟再试，或者拿回执到窗口查"
WRONG = "编号和查询码对不上。请对照回执，两个数都再看一遍"


def from_our_page(view: Callable[..., Any]) -> Callable[..., Any]:
    """Refuse what another site's page sends, and what no browser sends."""

    @wraps(view)
    def guarded(**given: Any) -> Any:
        return view(**given) if is_from_our_page() else _refused()

    return guarded


@from_our_page
def ask() -> Any:
    """Ask to be paired, with a new token unless the one that the browser has may still be approved."""
    holder = asker()
    is_waiting = holder is not None and holder.code_until is not None and holder.code_until > now()
    if not is_waiting and not current_app.extensions["pace"].may(request.remote_addr or "", at=now()):
        return pair_screen.drawn(None, problem=TOO_OFTEN)
    token = request.cookies.get(COOKIE, "") if holder is not None and holder.state != "revoked" else new_token()
    try:
        with transaction() as session:
            actions.ask(session, token=token, screen=request.form.get("screen", ""), at=now())
    except Refusal as refusal:
        return pair_screen.drawn(None, problem=str(refusal))
    return keep(_led_to(at("pair")), token)


@from_our_page
def heartbeat() -> Any:
    """Hear a paired machine: how it is, and what was done at it since it was heard last."""
    machine = this_machine()
    given = request.get_json(silent=True)
    if machine is None or not isinstance(given, dict):
        return _refused()
    moment = now()
    with transaction() as session:
        actions.heard(session, machine, beat=read_heartbeat(given, at=moment), at=moment)
        for what, number in _counted(given.get("counts")):
            actions.count(session, machine, what, number=number, at=moment)
    return keep(Response(status=204), request.cookies[COOKIE])


def pulse() -> Response:
    """Whether the line is there, what time it is, and whether the machine on the screen is still what it was."""
    machine = this_machine()
    unit = machine.unit if machine is not None else None
    answer = jsonify(
        now=now().isoformat(timespec="milliseconds"),
        state=state(),
        unit=unit.division_code if unit is not None else "",
        version=files.version(),
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@from_our_page
def call_for_help() -> Any:
    """Ring the staff; with a number, have them call back. Keys of the keypad come here only without scripts."""
    form = request.form
    typed, screen = keypad.digits(form.get("phone", ""), help_screen.MOST_DIGITS), form.get("screen", "")
    if "press" in form:
        pressed = keypad.pressed(typed, form["press"], help_screen.MOST_DIGITS)
        return help_screen.drawn(is_called=True, typed=pressed)
    wants_a_call = "call_back" in form
    if wants_a_call and not typed:
        return help_screen.drawn(is_called=True, problem=help_screen.EMPTY)
    try:
        _ring(screen, typed if wants_a_call else "")
    except Refusal as refusal:
        return help_screen.drawn(is_called=wants_a_call, typed=typed, problem=str(refusal))
    return help_screen.drawn(is_called=True, is_told=wants_a_call)


@from_our_page
def help_with(kind: str) -> Any:
    """Ring the staff from a form; what was typed stays."""
    draft = drafts.sent_along(writing.kind_at_hall(kind) or abort(404))
    step = request.form.get("step", "")
    step = step if step in draft.steps else draft.steps[0]
    try:
        _ring(writing.NAME)
    except Refusal as refusal:
        return writing.drawn(draft, step, refused=str(refusal))
    return writing.drawn(draft, step, is_called=True)


@from_our_page
def send(kind: str) -> Any:
    """Take a form in: at most one case, however often it is sent. What is refused comes back as it was typed."""
    draft = drafts.sent_along(writing.kind_at_hall(kind) or abort(404))
    if draft.ticket is None:
        return writing.again(drafts.Draft(draft.kind, new_ticket(), draft.typed), {}, AGAIN)
    try:
        with transaction() as session:
            receipt = submit(session, draft.sent, at=now())
    except Wrong as wrong:
        return writing.again(draft, wrong.problems)
    except Later as later:
        return writing.again(draft, {}, CROWDED.format(minutes_until(later.until, now())))
    except (DBAPIError, Unstored, OSError):
        return writing.again(draft, {}, BROKEN)
    except Refusal as refusal:
        return writing.again(draft, {}, str(refusal))
    return writing.receipt(receipt.case, receipt.code)


@from_our_page
def open_case() -> Any:
    """Open a case by number and code. Tries are counted, right or wrong; wrong and unknown are answered alike."""
    number, code = (keypad.digits(request.form.get(name, ""), most) for name, most in follow.MOST.items())
    with transaction() as session:
        found = find(session, number, code, network=network(), at=now())
    if found.case is not None:
        return follow.shown(found.case)
    told = REPLACED if found.is_replaced else WRONG
    if found.until:
        told = OFTEN.format(minutes_until(found.until, now()))
    return follow.asked(number, step="code", problem=told)


@from_our_page
def say_about_case() -> Any:
    """Rate an answer, or say what it did not solve, each with one tap."""
    case, _ = opened()
    if case is None:
        return follow.asked()
    verb, answer = request.form.get("verb", ""), request.form.get("answer", "")
    said = follow.said(verb, answer) or abort(400)
    try:
        with transaction() as session:
            say(session, held(session, case.id, by=None), verb, said, at=now())
    except Unstored:  # its words are for staff
        raise
    except Refusal as refusal:
        return follow.shown(case, problem=str(refusal))
    return follow.shown(case, told="谢谢，记下了。" if verb == "rate" else "已经退回重办，原来办的和上一级一起看。")


@from_our_page
def check_subsidy() -> Any:
    """Tell what was paid, or that nothing was found and whom to ask."""
    village, typed = subsidy.village_of(request.form.get("code", "")), subsidy.typed_in()
    try:
        with transaction() as session:
            found = check(session, village, typed["name"], typed["last"], network=network(), at=now())
    except Wrong as wrong:
        return subsidy.asked(village, typed, problems=wrong.problems)
    return subsidy.told(village, found)


def note_vain(answer: Response) -> Response:
    """Count words that were looked for on one of our pages and found nothing (`g.vain`, by the screen that looked)."""
    if "vain" in g and is_from_our_page() and is_person(request.environ):
        current_app.extensions["counting"].vain.note(g.vain)
    return answer


def _ring(screen: str, phone: str = "") -> None:
    machine, moment = this_machine(), now()
    with transaction() as session:
        call = actions.call_for_help(session, machine, screen=screen, phone=phone, at=moment)
        if machine is not None and call.called_at == moment:
            actions.count(session, machine, "help", at=moment)


def _counted(given: object) -> Iterator[tuple[str, int]]:
    """What a machine counted, down to what is possible."""
    for what, number in given.items() if isinstance(given, Mapping) else ():
        if what in COUNTED and type(number) is int and 0 < number <= MOST_COUNTED:
            yield what, number


def _led_to(address: str) -> Response:
    answer: Any = redirect(address, 303)
    return answer  # type: ignore[no-any-return]


def _refused() -> Response:
    """Not a page: whoever is refused here reads none."""
    return Response("refused\n", 403, mimetype="text/plain")
