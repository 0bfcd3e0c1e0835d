"""The same bot on PostgreSQL and Redis: conversations, Rasa's tracker, its locks, and forgetting all of it."""

from __future__ import annotations

import uuid

import httpx
import pytest
import sqlalchemy as sa

from bot.evaluation.play import running_bot

pytestmark = pytest.mark.rasa


def test_a_conversation_on_postgresql_and_redis_is_kept_and_forgotten(settings, postgresql_server, redis_server) -> None:
    admin = sa.create_engine(f"{postgresql_server}/postgres", isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(sa.text("CREATE DATABASE motcua_e2e"))
    database_url = f"{postgresql_server}/motcua_e2e"
    conversation = uuid.uuid4().hex
    with_redis = settings.model_copy(update={"redis_url": redis_server})
    with running_bot(with_redis, database_url) as running, httpx.Client(base_url=running.local_url, timeout=30) as client:
        def say(**body: str) -> dict:
            sent = {"conversation": conversation, "message_id": uuid.uuid4().hex, **body}
            return client.post("/api/chat/messages", json=sent).json()

        first = say(text="đăng ký tạm trú hết bao nhiêu tiền")
        assert first["limited"] is False and first["replies"][0]["codes"] == ["1.004194"]
        assert say(text="mấy ngày")["replies"][0]["codes"] == ["1.004194"], "Rasa remembers on PostgreSQL"
        engine = sa.create_engine(database_url)
        count = sa.text("SELECT count(*) FROM events WHERE sender_id = :sender")
        with engine.connect() as connection:
            assert connection.execute(count, {"sender": conversation}).scalar_one() > 0
        say(text="xóa dữ liệu của tôi")
        assert say(payload="lam:erase", title="Xóa hết")["replies"][0]["outcome"] == "feedback"
        with engine.connect() as connection:
            assert connection.execute(count, {"sender": conversation}).scalar_one() == 0
            assert connection.execute(sa.text("SELECT count(*) FROM turns")).scalar_one() == 0
        engine.dispose()
    with admin.connect() as connection:
        connection.execute(sa.text("DROP DATABASE motcua_e2e WITH (FORCE)"))
    admin.dispose()
