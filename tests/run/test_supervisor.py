"""Keeping processes alive, on little programs of our own."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from pathlib import Path

import pytest
import yaml

from bot.errors import MotCuaError, SettingsError
from bot.run import supervisor as module
from bot.run.supervisor import MAX_PAUSE_S, STEADY_S, Child, Supervisor, check_port, make_children, write_endpoints
from bot.settings import Settings

FOREVER = "import time; print('up', flush=True); time.sleep(60)"
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"


def child(folder: Path, code: str, name: str = "thu") -> Child:
    return Child(name, [sys.executable, "-c", code], dict(os.environ), folder / "log" / f"{name}.log")


def wait_for(condition, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.02)


def wait_up(one: Child) -> None:
    wait_for(lambda: one.log_path.exists() and b"up" in one.log_path.read_bytes())


@pytest.fixture
def started(tmp_path: Path):
    """Start a child; it is gone after the test, whatever happens."""
    children: list[Child] = []

    def start(code: str) -> Child:
        one = child(tmp_path, code)
        children.append(one)
        one.start()
        return one

    yield start
    for one in children:
        if one.process is not None and one.process.poll() is None:
            one.process.kill()
        one.wait_or_kill(time.monotonic() + 5)


def test_what_a_child_says_is_in_its_log(started) -> None:
    one = started("import sys; print('xin chào'); print('lỗi', file=sys.stderr)")
    one.process.wait(10)
    text = one.log_path.read_text("utf-8")
    assert "xin chào" in text and "lỗi" in text


def test_a_child_that_lives_is_left_alone(started) -> None:
    one = started(FOREVER)
    wait_up(one)
    before = one.process
    assert one.tend() is None
    assert one.process is before


def test_a_child_that_died_is_started_again_at_once(started) -> None:
    one = started("raise SystemExit(7)")
    one.process.wait(10)
    assert one.tend() == 7
    assert one.process is None
    assert one.tend() is None
    assert one.process is not None


def test_a_killed_child_is_started_again(started) -> None:
    one = started(FOREVER)
    wait_up(one)
    os.kill(one.process.pid, signal.SIGKILL)
    one.process.wait(10)
    assert one.tend() == -signal.SIGKILL
    one.tend()
    assert one.process.poll() is None


class Dead:
    """A process that is dead already."""

    def poll(self) -> int:
        return 1


def test_one_that_keeps_dying_is_started_ever_more_patiently(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(module.time, "monotonic", lambda: now)
    one = child(tmp_path, "")
    pauses = []
    for _ in range(9):
        one.process, one.started_at = Dead(), now
        one.tend()
        pauses.append(one.next_start_at - now)
    assert pauses[:5] == [0, 1, 3, 7, 15]
    assert pauses[-1] == MAX_PAUSE_S
    monkeypatch.setattr(one, "start", lambda: pytest.fail("too early"))
    now += MAX_PAUSE_S - 1
    one.tend()
    one.process, one.started_at = Dead(), now - STEADY_S - 1
    one.tend()
    assert one.next_start_at == now, "one that ran steadily is forgiven"


def test_a_child_that_will_not_end_is_killed_with_its_children(started) -> None:
    one = started(STUBBORN)
    wait_up(one)
    one.stop()
    one.wait_or_kill(time.monotonic() + 0.3)
    assert one.process.returncode == -signal.SIGKILL


def test_closing_ends_all_children(tmp_path: Path, settings: Settings) -> None:
    children = [child(tmp_path, FOREVER, name) for name in ("mot", "hai")]
    running = Supervisor(children, settings)
    running.start()
    for one in children:
        wait_up(one)
    running.close()
    assert all(one.process.returncode is not None for one in children)


def test_watching_tells_of_a_death_and_ends_when_told(tmp_path: Path, settings: Settings) -> None:
    one = child(tmp_path, "raise SystemExit(3)", "gateway")
    running = Supervisor([one], settings)
    lines: list[str] = []

    def told(line: str) -> None:
        lines.append(line)
        running.stop()

    running.start()
    running.watch(told)
    running.close()
    assert lines and "gateway" in lines[0] and "3" in lines[0]


def test_a_child_that_dies_while_starting_is_named_with_its_log(tmp_path: Path, settings: Settings) -> None:
    one = child(tmp_path, "raise SystemExit(3)", "rasa")
    running = Supervisor([one], settings.model_copy(update={"port": free_port()}))
    running.start()
    with pytest.raises(MotCuaError, match=r"rasa.*rasa\.log"):
        running.wait_until_ready(10)
    running.close()


def test_waiting_for_ever_is_given_up(tmp_path: Path, settings: Settings) -> None:
    one = child(tmp_path, FOREVER)
    running = Supervisor([one], settings.model_copy(update={"port": free_port()}))
    running.start()
    with pytest.raises(MotCuaError, match="chờ quá"):
        running.wait_until_ready(0.6)
    running.close()


# --- ports, files, commands -------------------------------------------------------------------------------------------


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_a_port_in_use_is_named_with_the_setting_to_change() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(SettingsError, match=rf"{port}.*RASA_PORT={port + 1}"):
            check_port("127.0.0.1", port, "RASA_PORT")
    check_port("127.0.0.1", port, "RASA_PORT")


def test_without_redis_rasa_uses_the_repositorys_own_endpoints(settings: Settings, tmp_path: Path) -> None:
    path = write_endpoints(settings.model_copy(update={"redis_url": "", "var_dir": tmp_path}))
    assert path.name == "endpoints.yml" and not path.is_relative_to(tmp_path)
    assert "lock_store" not in yaml.safe_load(path.read_text("utf-8"))


@pytest.mark.parametrize(("url", "store"), [
    ("redis://localhost", {"url": "localhost", "port": 6379, "db": 1}),
    ("redis://:mat-khau@cache:6380/3", {"url": "cache", "port": 6380, "db": 3, "password": "mat-khau"}),
    ("redis://:0123@cache/0", {"url": "cache", "port": 6379, "db": 0, "password": "0123"}),
    ("redis://:a%3A%20%23b@cache", {"url": "cache", "port": 6379, "db": 1, "password": "a: #b"}),
])
def test_with_redis_a_lock_store_is_added(settings: Settings, tmp_path: Path, url: str, store: dict) -> None:
    path = write_endpoints(settings.model_copy(update={"redis_url": url, "var_dir": tmp_path}))
    endpoints = yaml.safe_load(path.read_text("utf-8"))
    assert endpoints["lock_store"] == {"type": "redis", **store}
    assert {"action_endpoint", "tracker_store"} <= set(endpoints)
    assert path.stat().st_mode & 0o077 == 0, "it may hold a password"


@pytest.fixture
def no_rasa_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "rasa_python", lambda: Path("/khong-co/rasa"))


def test_both_processes_share_a_secret_that_is_new_at_each_start(settings: Settings, no_rasa_needed: None) -> None:
    first, second = make_children(settings), make_children(settings)
    gateway, rasa = first
    token = gateway.environment["ACTION_TOKEN"]
    assert len(token) > 20
    assert f"token={token}" in rasa.environment["MOTCUA_ACTION_URL"]
    assert second[0].environment["ACTION_TOKEN"] != token
    assert token not in " ".join([*gateway.command, *rasa.command]), "commands can be read by every user"


def test_a_secret_of_ones_own_is_used(settings: Settings, no_rasa_needed: None) -> None:
    own = settings.model_copy(update={"action_token": settings.action_token.__class__("cua-toi")})
    assert make_children(own)[0].environment["ACTION_TOKEN"] == "cua-toi"


def test_rasa_listens_on_this_machine_only_and_not_at_all_when_it_runs_elsewhere(settings: Settings, no_rasa_needed: None) -> None:
    rasa = make_children(settings)[1]
    assert rasa.command[rasa.command.index("--interface") + 1] == "127.0.0.1"
    assert rasa.environment["RASA_TELEMETRY_ENABLED"] == "false"
    elsewhere = make_children(settings.model_copy(update={"rasa_url": "http://rasa:5005"}))
    assert [one.name for one in elsewhere] == ["gateway"]
