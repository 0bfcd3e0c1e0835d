"""The gateway around the chat: pages, headers, health, metrics, and the door for Rasa's actions."""

from __future__ import annotations

import pytest

from .conftest import ASK, TOKEN

SECURITY = {
    "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
}


@pytest.mark.parametrize(("path", "kind"), [("/", "text/html"), ("/embed.js", "text/javascript"), ("/static/chat.js", "javascript"), ("/static/chat.css", "text/css")])
def test_the_page_and_its_parts_are_served(http, path: str, kind: str) -> None:
    response = http.get(path)
    assert response.status_code == 200
    assert kind in response.headers["Content-Type"]
    assert response.content


def test_every_file_that_the_page_names_is_there(http) -> None:
    import re

    named = set(re.findall(r'(?:src|href)="(/[^"]+)"', http.get("/").text))
    assert named
    assert {path for path in named if http.get(path).status_code != 200} == set()


@pytest.mark.parametrize("path", ["/", "/api/chat/config", "/healthz", "/static/chat.js", "/khong-co", "/api/chat/history"])
def test_security_headers_stand_on_every_answer(http, path: str) -> None:
    headers = http.get(path).headers
    for name, value in SECURITY.items():
        assert headers[name] == value
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe-inline" not in policy and "unsafe-eval" not in policy
    assert "frame-ancestors 'self'" in policy


def test_only_the_widget_may_stand_in_a_foreign_page(http) -> None:
    assert "frame-ancestors *" in http.get("/?embed=1").headers["Content-Security-Policy"]
    for path in ("/?embed=0", "/?embed=2", "/healthz?embed=1", "/api/chat/config?embed=1"):
        assert "frame-ancestors 'self'" in http.get(path).headers["Content-Security-Policy"]


def test_health_tells_what_is_served(http, service) -> None:
    health = http.get("/healthz").json()
    assert health["status"] == "ok"
    assert health["procedures"] == len(service.book.procedures)
    assert health["knowledge"] == service.book.fingerprint
    assert health["rasa"] is None, "none is wanted here"


def test_metrics_count_turns_without_saying_who(http, send) -> None:
    send(conversation="nguoi-dan-bi-mat")
    text = http.get("/metrics").text
    assert 'motcua_turns_total{channel="web",limited="false",outcome="answer"}' in text
    assert "motcua_turn_seconds_bucket" in text
    assert "bi-mat" not in text and "khai sinh" not in text


# --- Rasa's actions -------------------------------------------------------------------------------------------------


def call(text: str = ASK) -> dict:
    """What Rasa sends when it wants `action_answer` run."""
    return {
        "next_action": "action_answer", "sender_id": "x", "version": "3.6.21", "domain": {},
        "tracker": {
            "sender_id": "x", "slots": {}, "latest_message": {"text": text, "intent": {"name": "ask_documents", "confidence": 0.99}, "entities": []},
            "events": [], "paused": False, "active_loop": {}, "latest_action_name": None, "followup_action": None, "latest_event_time": 0,
        },
    }


@pytest.mark.parametrize("query", ["", "?token=", "?token=sai", f"?token={TOKEN}x", f"?TOKEN={TOKEN}", "?token=%C3%A9", f"?token={TOKEN[:-1]}"])
def test_actions_are_refused_without_the_token(http, query: str) -> None:
    response = http.post(f"/rasa/actions{query}", json=call())
    assert response.status_code == 403
    assert "responses" not in response.text


def test_without_a_secret_nobody_gets_in(gateway_settings, service, tmp_path) -> None:
    from pydantic import SecretStr
    from starlette.testclient import TestClient

    from bot.run.gateway import create_app

    bare = gateway_settings.model_copy(update={"action_token": SecretStr(""), "database_url": f"sqlite:///{tmp_path / 'a.db'}"})
    with TestClient(create_app(bare, with_rasa=False)) as client:
        assert client.post("/rasa/actions?token=", json=call()).status_code == 403


def test_an_action_answers_with_reply_and_slots(http, service) -> None:
    answer = http.post(f"/rasa/actions?token={TOKEN}", json=call()).json()
    custom = answer["responses"][0]["custom"]
    assert custom["reply"]["codes"] == [service.book.procedures["dang-ky-khai-sinh"].id]
    assert custom["state"]["procedure"] == "dang-ky-khai-sinh"
    assert {event["name"] for event in answer["events"]} >= {"procedure", "turns"}


def test_every_action_of_the_domain_is_served(http) -> None:
    from pathlib import Path

    import yaml

    domain = yaml.safe_load((Path(__file__).resolve().parents[2] / "domain.yml").read_text("utf-8"))
    custom = [name for name in domain["actions"] if name.startswith("action_")]
    assert custom
    for name in custom:
        response = http.post(f"/rasa/actions?token={TOKEN}", json=call() | {"next_action": name})
        assert response.status_code == 200, name
        assert response.json()["responses"][0]["custom"]["reply"]["text"], name


def test_an_unknown_action_is_said_to_be_unknown(http) -> None:
    assert http.post(f"/rasa/actions?token={TOKEN}", json=call() | {"next_action": "action_khong_co"}).status_code == 404


def test_a_restarted_gateway_still_knows_the_conversation(gateway_settings, service) -> None:
    from starlette.testclient import TestClient

    from bot.run.gateway import create_app

    body = {"conversation": "nguoi-dan-again", "message_id": "tin-nhan-0001", "text": ASK}
    said = []
    for _ in range(2):
        with TestClient(create_app(gateway_settings, with_rasa=False)) as client:
            said.append(client.post("/api/chat/messages", json=body).json())
    assert said[0] == said[1], "answered once, whatever happened in between"
