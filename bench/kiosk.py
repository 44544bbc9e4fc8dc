"""Times a walk at the hall's screen in a real browser with half the processor, with the line and without it.

From the finger on the glass (pointerdown) to the second frame after the new screen was put there. Needs an
installation with content: `VILLAGES_DATA_DIR=DIR villages init --sample`. Pairs a machine of its own with the hall.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from random import Random

from playwright.sync_api import sync_playwright

from tests.kiosk.hall import Hall
from tests.kiosk.line import Line
from tests.service_process import started
from villages.audit.models import COMMAND_LINE
from villages.core.clock import now
from villages.core.db import Storage
from villages.machines import actions
from villages.machines.tokens import new_token
from villages.registry.queries import township_named
from villages.settings import read_settings

BAR_MS, SLOWER = 150, 2
SIZES = {"portrait": (1080, 1920), "landscape": (1920, 1080)}
# What can be hit on the screen as it stands, and what it is: another screen, or a letter that changes this one.
DOORS = """() => [...document.querySelectorAll("main a[href], .keys a[href]")].filter(each => {
    if (each.matches("[data-view], [data-aloud], [data-paper], [aria-disabled=true], [href*=print]")) return false;
    const box = each.getBoundingClientRect(), x = box.x + box.width / 2, y = box.y + box.height / 2;
    return box.width && each.contains(document.elementFromPoint(x, y)) && (each.door = [x, y]);
}).map(each => [...each.door, each.closest(".keys") ? 1 : 4])"""
CLOCK = """() => {
    const frames = done => requestAnimationFrame(() => requestAnimationFrame(done));
    addEventListener("pointerdown", event => {
        window.down = event.timeStamp;
        window.took = window.lost = null;
    }, { capture: true });
    for (const name of ["shown", "turned"])
        document.addEventListener(`kiosk:${name}`, () => frames(() => {
            window.took ??= performance.now() - window.down;
        }));
    document.addEventListener("kiosk:lost", ({ detail }) => detail && (window.lost = true));
}"""


def main() -> int:
    """Walk with the line and without, print the figures; 0 when both keep the bar."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, type=Path, help="folder of an installation with content")
    parser.add_argument("--township", required=True, help="name or code of the hall's township")
    parser.add_argument("--taps", type=int, default=200)
    parser.add_argument("--size", choices=SIZES, default="portrait")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        hall = opened(given.data, given.township, Path(folder), play)
        try:
            return int(max(walk(hall, given, word) for word in ("online", "offline")) > BAR_MS)
        finally:
            hall.switch_off()
            hall.service.stop()
            hall.line.close()


def opened(data: Path, township: str, folder: Path, play: object) -> Hall:
    """The hall, its screen on and all that it should keep kept."""
    settings = read_settings({"VILLAGES_DATA_DIR": str(data)})
    storage, token = Storage(settings.database_url, settings=settings), new_token()
    with storage.transaction() as session:
        machine = actions.ask(session, token=token, screen="", at=now())
        unit = township_named(session, township)
        actions.approve(session, machine, unit=unit, name="", orientation="portrait", by=COMMAND_LINE, at=now())
    storage.close()
    service = started(settings, folder / "serve.log")
    line = Line(int(service.base.rsplit(":", 1)[1]))
    hall = Hall(settings, service, line, folder / "profile", folder / "serve.log", token, play)
    began = time.monotonic()
    hall.switch_on(wait=False)
    hall.until_kept(1800)
    size = hall.page.evaluate("navigator.storage.estimate().then(found => found.usage)")
    print(f"{len(hall.kept())} addresses, {size / 1e6:.1f} MB, kept after {time.monotonic() - began:.0f} s")
    return hall


def walk(hall: Hall, given: argparse.Namespace, word: str) -> float:
    """Tap so many times; print and return the 95th percentile in milliseconds."""
    page = hall.page
    width, height = SIZES[given.size]
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"{hall.base}/kiosk/")
    page.evaluate(CLOCK)
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    if word == "offline":
        hall.line.cut()
        page.locator("[data-line]", has_text="网络断了").wait_for(timeout=30_000)
    chance, found = Random(200), []
    while len(found) < given.taps:
        doors = page.evaluate(DOORS)
        x, y, _ = chance.choices(doors, [weight for *_, weight in doors])[0]
        page.mouse.click(x, y)
        page.wait_for_function("() => window.took ?? window.lost", timeout=30_000)
        took, screen = page.evaluate("() => [window.took, document.body.dataset.screen]")
        if took is not None:
            found.append((took, screen))
    return told(word, found)


def told(word: str, found: list[tuple[float, str]]) -> float:
    """Print what a walk took, and each screen's share; returns the 95th percentile."""
    by_screen: dict[str, list[float]] = {}
    for took, screen in found:
        by_screen.setdefault(screen, []).append(took)
    times = sorted(took for took, _ in found)
    p95 = times[int(len(times) * 0.95)]
    print(f"{word:8} {len(times)} taps  median {times[len(times) // 2]:5.0f}  p95 {p95:5.0f}  most {times[-1]:5.0f} ms")
    for screen, each in sorted(by_screen.items()):
        each.sort()
        print(f"    {screen:11} {len(each):4}  median {each[len(each) // 2]:5.0f}  most {each[-1]:5.0f}")
    return p95


if __name__ == "__main__":
    raise SystemExit(main())
