"""Somebody who knows receipt numbers and names, and guesses at codes and at last fours through the public doors."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random

from flask import Flask
from flask.testing import FlaskClient

from tests.intake.cases import make_receipt
from tests.intake.subsidies import VILLAGE, person, publish_roster
from villages.core.clock import now
from villages.intake.numbers import new_number

PROXY, BASE = "127.0.0.1", "https://www.county.gov.cn"
SURNAMES, GIVEN = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许", "伟芳娜敏静强磊军洋勇艳杰涛明超霞平刚桂"
PROXIED = {"VILLAGES_TRUSTED_PROXIES": PROXY}
Door = Callable[[str, str, str], tuple[int, str]]  # network and a guess in, status and text out


@dataclass
class Told:
    """What the attacker saw of one guess: the answer without what they typed, its status and size, how long it took."""

    is_real: bool
    answer: str
    status: int
    size: int
    seconds: float

    @property
    def hits(self) -> bool:
        """Whether a case was opened, or money was told."""
        return is_hit(self.status, self.answer)

    @property
    def waits(self) -> bool:
        """Whether it was not looked at."""
        return self.status == 429


@dataclass
class Attack:
    """The service, whose `count` owners have a case and a subsidy each, and as many of neither."""

    app: Flask
    count: int
    seed: int = 7
    cases: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.chance = Random(self.seed)  # noqa: S311 - the same attack each time
        self.clients: dict[str, FlaskClient] = {}
        self.seen: dict[str, str] = {}  # each answer once: there are thousands of the same
        names = [a + b + c for a in SURNAMES for b in GIVEN for c in GIVEN]
        chosen = self.chance.sample(names, self.count * 2)
        self.people = {name: f"{self.chance.randrange(10_000):04}" for name in chosen[: self.count]}
        self.strangers = chosen[self.count :]
        with self.app.extensions["storage"].transaction() as session:
            for _ in range(self.count):
                receipt = make_receipt(session, at=now())
                self.cases[receipt.case.number] = receipt.code
            publish_roster(session, [person(name, identity=last) for name, last in self.people.items()], at=now())
        self.unknown = list({new_number(2026) for _ in range(self.count)} - set(self.cases))

    def at_names(self, guesses: int, networks: list[str]) -> Iterator[Told]:
        """Guess at the last four of names, half of which stand in the roster."""
        for turn in range(guesses):
            is_real = self.chance.random() < 0.5
            name = self.chance.choice(list(self.people) if is_real else self.strangers)
            last = f"{self.chance.randrange(10_000):04}"
            yield self._told(self.ask, networks[turn % len(networks)], (name, last), is_real=is_real)

    def at_codes(self, guesses: int, networks: list[str]) -> Iterator[Told]:
        """Guess at the codes of numbers, half of which there are."""
        for turn in range(guesses):
            is_real = self.chance.random() < 0.5
            number = self.chance.choice(list(self.cases) if is_real else self.unknown)
            code = f"{self.chance.randrange(10**8):08}"
            yield self._told(self.find, networks[turn % len(networks)], (number, code), is_real=is_real)

    def ask(self, network: str, name: str, last: str) -> tuple[int, str]:
        """Ask whether a subsidy was paid, by the page."""
        form = {"about": VILLAGE, "name": name, "last": last}
        answer = self._client(network).post("/cases/subsidy", data=form)
        return answer.status_code, answer.text

    def find(self, network: str, number: str, code: str) -> tuple[int, str]:
        """Open a case by its number and code."""
        answer = self._client(network).post("/cases/find", data={"number": number, "code": code})
        return answer.status_code, answer.text

    def _client(self, network: str) -> FlaskClient:
        if network not in self.clients:
            client = self.app.test_client()
            client.environ_base |= {"REMOTE_ADDR": PROXY, "HTTP_X_FORWARDED_FOR": network}
            client.environ_base["wsgi.url_scheme"] = "https"
            self.clients[network] = client
        return self.clients[network]

    def _told(self, door: Door, network: str, guess: tuple[str, str], *, is_real: bool) -> Told:
        began = time.perf_counter()
        status, text = door(network, *guess)
        took = time.perf_counter() - began
        for typed in guess:
            text = text.replace(f'value="{typed}"', "")
        text = re.sub(r"\d+ 分钟", "几分钟", text)
        return Told(is_real, self.seen.setdefault(text, text), status, len(text), took)


def is_hit(status: int, answer: str) -> bool:
    """Whether an answer opens a case, or tells what was paid."""
    return status == 303 or "350.50 元" in answer
