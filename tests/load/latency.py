"""How much our turn costs beside a bare Rasa echo bot: both run at the same time and are asked in turn.

`python -m tests.load.latency [turns]` prints p50 and p95 of both in milliseconds, and the ratio of the medians.
"""

from __future__ import annotations

import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

import httpx

from bot.evaluation.play import free_ports, running_bot
from bot.run.train import rasa_environment, rasa_python
from bot.settings import Settings

ECHO = Path(__file__).parent / "echo"
QUESTIONS = (
    "con em mới sinh làm giấy khai sinh cần gì", "lệ phí bao nhiêu", "mấy ngày thì có", "dang ky tam tru het bao nhieu tien",
    "nộp online được không", "mat cccd lam lai ntn", "đăng ký kết hôn cần giấy tờ gì", "nộp ở đâu",
)
TURNS_PER_CONVERSATION = 4


@contextmanager
def echo_bot() -> Iterator[str]:
    """A trained echo bot with its action server; yields its REST address."""
    with TemporaryDirectory() as folder:
        port, action_port = free_ports(2)
        environment = rasa_environment({
            "ECHO_ACTION_URL": f"http://127.0.0.1:{action_port}/webhook", "ECHO_TRACKER_URL": f"sqlite:///{folder}/echo.db",
        })
        rasa = str(rasa_python())
        subprocess.run(
            [rasa, "train", "--config", "config.yml", "--domain", "domain.yml", "--data", "data", "--out", folder,
             "--fixed-model-name", "echo"],
            cwd=ECHO, env=environment, check=True, capture_output=True,
        )
        commands = [
            [sys.executable, "-m", "rasa_sdk", "--actions", "actions", "--port", str(action_port)],
            [rasa, "run", "--model", f"{folder}/echo.tar.gz", "--endpoints", "endpoints.yml", "--credentials",
             str(ECHO.parent.parent.parent / "credentials.yml"), "--port", str(port), "--interface", "127.0.0.1"],
        ]
        processes = [
            subprocess.Popen(command, cwd=ECHO, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            for command in commands
        ]
        try:
            _wait(f"http://127.0.0.1:{port}/")
            _wait(f"http://127.0.0.1:{action_port}/health")
            yield f"http://127.0.0.1:{port}"
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.wait(15)


def _wait(url: str, timeout_s: float = 90) -> None:
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        try:
            if httpx.get(url, timeout=1).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.3)
    raise TimeoutError(url)


def compare(ours: str, echo: str, turns: int) -> dict[str, float]:
    """Ask both the same questions alternately; milliseconds."""
    times: dict[str, list[float]] = {"ours": [], "echo": []}
    with httpx.Client(timeout=20) as client:
        for number in range(-8, turns):
            if number == -8 or number % TURNS_PER_CONVERSATION == 0:
                sender = uuid.uuid4().hex
            text = QUESTIONS[number % len(QUESTIONS)]
            for name, base in (("ours", ours), ("echo", echo)):
                began = time.perf_counter()
                said = client.post(f"{base}/webhooks/rest/webhook", json={"sender": sender, "message": text}).json()
                if number >= 0:
                    times[name].append((time.perf_counter() - began) * 1000)
                assert said, f"{name} said nothing to {text}"
    figures = {}
    for name, values in times.items():
        figures[f"{name}_p50_ms"] = round(median(values), 1)
        figures[f"{name}_p95_ms"] = round(quantiles(values, n=20)[-1], 1)
    figures["ratio_p50"] = round(figures["ours_p50_ms"] / figures["echo_p50_ms"], 2)
    return figures


def run(settings: Settings, turns: int = 200) -> dict[str, float]:
    with running_bot(settings) as running, echo_bot() as echo:
        return compare(f"http://127.0.0.1:{running.rasa_port}", echo, turns)


if __name__ == "__main__":
    print(run(Settings(), int(sys.argv[1]) if len(sys.argv) > 1 else 200))
