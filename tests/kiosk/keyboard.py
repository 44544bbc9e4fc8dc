"""The keyboard on a trial screen: the real frame, scripts and dictionary in a real browser."""

from __future__ import annotations

import gzip
import json
import threading
from contextlib import contextmanager
from functools import cache

import brotli
from jinja2 import ChoiceLoader, DictLoader
from playwright.sync_api import expect
from werkzeug.serving import make_server

from kiosk import words
from kiosk.dictionary import dictionary
from kiosk.screen import draw

PORTRAIT, LANDSCAPE = {"width": 1080, "height": 1920}, {"width": 1920, "height": 1080}
BLOCKED = "Service Worker registration blocked"  # by us
TRIAL = """{% extends "kiosk/frame.html" %}
{% block title %}试写{% endblock %}
{% block header %}<h1>试写</h1>{% endblock %}
{% block main %}<form method="post" action="{{ url_for('kiosk.trial') }}">
<p><label for="question">要找什么</label> <input id="question" name="question" maxlength="30"
data-keyboard="pinyin" data-done="搜索" data-send data-offer="低保 宅基地"></p>
<p><label for="more">说明</label> <textarea id="more" name="more" data-keyboard="pinyin"></textarea></p>
<p><label for="phone">电话</label> <input id="phone" name="phone" data-keyboard="number"></p>
</form><output>{{ given }}</output>{% endblock %}"""


@cache
def _text(told):
    return dictionary(**json.loads(told))


def keep_dictionary(app):
    """Lay the dictionary of an application's county where its maker would lay it."""
    with app.test_request_context("/kiosk/words"):
        text = _text(json.dumps(words.told(), ensure_ascii=False)).encode()
        path = app.extensions["settings"].data_dir / words.FOLDER / words.digest()
    path.parent.mkdir(exist_ok=True)
    path.with_suffix(".br").write_bytes(brotli.compress(text, quality=1))
    path.with_suffix(".gz").write_bytes(gzip.compress(text, 1))


@contextmanager
def trial(app):
    """Serve an application with the trial screen; gives its address."""
    from flask import request  # noqa: PLC0415

    app.jinja_env.loader = ChoiceLoader([app.jinja_env.loader, DictLoader({"kiosk/trial.html": TRIAL})])
    app.add_url_rule(
        "/kiosk/trial", "kiosk.trial", lambda: draw("trial", given="·".join(request.form.values())),
        methods=["GET", "POST"],
    )  # fmt: skip
    app.extensions["csrf"].exempt(app.view_functions["kiosk.trial"])
    server = make_server("127.0.0.1", 0, app, threaded=True)
    running = threading.Thread(target=server.serve_forever)
    running.start()
    try:
        yield f"http://127.0.0.1:{server.port}/kiosk/trial"
    finally:
        server.shutdown()
        running.join()
        server.server_close()


class Hand:
    """Who types on a trial screen."""

    def __init__(self, browser, address, *, size=None, worker="block"):
        self.said = []
        context = browser.new_context(viewport=size or PORTRAIT, has_touch=True, service_workers=worker)
        self.page = context.new_page()
        self.page.on("console", lambda message: BLOCKED in message.text or self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.goto(address)

    def taps(self, field):
        self.page.tap(f"#{field}")
        expect(self.page.locator(".spelt")).not_to_contain_text("准备")

    def key(self, name):
        self.page.tap(f'.board-keys button:text-is("{name}")')

    def writes(self, signs):
        for sign in signs:
            self.page.tap(f'[data-sign="{sign}"]', force=True)  # the keys stand still: not looked at for two frames

    def picks(self, word):
        self.page.tap(f'.words button:text-is("{word}")')

    def offered(self):
        return self.page.locator(".words button").all_inner_texts()

    def value(self, field):
        return self.page.input_value(f"#{field}")
