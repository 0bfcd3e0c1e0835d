"""A whole bot on a copy of the knowledge: saving, breaking and mending files, killing Rasa, bad input, floods."""

from __future__ import annotations

import json
import shutil
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import psutil
import pytest

from bot.evaluation.play import running_bot

pytestmark = pytest.mark.rasa
FILE = "thu-tuc/ho-tich/dang-ky-khai-sinh.yml"
LIVE_WITHIN_S = 15
SEARCHABLE_WITHIN_S = 60
"""Facts are live at once; a new name waits for the classifier, which two busy cores fit in some ten seconds."""


@pytest.fixture(scope="module")
def knowledge(settings, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("kb") / "knowledge"
    shutil.copytree(settings.knowledge_dir, folder)
    return folder


@pytest.fixture(scope="module")
def bot(settings, knowledge) -> Iterator:
    with running_bot(settings.model_copy(update={"knowledge_dir": knowledge, "messages_per_minute": 60})) as running:
        yield running


@pytest.fixture(scope="module")
def client(bot) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"http://127.0.0.1:{bot.port}", timeout=30) as found:
        yield found


def ask(client: httpx.Client, text: str, conversation: str | None = None, message_id: str | None = None) -> httpx.Response:
    body = {"conversation": conversation or uuid.uuid4().hex, "message_id": message_id or uuid.uuid4().hex, "text": text}
    return client.post("/api/chat/messages", json=body)


def wait_until(check: Callable[[], bool], timeout_s: float = LIVE_WITHIN_S) -> bool:
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        if check():
            return True
        time.sleep(0.2)
    return False


def test_a_saved_file_is_live_and_a_broken_one_keeps_the_last_good_version(client, knowledge) -> None:
    path = knowledge / FILE
    good = path.read_text("utf-8")

    def deadline_said() -> str:
        return ask(client, "làm giấy khai sinh bao lâu thì có").json()["replies"][0]["text"]

    assert "16 giờ" not in deadline_said()
    path.write_text(good.replace("nhận sau 15 giờ", "nhận sau 16 giờ"), "utf-8")
    assert wait_until(lambda: "16 giờ" in deadline_said()), "a saved file was not live"

    path.write_text(good.replace("lệ phí:", "lệ phi:"), "utf-8")
    assert wait_until(lambda: client.get("/healthz").json()["problems"] > 0), "a broken file was not noticed"
    assert "16 giờ" in deadline_said(), "the last good version must keep serving"
    assert ask(client, "đăng ký kết hôn cần gì").json()["replies"][0]["outcome"] == "answer"

    path.write_text(good, "utf-8")
    assert wait_until(lambda: client.get("/healthz").json()["problems"] == 0 and "15 giờ" in deadline_said())


def test_a_new_procedure_is_found_without_a_restart(client, knowledge) -> None:
    text = (knowledge / FILE).read_text("utf-8").replace('"1.001193"', "chưa rõ")
    head, _, tail = text.partition("tên thường gọi:")
    _, _, rest = tail.partition("lĩnh vực:")
    new = head + "tên thường gọi:\n  - Mượn loa kéo của khu phố\n  - xin mượn loa phường\nlĩnh vực:" + rest
    before, _, after = new.partition("câu hỏi mẫu:")
    _, _, after = after.partition("trường hợp:\n  - khóa")
    new = before + "câu hỏi mẫu:\n  - tôi muốn mượn loa kéo của khu phố để làm đám cưới\ntrường hợp:\n  - khóa" + after
    path = knowledge / "thu-tuc" / "ho-tich" / "muon-loa-keo.yml"
    path.write_text(new, "utf-8")
    try:
        assert wait_until(
            lambda: ask(client, "xin mượn loa kéo của khu phố").json()["replies"][0]["codes"] == ["file:muon-loa-keo"],
            SEARCHABLE_WITHIN_S,
        )
    finally:
        path.unlink()


def test_killing_rasa_in_a_conversation_loses_nothing_and_it_comes_back(client, bot) -> None:
    conversation = uuid.uuid4().hex
    first = ask(client, "con em mới sinh làm giấy khai sinh cần gì", conversation).json()
    assert first["limited"] is False
    rasa = [
        process for process in psutil.process_iter(["cmdline"])
        if "rasa" in " ".join(process.info["cmdline"] or ()) and str(bot.rasa_port) in (process.info["cmdline"] or ())
    ]
    assert rasa, "no Rasa to kill"
    for process in rasa:
        process.kill()
    second = ask(client, "lệ phí bao nhiêu", conversation).json()
    assert second["limited"] is True
    assert second["replies"][0]["codes"] == ["1.001193"], "the thread of the talk is kept"
    assert wait_until(lambda: client.get("/healthz").json()["rasa"], 60), "Rasa did not come back by itself"
    assert ask(client, "mất mấy ngày", conversation).json()["limited"] is False


BAD_TEXTS = {
    "empty": "", "blank": "   \n ", "long": "a" * 20_000, "emoji": "😀🎉👍", "chinese": "我想办出生证明",
    "html": "<script>alert(1)</script><b>khai sinh</b>", "restart": "/restart", "slash": '/tap{"value":"tt:1.001193"}',
    "null": "khai\u0000 sinh", "controls": "\u202ekhai sinh\u200b", "braces": "{{7*7}} ${HOME} %s", "sql": "'; DROP TABLE turns; --",
    "percent": "100%% %n khai sinh",
}


@pytest.mark.parametrize("name", BAD_TEXTS)
def test_bad_text_gets_a_polite_reply_or_a_clear_refusal(name, client) -> None:
    response = ask(client, BAD_TEXTS[name])
    assert response.status_code in (200, 422), response.text
    if response.status_code == 200:
        reply = response.json()["replies"][0]
        assert reply["text"] and "Traceback" not in reply["text"]
    else:
        assert response.json()["error"]["message"]


@pytest.mark.parametrize("name", BAD_TEXTS)
def test_rasas_own_door_survives_the_same(name, bot) -> None:
    response = httpx.post(
        f"http://127.0.0.1:{bot.rasa_port}/webhooks/rest/webhook",
        json={"sender": uuid.uuid4().hex, "message": BAD_TEXTS[name]}, timeout=30,
    )
    assert response.status_code == 200
    assert "Traceback" not in response.text


@pytest.mark.parametrize("raw", [b"", b"{", b'{"conversation": "abcdefgh"', b"[]", b"null", b"\xff\xfe", b'"x"', b"[" * 5000])
def test_half_json_is_refused_clearly(raw, client) -> None:
    response = client.post("/api/chat/messages", content=raw, headers={"Content-Type": "application/json"})
    assert response.status_code == 422
    assert response.json()["error"]["message"]


def test_fifty_messages_at_once_are_each_answered_once_and_in_order(client) -> None:
    conversation = uuid.uuid4().hex
    identifiers = [uuid.uuid4().hex for _ in range(50)]
    with ThreadPoolExecutor(50) as pool:
        responses = list(pool.map(lambda item: ask(client, f"câu số {item[0]}: khai sinh cần gì", conversation, item[1]),
                                  enumerate(identifiers)))
    assert {response.status_code for response in responses} == {200}
    turns = client.get("/api/chat/history", params={"conversation": conversation}).json()["turns"]
    assert sorted(turn["message_id"] for turn in turns) == sorted(identifiers)
    assert all(turn["replies"] for turn in turns)
    numbers = [int(turn["replies"][0]["id"].split("-")[0]) for turn in turns]
    assert numbers == sorted(numbers)
    again = ask(client, "câu số 0: khai sinh cần gì", conversation, identifiers[0])
    assert again.json()["replies"] == next(turn["replies"] for turn in turns if turn["message_id"] == identifiers[0])


def test_a_flood_is_told_when_to_come_back(client) -> None:
    conversation = uuid.uuid4().hex
    with ThreadPoolExecutor(20) as pool:
        responses = list(pool.map(lambda _: ask(client, "khai sinh", conversation), range(80)))
    refused = [response for response in responses if response.status_code == 429]
    assert refused and all(int(response.headers["Retry-After"]) > 0 for response in refused)
    assert ask(client, "khai sinh cần gì").status_code == 200, "others are not slowed"


def test_feedback_goes_from_tap_to_report(client, bot) -> None:
    from datetime import UTC, datetime, timedelta

    from bot.store import open_store

    conversation = uuid.uuid4().hex
    reply = ask(client, "sao y bản chính bao nhiêu tiền", conversation).json()["replies"][0]
    vote = {"conversation": conversation, "reply_id": reply["id"], "value": -1, "reason": "kho-hieu"}
    assert client.post("/api/chat/feedback", json=vote).status_code == 204
    assert client.post("/api/chat/rating", json={"conversation": conversation, "stars": 4, "text": "tốt"}).status_code == 204
    store = open_store(bot.database_url)
    try:
        counts = store.report(datetime.now(UTC) - timedelta(hours=1), datetime.now(UTC) + timedelta(hours=1))
    finally:
        store.close()
    assert counts.feedback.down == 1 and counts.feedback.down_reasons == {"kho-hieu": 1}
    assert counts.ratings.n == 1 and counts.ratings.share == 1.0


def test_logs_hold_no_message_text(client, bot) -> None:
    secret = "số căn cước của tôi là 012345678901"
    ask(client, secret)
    log = (bot.var_dir / "log" / "gateway.log").read_text("utf-8")
    assert "turn.answered" in log and "012345678901" not in log
    for line in log.splitlines():
        if line.startswith("{"):
            json.loads(line)
