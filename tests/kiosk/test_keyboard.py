"""Typing on the screen: the real keyboard with the real dictionary, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests import chromium
from tests.kiosk.keyboard import LANDSCAPE, PORTRAIT, Hand, trial

pytestmark = pytest.mark.glass

# Of each key that is seen: its text, place, size and size of type.
BOXES = """keys => keys.filter(key => key.offsetParent).map(key => {
    const {x, y, width, height} = key.getBoundingClientRect();
    return [key.textContent, x, y, width, height, parseFloat(getComputedStyle(key).fontSize)];
})"""


@pytest.fixture(scope="module")
def browser():
    with chromium.started() as opened:
        yield opened


@pytest.fixture(scope="module")
def address(standing_app):
    with trial(standing_app) as served:
        yield served


@pytest.fixture
def hand(browser, address):
    person = Hand(browser, address)
    yield person
    person.page.context.close()
    assert person.said == []


def test_a_phrase_is_written_by_its_letters_and_one_pick(hand):
    hand.taps("question")
    hand.writes("dibao")
    hand.picks("低保")
    assert hand.value("question") == "低保"
    hand.writes("sq")
    hand.picks("申请")
    assert hand.value("question") == "低保申请"


def test_what_a_shorter_word_leaves_over_goes_on_being_written(hand):
    hand.taps("question")
    hand.writes("nanlexianyibao")
    hand.picks("南乐县")
    assert hand.page.inner_text(".spelt") == "yibao"
    hand.picks("医保")
    assert hand.value("question") == "南乐县医保"
    assert hand.page.inner_text(".spelt").startswith("点拼音字母")


def test_what_is_still_letters_is_taken_as_its_first_meaning_and_the_form_is_sent(hand):
    hand.taps("question")
    hand.writes("zhaijidi")
    hand.key("搜索")
    expect(hand.page.locator("output")).to_contain_text("宅基地")
    assert hand.page.locator(".board-keys").count() == 0
    assert "宅" not in hand.page.url
    assert hand.page.evaluate("history.length") <= 2


def test_an_empty_field_offers_words_and_a_started_one_none(hand):
    hand.taps("question")
    assert hand.offered() == ["低保", "宅基地"]
    hand.picks("低保")
    assert hand.offered() == []


def test_the_systems_own_keyboard_is_never_asked_for(hand):
    asked = hand.page.eval_on_selector_all("[data-keyboard]", "fields => fields.map(field => field.inputMode)")
    assert asked == ["none"] * 3


def test_backspace_repeats_while_it_is_held_and_stops_where_the_letters_end(hand):
    hand.taps("more")
    hand.writes("ab")
    hand.key("退格")
    assert hand.page.inner_text(".spelt") == "a"
    hand.key("清空")
    hand.writes("cunwugongkai")
    hand.picks("村务公开")
    hand.writes("dibao")
    back = hand.page.locator('[data-do="erase"]').bounding_box()
    hand.page.mouse.move(back["x"] + 40, back["y"] + 40)
    hand.page.mouse.down()
    expect(hand.page.locator(".spelt")).to_contain_text("点拼音")
    hand.page.wait_for_timeout(400)
    assert hand.value("more") == "村务公开"
    hand.page.mouse.up()
    hand.page.mouse.down()
    expect(hand.page.locator("#more")).to_have_value("")
    hand.page.mouse.up()


def test_figures_letters_and_signs(hand):
    hand.taps("phone")
    hand.writes("13800")
    hand.key("退格")
    assert hand.value("phone") == "1380"
    assert hand.page.locator(".offer").is_hidden()
    hand.taps("more")
    hand.key("数字字母")
    hand.writes("3h")
    hand.key("标点")
    hand.writes("，")
    assert hand.value("more") == "3h，"


def test_text_goes_in_where_the_caret_is_and_no_further_than_there_is_room(hand):
    hand.taps("question")
    hand.page.eval_on_selector("#question", "field => (field.value = '收支'.repeat(14), field.setSelectionRange(2, 2))")
    hand.writes("gongshi")
    hand.picks("公示")
    hand.writes("gongshi")
    hand.picks("公示")
    assert hand.value("question") == "收支公示" + "收支" * 13


def test_whoever_knows_no_pinyin_writes_strokes(hand):
    hand.taps("question")
    hand.key("笔画")
    hand.writes("一丨丨乛")
    hand.picks("南")
    hand.writes("丿乛*丿丶")
    hand.picks("乐")
    assert hand.value("question") == "南乐"


def test_more_words_lie_on_further_pages(hand):
    hand.taps("question")
    hand.writes("shi")
    first = hand.offered()
    hand.page.tap('[aria-label="下一页字词"]')
    assert not set(first) & set(hand.offered())
    hand.page.tap('[aria-label="上一页字词"]')
    assert hand.offered() == first


def test_a_finger_that_slips_off_a_key_writes_nothing_and_one_that_shakes_on_it_does(hand):
    hand.taps("question")
    box = hand.page.locator('[data-sign="g"]').bounding_box()
    hand.page.mouse.move(box["x"] + 20, box["y"] + 20)
    hand.page.mouse.down()
    hand.page.mouse.move(box["x"] + 70, box["y"] + 70, steps=5)
    hand.page.mouse.up()
    hand.page.mouse.down()
    hand.page.mouse.move(box["x"] + 20, box["y"] - 300)
    hand.page.mouse.up()
    assert hand.page.inner_text(".spelt") == "g"


def test_the_wipe_leaves_nothing_of_what_was_written(browser, address):
    hand = Hand(browser, address, worker="allow")
    hand.taps("question")
    hand.writes("dibao")
    hand.picks("低保")
    hand.writes("zhangsan")
    hand.page.evaluate("document.dispatchEvent(new CustomEvent('kiosk:wipe'))")
    left = hand.page.evaluate("""async () => [document.querySelector("#question").value, document.cookie,
        localStorage.length + sessionStorage.length, await indexedDB.databases()]""")
    assert left == ["", "", 0, []]
    # What the worker keeps are public pages (kiosk.keeping).
    kept = hand.page.evaluate("""async () => Promise.all((await caches.keys()).map(async name => {
        const cache = await caches.open(name), asked = await cache.keys(), answers = await cache.matchAll();
        return [asked.map(each => each.url), await Promise.all(answers.map(answer => answer.text()))];
    }))""")
    assert "zhangsan" not in str(kept)
    assert "zhangsan" not in hand.page.content()
    assert hand.page.locator(".board-keys").count() == 0
    hand.page.context.close()


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE], ids=["portrait", "landscape"])
@pytest.mark.parametrize("view", ["", "?low=1", "?large=1", "?low=1&large=1"])
def test_every_key_and_word_can_be_hit(browser, address, size, view):
    person = Hand(browser, address + view, size=size)
    person.taps("question")
    person.writes("yi")
    for layer in ("拼音", "笔画", "数字字母", "标点"):
        person.key(layer)
        boxes = person.page.eval_on_selector_all(".board-keys button", BOXES)
        for name, x, y, width, height, type_size in boxes:
            assert width >= 92, (layer, name, width)
            assert height >= 94, (layer, name, height)
            assert type_size >= 34, (layer, name)
            assert x >= 0, (layer, name)
            assert x + width <= size["width"], (layer, name)
            assert y + height <= size["height"], (layer, name)
    field = person.page.locator("#question").bounding_box()
    assert field["y"] + field["height"] <= person.page.locator(".board-keys").bounding_box()["y"]
    person.page.context.close()
