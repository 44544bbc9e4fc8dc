"""Somebody at their desk: a visitor who is signed in as a new account of a role and an area."""

import itertools
import re

from flask import Flask
from werkzeug.test import TestResponse

from tests.factories import PASSWORD, TESTER
from tests.visit import Visitor
from villages.accounts.actions import add_staff, sign_in
from villages.core.clock import now
from villages.registry.models import Publisher, Unit
from villages.registry.queries import publisher_by_code, unit_by_code

COUNTY, TOWNSHIP, VILLAGE = "410923", "410923100", "410923100209"
_people = itertools.count(1)


class Desk(Visitor):
    """A visitor with the cookie of somebody who signed in; forms are sent with their token."""

    def __init__(self, app: Flask, name: str, token: str) -> None:
        super().__init__(app, public=False)
        self.name = name
        self.root = app.extensions["settings"].prefix
        with self.client.session_transaction(f"{self.root}/admin/", base_url=self.base) as browser:
            browser["sign_in"] = token
        self._token = ""

    def fetch(self, path: str, **headers: str) -> TestResponse:
        """Ask for an address, given without the service's own path."""
        return super().fetch(self.root + path, **headers)

    def post(self, path: str, follow: bool = False, **form: object) -> TestResponse:  # noqa: FBT001, FBT002
        """Send a form as the page would, with the token."""
        data = {"csrf_token": self.token(), **form}
        return self.client.post(
            self.root + path, base_url=self.base, data=data, follow_redirects=follow, headers={"Referer": self.base}
        )

    def token(self) -> str:
        """The token that this browser's forms carry."""
        return self._token or self._fresh()

    def _fresh(self) -> str:
        page = self.fetch("/admin/").text
        found = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert found, page[:300]
        self._token = found.group(1)
        return self._token


def at_desk(app: Flask, role: str, scope: str = COUNTY, name: str = "") -> Desk:
    """Somebody new at their desk. `scope`: a division code or a department's own code."""
    name = name or f"示例{role}{next(_people)}"
    with app.extensions["storage"].transaction() as session:
        unit: Unit | None = unit_by_code(session, scope)
        department: Publisher | None = None if unit else publisher_by_code(session, scope)
        unit = unit or (department.unit if department else None)
        assert unit is not None, scope
        add_staff(session, name, role=role, unit=unit, department=department, password=PASSWORD, by=TESTER, at=now())
        found = sign_in(session, name, right=True, at=now())
        assert found is not None
        return Desk(app, name, found[1])
