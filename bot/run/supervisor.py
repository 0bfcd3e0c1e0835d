"""`motcua run`: trains what is missing, starts Rasa and the gateway, watches them, ends them."""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import httpx

from bot.dialogue.tracker_store import tracker_url
from bot.errors import MotCuaError, SettingsError
from bot.run.train import RASA_MODEL, rasa_environment, rasa_python
from bot.settings import ROOT, Settings

POLL_S = 0.25
START_TIMEOUT_S = 120
STEADY_S = 60
MAX_PAUSE_S = 30
STOP_TIMEOUT_S = 8


@dataclass
class Child:
    """A process that is kept alive: one that dies is started again, ever more patiently if it keeps dying."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log_path: Path
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    next_start_at: float = 0.0
    deaths: int = 0
    _log: BinaryIO | None = field(default=None, repr=False)

    def start(self) -> None:
        self.log_path.parent.mkdir(parents=True, exist_ok=True)
        if self._log is None:
            self._log = self.log_path.open("ab")
        self.process = subprocess.Popen(
            self.command, cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=self._log,
            stderr=subprocess.STDOUT, start_new_session=True,
        )
        self.started_at = time.monotonic()

    def tend(self) -> int | None:
        """Restart the process when its time has come. Returns the exit code of one found dead just now."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.next_start_at:
                self.start()
            return None
        code = self.process.poll()
        if code is None:
            return None
        self.deaths = 1 if now - self.started_at > STEADY_S else self.deaths + 1
        self.next_start_at = now + min(MAX_PAUSE_S, 2 ** (self.deaths - 1) - 1)
        self.process = None
        return code

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def wait_or_kill(self, deadline: float) -> None:
        if self.process is not None:
            try:
                self.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        if self._log is not None:
            self._log.close()


def check_port(host: str, port: int, name: str) -> None:
    """Raise SettingsError when something else already listens there."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise SettingsError(
                f"cổng {port} đang có chương trình khác dùng; đặt {name} khác (ví dụ {name}={port + 1}) hoặc tắt chương trình kia"
            ) from error


def write_endpoints(settings: Settings) -> Path:
    """Rasa's endpoints file: the repository's own, with a lock store added when Redis is set."""
    source = ROOT / "endpoints.yml"
    if not settings.redis_url:
        return source
    target = settings.var_dir / "endpoints.yml"
    url = httpx.URL(settings.redis_url)
    lock_store = (
        f"lock_store:\n  type: redis\n  url: {url.host}\n  port: {url.port or 6379}\n  db: {url.path.strip('/') or 1}\n"
        + (f"  password: {json.dumps(url.password)}\n" if url.password else "")
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(source.read_text("utf-8") + lock_store, "utf-8")
    target.chmod(0o600)
    return target


def make_children(settings: Settings, environment: dict[str, str] | None = None) -> list[Child]:
    """Rasa (unless it runs elsewhere) and the gateway, not started yet."""
    token = settings.action_token.get_secret_value() or secrets.token_urlsafe(24)
    shared = {
        "MOTCUA_ACTION_URL": f"{settings.local_url}/rasa/actions?token={token}",
        "MOTCUA_TRACKER_URL": tracker_url(settings),
        **(environment or {}),
    }
    logs = settings.var_dir / "log"
    gateway = Child(
        "gateway", [sys.executable, "-m", "bot.run.gateway"],
        {**os.environ, **shared, "ACTION_TOKEN": token, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        logs / "gateway.log",
    )
    if settings.rasa_url:
        return [gateway]
    rasa = Child(
        "rasa",
        [str(rasa_python()), "run", "--model", str(settings.models_dir / f"{RASA_MODEL}.tar.gz"),
         "--endpoints", str(write_endpoints(settings)), "--credentials", "credentials.yml",
         "--port", str(settings.rasa_port), "--interface", "127.0.0.1"],
        rasa_environment(shared), logs / "rasa.log",
    )
    return [gateway, rasa]


class Supervisor:
    """Starts children, waits until they answer, keeps them alive until told to stop."""

    def __init__(self, children: list[Child], settings: Settings) -> None:
        self._children = children
        self._settings = settings
        self._stopping = False

    def start(self) -> None:
        for child in self._children:
            child.start()

    def ready(self) -> dict[str, bool]:
        """Which parts answer."""
        try:
            health = httpx.get(f"{self._settings.local_url}/healthz", timeout=2.0).json()
        except (httpx.HTTPError, ValueError):
            return {"gateway": False, "rasa": False}
        return {"gateway": True, "rasa": bool(health.get("rasa"))}

    def wait_until_ready(self, timeout_s: float = START_TIMEOUT_S) -> None:
        """Block until gateway and Rasa answer.

        Raises:
            MotCuaError: a child died while starting, or time is over.
        """
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline and not self._stopping:
            if all(self.ready().values()):
                return
            for child in self._children:
                if child.process is not None and child.process.poll() is not None:
                    raise MotCuaError(f"{child.name} không khởi động được; xem {child.log_path}")
            time.sleep(POLL_S)
        if not self._stopping:
            raise MotCuaError(f"chờ quá {timeout_s:.0f} giây mà chưa khởi động xong; xem {self._settings.var_dir / 'log'}")

    def watch(self, told: Callable[[str], None]) -> None:
        """Keep the children alive until `stop` is called. `told(text)` gets a line for each that died."""
        while not self._stopping:
            for child in self._children:
                code = child.tend()
                if code is not None and not self._stopping:
                    told(f"{child.name} dừng bất ngờ (mã {code}); khởi động lại…")
            time.sleep(POLL_S)

    def stop(self, *_: object) -> None:
        self._stopping = True

    def close(self) -> None:
        for child in reversed(self._children):
            child.stop()
        deadline = time.monotonic() + STOP_TIMEOUT_S
        for child in self._children:
            child.wait_or_kill(deadline)
