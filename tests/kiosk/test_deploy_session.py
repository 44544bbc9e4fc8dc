"""The machine's session in a real browser: cold starts, faults, and what the hall sees of them."""

import os
import signal
import socket
import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kiosk.deploy.chromium import Chromium, Silent, command, noting
from kiosk.deploy.connecting import trouble
from kiosk.deploy.policies import policies
from kiosk.deploy.screen import is_there
from kiosk.deploy.session import CRASHES, Ended, State, only, run, watch
from kiosk.deploy.settings import Settings
from tests.kiosk.provisioned import Site, under_policies
from tests.service_process import free_port

PULSE = 1.0
NEEDS_A_SCREEN = ("--ozone-platform=wayland", "--kiosk")


class Machine:
    """A machine of a hall without its glass: the session as the service starts it, cage left out."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.settings = Settings(f"http://127.0.0.1:{self.port}/")
        self.connecting = free_port()
        rules = policies(self.settings, f"http://127.0.0.1:{self.connecting}/")
        program = under_policies(rules, folder)
        self.state = State(folder, self.settings.home)
        flags = [flag for flag in command(self.settings, self.state.profile)[1:] if flag not in NEEDS_A_SCREEN]
        self.start = [*noting(self.state.ended), str(program), "--headless=new", *flags]
        self._pool = ThreadPoolExecutor()

    def switch_on(self):
        """Start the session; its future ends with what ended it."""
        return self._pool.submit(run, self.state, self.start, port=self.connecting, pulse=PULSE)

    def renderers(self):
        """The processes that draw a page of this machine's browser."""
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                words = (folder / "cmdline").read_bytes()
            except OSError:
                continue
            if b"--type=renderer" in words and str(self.state.profile).encode() in words:
                yield int(folder.name)

    def browsers(self):
        """The main processes of this machine's browser."""
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                words = (folder / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            mine = f"--user-data-dir={self.state.profile}".encode() in words
            if mine and not any(word.startswith(b"--type=") for word in words) and b"chromium/chromium" in words[0]:
                yield int(folder.name)


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


def until(true, seconds=90):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.1)


def end(machine, session):
    """Switch the browser off under the session."""
    for process in machine.browsers():
        os.kill(process, signal.SIGTERM)
    assert isinstance(session.exception(90), Silent)


def test_from_the_first_start_to_a_cold_start_without_network(machine, tmp_path):
    first = machine.switch_on()
    with Site(machine.port) as site:
        until(lambda: machine.state.is_kept and machine.state.aim == machine.settings.home)
        assert site.asked[:2] == ["/kiosk/pair"] * 2, "once by the connecting page, once by the browser"
        end(machine, first)
    crash(machine.state)
    cold = machine.switch_on()
    until(lambda: not (tmp_path / "crashes").exists())
    assert not cold.done()
    end(machine, cold)


def test_systemd_hears_of_the_start_and_that_the_browser_answers(machine, monkeypatch, tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "systemd"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "systemd"))
        session = machine.switch_on()
        assert [systemd.recv(99) for _ in range(3)] == [b"READY=1", b"WATCHDOG=1", b"WATCHDOG=1"]
        end(machine, session)


def test_a_page_that_crashes_is_followed_by_a_new_start(machine):
    with Site(machine.port):
        session = machine.switch_on()
        until(lambda: machine.state.is_kept)
        for process in machine.renderers():
            os.kill(process, signal.SIGSEGV)
        with pytest.raises(Ended, match="crashed"):
            session.result(90)


def test_an_error_page_is_followed_by_the_connecting_page(machine):
    (machine.state.folder / "kept").write_text(machine.settings.home)
    with pytest.raises(Ended, match="no page of ours"):
        machine.switch_on().result(90)
    assert not machine.state.is_kept
    again = machine.switch_on()
    with Site(machine.port):
        until(lambda: machine.state.is_kept)
        end(machine, again)


def test_a_print_dialogue_that_stays_is_ended(machine):
    with Site(machine.port), Chromium(machine.start, machine.settings.home) as browser:
        browser.first()
        browser.ask("Target.createTarget", url="chrome://print")
        with pytest.raises(Ended, match="print dialogue"):
            watch(browser, machine.state, 0, "", PULSE)


def test_a_browser_that_hangs_is_noticed(machine):
    with Site(machine.port), Chromium(machine.start, machine.settings.home, patience=5) as browser:
        browser.first()
        hanging = list(machine.browsers())
        for process in hanging:
            os.kill(process, signal.SIGSTOP)
        with pytest.raises(Silent):
            browser.pages()
        for process in hanging:
            os.kill(process, signal.SIGCONT)


def test_a_second_window_is_closed(machine):
    with Site(machine.port), Chromium(machine.start, machine.settings.home) as browser:
        first = browser.first()
        browser.ask("Target.createTarget", url=machine.settings.home)
        assert len(browser.pages()) == 2
        assert only(browser.pages(), first, browser).key == first
        until(lambda: [page.key for page in browser.pages()] == [first])


def test_a_profile_with_which_nothing_starts_is_set_aside_once(tmp_path):
    state = State(tmp_path, "https://www.county.gov.cn/msgk/kiosk/")
    (state.profile / "Default/Sessions").mkdir(parents=True)
    (state.profile / "SingletonLock").symlink_to("another-name-1234")
    for _ in range(CRASHES):
        state.prepare()
        crash(state)
    assert list(state.profile.rglob("*")) == [state.profile / "Default"]
    state.prepare()
    assert not state.profile.exists()
    assert (tmp_path / "profile.broken/Default").is_dir()
    state.profile.mkdir()
    crash(state)
    state.prepare()
    assert state.profile.exists()


def crash(state):
    state.ended.write_text("139\n")
    state.found_gone()


def test_a_browser_that_crashes_is_counted_until_it_shows_a_page(machine, tmp_path):
    crashes = tmp_path / "crashes"
    with Site(machine.port):
        session = machine.switch_on()
        until(lambda: machine.state.is_kept)
        for process in machine.browsers():
            os.kill(process, signal.SIGSEGV)
        assert isinstance(session.exception(90), Silent)
        assert crashes.read_bytes() == b"."
        again = machine.switch_on()
        until(lambda: not crashes.exists())
        end(machine, again)


def test_a_screen_that_is_off_is_seen(tmp_path):
    assert is_there(tmp_path)
    for name, state in (("card0-HDMI-A-1", "disconnected\n"), ("card0-DP-1", "connected\n")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "status").write_text(state)
    assert is_there(tmp_path)
    (tmp_path / "card0-DP-1/status").write_text("disconnected\n")
    assert not is_there(tmp_path)


def test_what_is_known_of_one_address_says_nothing_of_another(tmp_path):
    here = State(tmp_path, "https://www.county.gov.cn/msgk/kiosk/")
    (here.profile / "Default/Service Worker/CacheStorage/1/2").mkdir(parents=True)
    assert here.aim == "https://www.county.gov.cn/msgk/kiosk/pair"
    here.found_good(here.aim)
    here.found_good(here.home)
    assert here.is_kept
    assert here.aim == here.home
    there = State(tmp_path, "https://www.county.gov.cn/new/kiosk/")
    assert not there.is_kept
    assert there.aim.endswith("/new/kiosk/pair")


def test_the_connecting_page_says_why(tmp_path):
    port = free_port()
    assert "没有回应" in trouble(f"http://127.0.0.1:{port}/kiosk/")
    assert trouble("http://nowhere.invalid/kiosk/") in {
        "找不到网址 nowhere.invalid。请看看设置里的网址写得对不对。",
        "网络没有通。请看看网线插好没有，路由器开了没有。",
    }
    with Site(port) as site:
        assert trouble(f"{site.base}kiosk/") == ""
        assert "出错了（404）" in trouble(f"{site.base}kiosk/nothing")
        site.is_ours = False
        assert "打开的不是本系统" in trouble(f"{site.base}kiosk/")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(_certificate(tmp_path))
        site._server.socket = context.wrap_socket(site._server.socket, server_side=True)  # noqa: SLF001
        words = trouble(f"https://127.0.0.1:{port}/kiosk/")
    assert "证书没有通过检查。这台机器的时间是" in words
    assert f"{datetime.now().astimezone().year}年" in words


def _certificate(folder):
    """A certificate that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    today = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, today, today + timedelta(days=1))
    file = folder / "certificate.pem"
    text = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(text + key.private_bytes(*plain))
    return file
