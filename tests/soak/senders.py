"""People who send forms over a bad line: each the same form again, until there is a receipt or a plain no."""

from __future__ import annotations

import html
import http.client
import io
import re
import threading
import time
from collections import Counter
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from random import random
from urllib.parse import urlsplit

from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests.visit import PHONE

PATIENCE_S, RELOADS = 60, 3
FOUND, REFUSED = 303, (422, 429, 503)
CUT_OFF, FAULT = "cut off", "fault"
TICKET = re.compile(r'name="ticket" value="([^"]+)"')
ALERT = re.compile(r'<(p|div)[^>]*role="alert">(.*?)</\1>', re.DOTALL)
SHOWN = re.compile(r"<dd>([\d ]+)</dd>")


@dataclass
class Answer:
    """A page, and the cookies that came with it."""

    status: int
    location: str
    text: str
    cookies: str


@dataclass
class Letter:
    """One form of one person: what is in it, and what became of it. `receipt`: number and code, once they saw them."""

    kind: str
    about: str
    text: str
    network: str
    photo: bytes = b""
    ticket: str = ""
    tries: int = 0
    receipt: tuple[str, str] | None = None
    refusal: str = ""
    began: float = 0
    seconds: float = 0

    @property
    def token(self) -> str:
        """The token in the form's ticket."""
        return self.ticket.split(".")[0]


def photo(number: int) -> bytes:
    """A small photograph, another one for each number."""
    file = io.BytesIO()
    Image.effect_noise((160, 120), 20 + number % 60).convert("RGB").save(file, "JPEG", quality=60)
    return file.getvalue()


class Post:
    """The line to a service, and a count of what came back over it."""

    def __init__(self, base: str, *, lines: int) -> None:
        self.host = urlsplit(base).netloc
        # Whatever is sent first is sent at its time; so many at once are sent again, as a slow machine serves no more.
        self.lines = threading.Semaphore(lines)
        self.answers: Counter[str] = Counter()
        self.faults: list[str] = []
        self.lock = threading.Lock()

    def ask(self, path: str, network: str, *, form: object = None, cookies: str = "") -> Answer:
        """One request, on a line of its own. Raises OSError and HTTPException where the line is cut."""
        headers = {"User-Agent": PHONE, "X-Forwarded-For": network, "Cookie": cookies}
        body = None
        if form is not None:
            boundary, body = encode_multipart(form)
            headers["Content-Type"] = f"multipart/form-data; boundary={boundary}"
        line = http.client.HTTPConnection(self.host, timeout=PATIENCE_S)
        try:
            line.request("GET" if body is None else "POST", path, body, headers)
            response = line.getresponse()
            text = response.read().decode()
            held = "; ".join(each.split(";")[0] for each in response.headers.get_all("Set-Cookie", ()))
            return Answer(response.status, response.headers.get("Location", ""), text, held)
        finally:
            line.close()

    def open_form(self, letter: Letter) -> None:
        """Open a form; it is filled in later."""
        page = self.ask(f"/cases/new?kind={letter.kind}", letter.network)
        letter.ticket = TICKET.search(page.text).group(1)

    def send(self, letter: Letter, until: float) -> None:
        """Send a form until it is taken, or time is over: the last refusal then stands."""
        began, has_photo = time.monotonic(), bool(letter.photo)
        while letter.receipt is None and time.monotonic() < until:
            letter.tries += 1
            try:
                with self.lines if letter.tries > 1 else nullcontext():
                    answer = self._send(letter, with_photo=has_photo)
                    letter.receipt = self._receipt(letter, answer) if answer.status == FOUND else None
            except (OSError, http.client.HTTPException):
                self.count(CUT_OFF)
                has_photo = bool(letter.photo)  # the browser sends the same form again
            else:
                if letter.receipt is None:
                    self._refused(letter, answer)
                    has_photo = bool(letter.photo) and "收到了 1 张照片" not in answer.text
            if letter.receipt is None:
                time.sleep(min(letter.tries, 8) * (0.5 + random()))  # noqa: S311
        letter.seconds = time.monotonic() - began

    @property
    def answered(self) -> int:
        """How many answers there were, of whatever kind."""
        with self.lock:
            return sum(count for what, count in self.answers.items() if what != CUT_OFF)

    def has_refused(self) -> bool:
        """Whether something could not be stored."""
        with self.lock:
            return any(what.startswith("503") or "照片没有留住" in what for what in self.answers)

    def count(self, what: str) -> None:
        """Count what came back."""
        with self.lock:
            self.answers[what] += 1

    def _send(self, letter: Letter, *, with_photo: bool) -> Answer:
        form: dict[str, object] = {
            "ticket": letter.ticket, "text": letter.text, "about": letter.about, "accused": "某某某", "website": "",
        }  # fmt: skip
        if with_photo:
            form["photos"] = FileStorage(io.BytesIO(letter.photo), "IMG_1.jpg")
        return self.ask(f"/cases/new?kind={letter.kind}", letter.network, form=form)

    def _receipt(self, letter: Letter, answer: Answer) -> tuple[str, str] | None:
        if not answer.location.endswith("/receipt"):
            return None
        page = self._shown(letter, answer)
        shown = [each.replace(" ", "") for each in SHOWN.findall(page.text)]
        if page.status != 200 or len(shown) != 2:
            return None
        self.count("receipt")
        return shown[0], shown[1]

    def _shown(self, letter: Letter, answer: Answer) -> Answer:
        """The receipt's page. Where the line is cut one loads it again, and after some tries sends the form again."""
        for _ in range(RELOADS):
            with suppress(OSError, http.client.HTTPException):
                return self.ask(answer.location, letter.network, cookies=answer.cookies)
            self.count(CUT_OFF)
        raise OSError(answer.location)

    def _refused(self, letter: Letter, answer: Answer) -> None:
        told = ALERT.search(answer.text)
        letter.refusal = re.sub(r"<[^>]+>", "", told.group(2)).strip() if told else ""
        if answer.status not in REFUSED or not letter.refusal:
            self.count(f"{FAULT} {answer.status}")
            with self.lock:
                self.faults.append(f"{answer.status} {answer.location} {re.sub('<[^>]+>', ' ', answer.text)[-800:]}")
            return
        is_kept = letter.text in html.unescape(answer.text)
        self.count(f"{answer.status} {re.sub('[0-9]+', 'N', letter.refusal)}" + ("" if is_kept else " (not kept)"))
