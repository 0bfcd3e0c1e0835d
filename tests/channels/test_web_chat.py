"""The web chat over HTTP: what a page sends, what a broken page or a bad guest sends."""

from __future__ import annotations

import io
import json
from urllib.parse import quote

import pytest
import segno

from .conftest import ASK, TALK

MESSAGES, HISTORY, FEEDBACK, RATING = ("/api/chat/messages", "/api/chat/history", "/api/chat/feedback", "/api/chat/rating")
GOOD = {"conversation": "nguoi-dan-good", "message_id": "tin-nhan-0001", "text": ASK}


def check_error(response, *statuses: int) -> str:
    """A clear refusal: its status, a code, one sentence in Vietnamese, nothing of our insides."""
    assert response.status_code in statuses, f"{response.status_code} {response.text[:300]}"
    error = response.json()["error"]
    assert error["code"] and error["message"]
    assert "Traceback" not in response.text and "pydantic" not in response.text
    return error["message"]


# --- a citizen's way through ----------------------------------------------------------------------------------------


def test_config_tells_what_the_page_shows_first(http, service) -> None:
    config = http.get("/api/chat/config").json()
    ward = service.book.ward
    assert config["ward"] == ward.name
    assert ward.name in config["greeting"]["text"]
    assert len(config["examples"]) == 3
    assert str(ward.privacy_days) in config["privacy"]
    assert config["max_chars"] >= 100


def test_a_question_its_follow_up_and_the_history(http, send, service) -> None:
    first = send(conversation="nguoi-dan-way")
    assert first.status_code == 200
    reply = first.json()["replies"][0]
    assert reply["outcome"] == "answer"
    assert reply["codes"] == [service.book.procedures["dang-ky-khai-sinh"].id]
    assert {"title", "payload"} <= set(reply["buttons"][0])
    button = next(item for item in reply["buttons"] if item["payload"].startswith("kc:fee"))
    tapped = send("", "nguoi-dan-way", payload=button["payload"], title=button["title"]).json()["replies"][0]
    assert tapped["aspects"] == ["fee"]
    turns = http.get(HISTORY, params={"conversation": "nguoi-dan-way"}).json()["turns"]
    assert [turn["text"] for turn in turns] == [ASK, button["title"]]
    assert turns[0]["replies"] == [reply]
    assert http.get(HISTORY, params={"conversation": "nguoi-la-0000"}).json() == {"turns": []}


def test_a_list_has_a_code_that_opens_it_again(http, send, service) -> None:
    code = service.book.procedures["dang-ky-khai-sinh"].id
    made = send("", "nguoi-dan-list", payload=f"ds:qua-han:{code}", title="Mở lại").json()["replies"][0]
    assert made["card"]["reopen"] == f"ds:qua-han:{code}"
    drawn = http.get("/api/chat/qr.svg", params={"ds": f"qua-han:{code}"})
    assert drawn.headers["content-type"] == "image/svg+xml"
    address = f"{str(http.base_url).rstrip('/')}/?ds={quote(f'qua-han:{code}')}"
    wanted = io.BytesIO()
    segno.make(address, error="m").save(wanted, kind="svg", scale=4, light="#fff")
    assert drawn.content == wanted.getvalue()


@pytest.mark.parametrize("value", ["", "x", "<svg onload=alert(1)>:1", "qua-han:1.001193 x", "a:" + "1" * 80, "../../etc:1", "A:1.001193"])
def test_no_code_is_drawn_for_what_is_no_list(http, value: str) -> None:
    check_error(http.get("/api/chat/qr.svg", params={"ds": value}), 422)


def test_a_repeated_request_is_answered_once(http) -> None:
    first, again = (http.post(MESSAGES, json=GOOD) for _ in range(2))
    assert first.json() == again.json()
    assert len(http.get(HISTORY, params={"conversation": GOOD["conversation"]}).json()["turns"]) == 1


def test_thumbs_and_stars(http, send) -> None:
    reply = send(conversation="nguoi-dan-vote").json()["replies"][0]
    vote = {"conversation": "nguoi-dan-vote", "reply_id": reply["id"]}
    assert http.post(FEEDBACK, json=vote | {"value": 1}).status_code == 204
    assert http.post(FEEDBACK, json=vote | {"value": -1, "reason": "thieu"}).status_code == 204
    assert http.post(RATING, json={"conversation": "nguoi-dan-vote", "stars": 5, "text": "tốt"}).status_code == 204
    check_error(http.post(FEEDBACK, json=vote | {"value": 0}), 422)
    check_error(http.post(FEEDBACK, json=vote | {"value": 1, "conversation": "nguoi-khac-01"}), 422)
    check_error(http.post(FEEDBACK, json=vote | {"value": 1, "reply_id": "999999-0"}), 422)


def test_erasing_over_http(http, send) -> None:
    send(conversation="nguoi-dan-gone")
    send("xóa dữ liệu của tôi", "nguoi-dan-gone")
    assert send("", "nguoi-dan-gone", payload="lam:erase").status_code == 200
    assert http.get(HISTORY, params={"conversation": "nguoi-dan-gone"}).json() == {"turns": []}


def test_too_many_messages_are_held_back_with_a_time_to_wait(gateway_settings, service, tmp_path) -> None:
    from starlette.testclient import TestClient

    from bot.run.gateway import create_app

    slow = gateway_settings.model_copy(update={"messages_per_minute": 2, "database_url": f"sqlite:///{tmp_path / 'a.db'}"})
    with TestClient(create_app(slow, with_rasa=False)) as client:
        answers = [client.post(MESSAGES, json=GOOD | {"message_id": f"tin-nhan-{number}"}) for number in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        check_error(answers[2], 429)
        assert 1 <= int(answers[2].headers["Retry-After"]) <= 61
        assert client.post(MESSAGES, json=GOOD | {"conversation": "nguoi-khac-02"}).status_code == 200


# --- strange but allowed --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [
    "👍👍👍", "出生登记怎么办", "регистрация рождения", "<img src=x onerror=alert(1)>", "/restart", "/session_start", "khai\u0000 sinh\u200b",
    "\u202eabc", "'; DROP TABLE turns; --", "{{7*7}} ${7*7}", "a" * 2000, "lệ phí " * 280, '{"text": "x"}', "\\", "\ud7ff", "-1", "%00", "1" * 500,
])
def test_any_text_gets_a_polite_reply(send, text: str) -> None:
    response = send(text, "nguoi-dan-odd1")
    assert response.status_code == 200, response.text[:300]
    reply = response.json()["replies"][0]
    assert reply["text"].strip()
    assert "onerror" not in reply["text"] and "49" not in reply["text"]


def test_half_a_character_does_not_break_it(http) -> None:
    """A phone that cuts an emoji in two sends half of a surrogate pair."""
    for field in ("text", "title", "payload"):
        body = json.dumps(GOOD | {"message_id": f"nua-chu-{field}", field: "khai sinh \ud83d"})
        response = http.post(MESSAGES, content=body, headers={"Content-Type": "application/json"})
        assert response.status_code == 200 or response.status_code == 422, response.text[:300]
        response.json()


@pytest.mark.parametrize("payload", ["x", "tt:9.999999", "lam:__class__", "kc:fee:'; --", "<script>", "sao:9", "/restart", "\u0000", "th:?:file:../../etc"])
def test_a_forged_tap_gets_a_polite_reply(send, payload: str) -> None:
    response = send("", "nguoi-dan-odd2", payload=payload)
    assert response.status_code == 200
    assert response.json()["replies"][0]["text"]


def test_unknown_fields_are_ignored_and_a_decomposed_text_is_understood(http, send) -> None:
    import unicodedata

    assert send(extra={"x": 1}).status_code == 200
    composed, apart = (send(unicodedata.normalize(form, ASK), f"nguoi-dan-{form}").json()["replies"][0] for form in ("NFC", "NFD"))
    assert composed["codes"] == apart["codes"]


# --- refused --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "   ", "\u200b\u200b", "\n\t", "x" * 2001, "khai sinh " * 2000])
def test_nothing_and_too_much_are_refused(send, text: str) -> None:
    check_error(send(text), 422)


def test_a_body_that_is_too_large_is_refused_whatever_is_in_it(http) -> None:
    check_error(http.post(MESSAGES, json=GOOD | {"message_id": "tin-qua-lon", "padding": "x" * 150_000}), 413, 422)


BODIES = {
    "empty": b"", "no JSON": b"xin chao", "half JSON": json.dumps(GOOD).encode()[:-7], "list": b"[]", "text": b'"x"', "null": b"null", "number": b"1",
    "not UTF-8": b'{"text": "\xff\xfe"}', "NaN": b'{"conversation": NaN}', "deep": b"[" * 50_000, "200 kB": json.dumps(GOOD | {"text": "x" * 200_000}).encode(),
    "form": b"conversation=nguoi-dan-1&text=xin+chao",
}


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("path", [MESSAGES, FEEDBACK, RATING])
def test_a_body_of_a_wrong_form_is_refused(http, path: str, name: str) -> None:
    check_error(http.post(path, content=BODIES[name], headers={"Content-Type": "application/json"}), 413, 422)


@pytest.mark.parametrize("change", [
    {"conversation": None}, {"conversation": ""}, {"conversation": "ngắn"}, {"conversation": "x" * 65}, {"conversation": 12345678}, {"conversation": ["a"]},
    {"conversation": "../../../etc"}, {"conversation": "nguoi dan 1"}, {"conversation": "nguoi-dan-1\n"}, {"message_id": "x"}, {"message_id": "'; DROP--"},
    {"message_id": {}}, {"text": 5}, {"text": None}, {"text": ["a"]}, {"payload": "x" * 65}, {"payload": 1}, {"title": "x" * 201}, {"title": {}},
])
def test_a_field_of_a_wrong_type_is_refused(http, change: dict) -> None:
    check_error(http.post(MESSAGES, json=GOOD | change), 422)


@pytest.mark.parametrize(("path", "body"), [
    (FEEDBACK, {"reply_id": "1-0", "value": 2}), (FEEDBACK, {"reply_id": "1-0", "value": "x"}), (FEEDBACK, {"reply_id": "x", "value": 1}),
    (FEEDBACK, {"reply_id": "1-0", "value": 1, "reason": "x" * 501}), (FEEDBACK, {"reply_id": "9" * 16 + "-0", "value": 1}), (FEEDBACK, {}),
    (RATING, {"stars": 0}), (RATING, {"stars": 6}), (RATING, {"stars": "năm"}), (RATING, {"stars": 4.5}), (RATING, {"stars": 5, "text": "x" * 2001}), (RATING, {}),
])
def test_opinions_of_a_wrong_form_are_refused(http, path: str, body: dict) -> None:
    check_error(http.post(path, json={"conversation": TALK} | body), 422)


@pytest.mark.parametrize("query", [{}, {"conversation": ""}, {"conversation": "x"}, {"conversation": "a b c d e f"}, {"conversation": "../../../../x"}])
def test_history_of_nobody_is_refused(http, query: dict) -> None:
    check_error(http.get(HISTORY, params=query), 422)


@pytest.mark.parametrize(("method", "path", "status"), [
    ("GET", MESSAGES, 405), ("DELETE", MESSAGES, 405), ("POST", HISTORY, 405), ("PUT", FEEDBACK, 405), ("POST", "/", 405),
    ("GET", "/api/chat/khong-co", 404), ("GET", "/wp-admin", 404), ("GET", "/static/../settings.py", 404), ("GET", "/static/%2e%2e/web.py", 404),
    ("GET", "/static/khong-co.js", 404), ("GET", "/docs", 404),
])
def test_wrong_ways_and_methods(http, method: str, path: str, status: int) -> None:
    check_error(http.request(method, path, follow_redirects=False), status)
