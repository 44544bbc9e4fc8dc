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

from kiosk.deploy.chromium import Chromium, Silent, command
from kiosk.deploy.policies import policies
from kiosk.deploy.session import FRUITLESS, Ended, State, only, run
from kiosk.deploy.settings import Settings
from kiosk.deploy.waiting import WaitingPage, trouble
from tests.kiosk.provisioned import Site, under_policies
from tests.service_process import free_port

NEEDS_A_SCREEN = ("--ozone-platform=wayland", "--kiosk")


class Machine:
    """A machine of a hall without its glass: the session as the service starts it, cage left out."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.settings = Settings(f"http://127.0.0.1:{self.port}/")
        self.waiting = free_port()
        rules = policies(self.settings, f"http://127.0.0.1:{self.waiting}/")
        program = under_policies(rules, folder)
        self.state = State(folder)
        flags = [flag for flag in command(self.settings, self.state.profile)[1:] if flag not in NEEDS_A_SCREEN]
        self.start = [str(program), "--headless=new", *flags]
        self._pool = ThreadPoolExecutor()

    def switch_on(self):
        """Start the session; its future ends with what ended it."""
        return self._pool.submit(
            run, self.settings, self.state, self.start, WaitingPage(self.settings.home, self.waiting)
        )

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


def until(true, seconds=25):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.1)


def end(machine, session):
    """Switch the browser off under the session."""
    for process in machine.browsers():
        os.kill(process, signal.SIGTERM)
    assert isinstance(session.exception(30), Silent)


def test_from_the_first_start_to_a_cold_start_without_network(machine, tmp_path):
    first = machine.switch_on()
    with Site(machine.port) as site:
        until(lambda: machine.state.is_kept)
        assert site.asked.count("/kiosk/") >= 2, "once by the waiting page, once by the browser"
        end(machine, first)
    cold = machine.switch_on()
    until((tmp_path / "starts").exists)
    until(lambda: not (tmp_path / "starts").exists())
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
            session.result(30)


def test_an_error_page_is_followed_by_the_waiting_page(machine):
    (machine.state.folder / "kept").touch()
    with pytest.raises(Ended, match="no page of ours"):
        machine.switch_on().result(40)
    assert not machine.state.is_kept
    again = machine.switch_on()
    with Site(machine.port):
        until(lambda: machine.state.is_kept)
        end(machine, again)


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
    state = State(tmp_path)
    (state.profile / "Default/Sessions").mkdir(parents=True)
    (state.profile / "SingletonLock").symlink_to("another-name-1234")
    for _ in range(FRUITLESS):
        state.prepare()
    assert list(state.profile.rglob("*")) == [state.profile / "Default"]
    state.prepare()
    assert not state.profile.exists()
    assert (tmp_path / "profile.broken/Default").is_dir()
    state.profile.mkdir()
    state.prepare()
    assert state.profile.exists()


def test_the_waiting_page_says_why(tmp_path):
    port = free_port()
    assert "没有回应" in trouble(f"http://127.0.0.1:{port}/kiosk/")
    assert trouble("http://nowhere.invalid/kiosk/") in {
        "找不到网址 nowhere.invalid。请看看设置里的网址写得对不对。",
        "网络没有通。请看看网线插好没有，路由器开了没有。",
    }
    with Site(port) as site:
        assert trouble(f"{site.base}kiosk/") == ""
        assert "出错了（404）" in trouble(f"{site.base}kiosk/nothing")
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
