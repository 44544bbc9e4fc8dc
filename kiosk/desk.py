"""The one module of the hall's face that may act: pairing, the heartbeat, calls for help, what is looked for in vain.

Every act comes from one of our own pages, as the browser itself says; and, but for asking to be paired and calling for
help, from a paired machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from flask import Response, current_app, g, jsonify, redirect, request

from kiosk import files
from kiosk.machine import COOKIE, asker, keep, state, this_machine
from kiosk.screen import at
from kiosk.screens import help as help_screen
from kiosk.screens import pair as pair_screen
from villages.core.clock import now
from villages.core.refusal import Refusal
from villages.core.web import settings, transaction
from villages.machines import actions
from villages.machines.heartbeat import read_heartbeat
from villages.machines.tokens import new_token
from villages.machines.words import COUNTED
from villages.portal.visitors import is_person

# More than anybody taps between two heartbeats, even after a day without a line.
MOST_COUNTED = 10_000
TOO_OFTEN = "这里刚才要了太多次配对码，请过 15 分钟再试"


def from_our_page(view: Callable[[], Any]) -> Callable[[], Any]:
    """Refuse what another site's page sends, and what no browser sends."""

    @wraps(view)
    def guarded() -> Any:
        return view() if _is_ours() else _refused()

    return guarded


def _is_ours() -> bool:
    said = request.headers.get("Sec-Fetch-Site")  # absent where the address is neither https nor local
    return said == "same-origin" if said is not None else request.headers.get("Origin") in _origins()


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
    typed, screen = help_screen.digits(form.get("phone", "")), form.get("screen", "")
    if "press" in form:
        return help_screen.drawn(is_called=True, typed=help_screen.pressed(typed, form["press"]))
    wants_a_call = "call_back" in form
    if wants_a_call and not typed:
        return help_screen.drawn(is_called=True, problem=help_screen.EMPTY)
    machine, moment = this_machine(), now()
    try:
        with transaction() as session:
            call = actions.call_for_help(
                session, machine, screen=screen, phone=typed if wants_a_call else "", at=moment
            )  # fmt: skip
            if machine is not None and call.called_at == moment:
                actions.count(session, machine, "help", at=moment)
    except Refusal as refusal:
        return help_screen.drawn(is_called=wants_a_call, typed=typed, problem=str(refusal))
    return help_screen.drawn(is_called=True, is_told=wants_a_call)


def note_vain(answer: Response) -> Response:
    """Count words that were looked for on one of our pages and found nothing (`g.vain`, by the screen that looked)."""
    if "vain" in g and _is_ours() and is_person(request.environ):
        current_app.extensions["counting"].vain.note(g.vain)
    return answer


def _origins() -> set[str]:
    own = urlsplit(settings().base_url)
    return {request.host_url.rstrip("/"), f"{own.scheme}://{own.netloc}"}


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
