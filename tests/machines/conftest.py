"""A hall with its machine, and a machine that asks."""

import pytest

from tests.factories import NOON, TESTER
from tests.staff import TOWNSHIP
from villages.machines.actions import approve, ask
from villages.machines.tokens import new_token
from villages.registry.queries import unit_by_code


@pytest.fixture
def asking():
    """Has a machine with a token ask."""

    def make(session, *, token="", at=NOON, screen="1080x1920"):
        return ask(session, token=token or new_token(), screen=screen, at=at)

    return make


@pytest.fixture
def paired(asking):
    """Pairs a new machine with a township's hall."""

    def make(session, code=TOWNSHIP, *, token="", at=NOON, name=""):
        kiosk = asking(session, token=token, at=at)
        unit = unit_by_code(session, code)
        approve(session, kiosk, unit=unit, name=name, orientation="portrait", by=TESTER, at=at)
        return kiosk

    return make
