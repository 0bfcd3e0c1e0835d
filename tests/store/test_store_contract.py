"""What the store promises, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, func, inspect, select, text

from bot.errors import BadMessage, StoreError
from bot.outcomes import Aspect, Outcome
from bot.store import DEAD_OUTCOME, PENDING_OUTCOME, Counted, Store, Turn, TurnState, migrate
from bot.store.schema import metadata

if TYPE_CHECKING:
    from tests.store.conftest import Clock

CODE = "1.001193"


def rows(store: Store) -> dict[str, int]:
    """How many rows each table has."""
    tables = metadata.sorted_tables
    return store.database.read(
        lambda c: {table.name: c.execute(select(func.count()).select_from(table)).scalar_one() for table in tables}
    )


def ask(store: Store, who: str, message: str, words: str = "Làm khai sinh cần gì?", channel: str = "web") -> Turn:
    return store.receive(who, channel, message, words)[0]


def answer(store: Store, who: str, message: str, outcome: str = "answer", codes: tuple[str, ...] = (), **more) -> int:
    turn = ask(store, who, message, **{key: more.pop(key) for key in ("words", "channel") if key in more})
    assert store.start(turn.id)
    assert store.finish(turn.id, [{"text": "Dạ."}], outcome, codes, ("fee",), None, False, 40, **more)
    return turn.id


def shape(connection: Connection) -> dict[str, object]:
    """Everything that makes a database's shape, as the database itself tells it."""
    if connection.dialect.name == "sqlite":
        found = inspect(connection)
        return {
            name: (
                [
                    (c["name"], str(c["type"]), c["nullable"], c["default"], c["primary_key"])
                    for c in found.get_columns(name)
                ],
                found.get_pk_constraint(name),
                sorted(map(str, found.get_unique_constraints(name))),
                sorted(map(str, found.get_check_constraints(name))),
                sorted(map(str, found.get_foreign_keys(name))),
                sorted(map(str, found.get_indexes(name))),
                "AUTOINCREMENT"
                in connection.scalar(text("SELECT sql FROM sqlite_master WHERE name = :n"), {"n": name}),
            )
            for name in metadata.tables
        }
    queries = {
        "columns": "SELECT table_name, column_name, data_type, is_nullable, column_default"
        " FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'alembic_version'"
        " ORDER BY table_name, ordinal_position",
        "indices": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
        " ORDER BY indexdef",
        "rules": "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> 'alembic_version' ORDER BY 1, 2",
    }
    return {key: [tuple(row) for row in connection.execute(text(query))] for key, query in queries.items()}


class TestStore:
    # --- the shape ---------------------------------------------------------------------------------------------------

    def test_migrations_from_blank_build_what_the_schema_says(self, store: Store) -> None:
        def compare(connection: Connection) -> None:
            context = MigrationContext.configure(
                connection, opts={"compare_type": True, "compare_server_default": True}
            )
            assert compare_metadata(context, metadata) == []
            migrated = shape(connection)
            metadata.drop_all(connection)
            metadata.create_all(connection)
            assert migrated == shape(connection)

        store.database.write(compare)

    def test_migrations_can_be_taken_back(self, store: Store) -> None:
        store.database.write(lambda c: migrate.run(c, "base"))
        left = store.database.read(lambda c: inspect(c).get_table_names())
        assert left == ["alembic_version"]

    def test_many_processes_may_open_a_blank_database_at_once(self, opened: Callable[[], Store]) -> None:
        with ThreadPoolExecutor(6) as pool:
            stores = [future.result() for future in [pool.submit(opened) for _ in range(6)]]
        assert ask(stores[0], "c", "m").id == 1

    def test_a_database_of_a_newer_version_is_left_alone(self, store: Store, opened: Callable[[], Store]) -> None:
        store.database.write(lambda c: c.execute(text("UPDATE alembic_version SET version_num = '9999'")))
        with pytest.raises(StoreError, match="cập nhật phần mềm"):
            opened()

    # --- the inbox ---------------------------------------------------------------------------------------------------

    def test_a_message_is_stored_as_it_came(self, store: Store, clock: Clock) -> None:
        turn, is_new = store.receive("c", "zalo", "m1", "Đăng ký khai sinh 👶", payload="/hoi", title="Hỏi")
        assert is_new
        assert turn == store.turn("c", "m1")
        assert (turn.text, turn.payload, turn.title, turn.channel) == ("Đăng ký khai sinh 👶", "/hoi", "Hỏi", "zalo")
        assert (turn.state, turn.attempts, turn.replies, turn.codes) == (TurnState.WAITING, 0, None, ())
        assert turn.received_at == clock.now and turn.received_at.tzinfo == UTC
        assert store.turn("c", "m2") is None and store.turn("d", "m1") is None

    def test_times_of_another_zone_come_back_as_utc(self, store: Store, clock: Clock) -> None:
        clock.now = datetime(2026, 3, 2, 6, 30, 0, 123456, tzinfo=timezone(timedelta(hours=7)))
        ask(store, "c", "m")
        stored = store.turn("c", "m")
        assert stored and stored.received_at == datetime(2026, 3, 1, 23, 30, 0, 123456, tzinfo=UTC)
        assert stored.received_at.utcoffset() == timedelta(0)

    def test_a_time_without_a_zone_is_a_mistake(self, store: Store, clock: Clock) -> None:
        clock.now = datetime(2026, 3, 2)
        with pytest.raises(ValueError, match="zone"):
            ask(store, "c", "m")

    def test_a_repeat_returns_the_stored_turn_with_its_answer(self, store: Store, clock: Clock) -> None:
        answer(store, "c", "m", codes=(CODE,))
        first = store.conversation("c")
        clock.forward(hours=5)
        turn, is_new = store.receive("c", "web", "m", "khác")
        assert not is_new
        assert turn.text == "Làm khai sinh cần gì?" and turn.replies == [{"text": "Dạ."}] and turn.codes == (CODE,)
        assert store.conversation("c") == first

    def test_the_same_message_id_in_two_conversations_is_two_messages(self, store: Store) -> None:
        assert ask(store, "c", "1").id != ask(store, "d", "1").id

    @pytest.mark.parametrize("known", [False, True])
    def test_twenty_threads_deliver_one_message(self, store: Store, known: bool) -> None:
        if known:
            ask(store, "c", "earlier")
        gate = Barrier(20)

        def deliver(_: int) -> tuple[int, bool]:
            gate.wait()
            turn, is_new = store.receive("c", "web", "m", "Xin chào")
            return turn.id, is_new

        with ThreadPoolExecutor(20) as pool:
            results = list(pool.map(deliver, range(20)))
        assert sum(is_new for _, is_new in results) == 1
        assert len({turn_id for turn_id, _ in results}) == 1
        assert rows(store)["turns"] == 1 + known

    def test_two_processes_deliver_the_same_messages(self, opened: Callable[[], Store]) -> None:
        stores = [opened(), opened()]
        with ThreadPoolExecutor(12) as pool:
            jobs = [pool.submit(ask, stores[n % 2], f"c{n % 3}", f"m{n % 10}") for n in range(120)]
            assert {job.result().channel for job in jobs} == {"web"}
        assert rows(stores[0])["turns"] == 30 and rows(stores[0])["conversations"] == 3

    def test_strange_characters_do_not_stop_a_message(self, store: Store) -> None:
        turn, _ = store.receive("c\x00", "web", "m\x00", "a\x00b \ud83d c", payload="\x00")
        assert turn.text == "ab ? c" and turn.conversation_id == "c" and turn.message_id == "m"
        assert store.finish(turn.id, [{"text": "\ud83d\x00"}], "answer", unanswered=True)
        assert store.receive("c\x00", "web", "m\x00", "")[1] is False
        assert store.turn("c\x00", "m\x00") == store.turn("c", "m")
        assert len(store.history("c\x00")) == 1

    def test_a_turn_from_start_to_end(self, store: Store, clock: Clock) -> None:
        turn = ask(store, "c", "m")
        began = clock.forward(seconds=1)
        assert store.start(turn.id)
        ended = clock.forward(seconds=1)
        replies = [{"text": "Lệ phí: 8.000đ", "buttons": [{"title": "Có"}]}, {"text": "…"}]
        assert store.finish(turn.id, replies, Outcome.ANSWER, [CODE, "file:khac"], [Aspect.FEE], "payment", True, 950)
        done = store.turn("c", "m")
        assert done is not None and done.state is TurnState.DONE
        assert (done.started_at, done.done_at) == (began, ended)
        assert (done.replies, done.codes, done.aspects) == (replies, (CODE, "file:khac"), ("fee",))
        assert (done.outcome, done.topic, done.limited, done.latency_ms) == ("answer", "payment", True, 950)

    def test_a_finished_turn_is_not_changed_any_more(self, store: Store) -> None:
        turn_id = answer(store, "c", "m")
        before = store.turn("c", "m")
        assert store.finish(turn_id, [], "other") is False
        assert store.start(turn_id) is False
        assert store.fail(turn_id) is None
        assert store.turn("c", "m") == before

    def test_a_turn_that_is_not_there_is_no_error(self, store: Store) -> None:
        assert store.finish(99, [], "answer", unanswered=True) is False
        assert store.start(99) is False and store.fail(99) is None

    def test_a_turn_is_dead_after_three_failures_and_the_staff_see_it(self, store: Store) -> None:
        turn = ask(store, "c", "m", "Số tôi 0912345678")
        ends = []
        for _ in range(3):
            assert store.start(turn.id)
            ends.append(store.fail(turn.id))
        assert ends == [TurnState.WAITING, TurnState.WAITING, TurnState.DEAD]
        assert store.start(turn.id) is False and store.waiting() == []
        dead = store.turn("c", "m")
        assert dead and (dead.state, dead.attempts, dead.outcome) == (TurnState.DEAD, 3, DEAD_OUTCOME)
        assert [(u.text, u.outcome) for u in store.unanswered()] == [("Số tôi [số điện thoại]", DEAD_OUTCOME)]

    def test_a_message_that_kills_the_process_does_not_kill_it_for_ever(self, opened: Callable[[], Store]) -> None:
        ask(opened(), "c", "m")
        starts = []
        for _ in range(4):
            store = opened()  # the process starts again, and dies before finish or fail
            starts.append([store.start(turn.id) for turn in store.waiting()])
        assert starts == [[True], [True], [True], [False]]
        assert opened().waiting() == []
        assert [u.outcome for u in opened().unanswered()] == [DEAD_OUTCOME]

    def test_a_restart_finds_what_was_left_in_order(self, opened: Callable[[], Store]) -> None:
        store = opened()
        turns = [ask(store, who, f"m{n}") for n, who in enumerate("abcab")]
        answer(store, "b", "m9")
        store.start(turns[1].id)
        store.finish(turns[2].id, [], "answer")
        store.close()
        left = opened().waiting(10)
        assert [(turn.conversation_id, turn.message_id) for turn in left] == [
            ("a", "m0"), ("b", "m1"), ("a", "m3"), ("b", "m4"),
        ]  # fmt: skip
        assert [turn.state for turn in left] == ["waiting", "working", "waiting", "waiting"]
        assert [turn.message_id for turn in opened().waiting(2)] == ["m0", "m1"]

    def test_history_is_the_newest_turns_oldest_first(self, store: Store) -> None:
        for n in range(7):
            ask(store, "c" if n != 3 else "d", f"m{n}")
        assert [turn.message_id for turn in store.history("c", 3)] == ["m4", "m5", "m6"]
        assert [turn.message_id for turn in store.history("c")] == ["m0", "m1", "m2", "m4", "m5", "m6"]
        assert store.history("nobody") == []

    def test_visits_are_counted_by_silence(self, store: Store, clock: Clock) -> None:
        began = clock.now
        ask(store, "c", "1")
        clock.forward(minutes=59)
        ask(store, "c", "2")
        clock.forward(minutes=60)
        ask(store, "c", "3")
        found = store.conversation("c")
        assert found and (found.created_at, found.last_at, found.session_count) == (began, clock.now, 2)
        assert store.conversation("d") is None

    # --- opinions ----------------------------------------------------------------------------------------------------

    def test_a_later_vote_replaces_the_earlier_one(self, store: Store, clock: Clock) -> None:
        turn_id = answer(store, "c", "m")
        store.add_feedback("c", "r1", 1, channel="web", turn_id=turn_id, codes=[CODE])
        store.add_feedback("c", "r1", -1, channel="web", turn_id=turn_id, reason="Sai lệ phí", codes=[CODE])
        store.add_feedback("d", "r1", 1, channel="web")
        counts = store.report(clock.now, clock.forward(seconds=1)).feedback
        assert (counts.up, counts.down, counts.up_reasons, counts.down_reasons) == (1, 1, {}, {"Sai lệ phí": 1})

    def test_a_vote_on_a_turn_of_somebody_else_is_kept_without_it(self, store: Store) -> None:
        other = answer(store, "other", "m")
        own = answer(store, "c", "m")
        for reply, turn_id in (("r1", other), ("r2", 999), ("r3", own)):
            store.add_feedback("c", reply, 1, channel="web", turn_id=turn_id)
        found = store.database.read(
            lambda c: c.execute(text("SELECT turn_id FROM feedback ORDER BY id")).scalars().all()
        )
        assert found == [None, None, own]

    def test_twenty_threads_vote_on_one_reply(self, store: Store) -> None:
        with ThreadPoolExecutor(20) as pool:
            list(pool.map(lambda n: store.add_feedback("c", "r", (-1) ** n, channel="web"), range(20)))
        assert rows(store)["feedback"] == 1 and rows(store)["conversations"] == 1

    def test_impossible_opinions_are_refused_in_vietnamese(self, store: Store) -> None:
        with pytest.raises(BadMessage, match="hữu ích"):
            store.add_feedback("c", "r", 0, channel="web")
        with pytest.raises(BadMessage, match="từ 1 đến 5"):
            store.add_rating("c", 6, channel="web")
        assert set(rows(store).values()) == {0}

    def test_free_texts_of_opinions_are_masked(self, store: Store) -> None:
        store.add_rating("c", 5, channel="web", text=" Gọi tôi 0912 345 678 ")
        store.add_rating("c", 4, channel="web", text="  ")
        store.add_feedback("c", "r", -1, channel="web", reason="Gửi a@b.vn nhé")
        texts = store.database.read(
            lambda c: c.execute(
                text("SELECT text FROM ratings UNION ALL SELECT reason FROM feedback")
            ).scalars().all()
        )  # fmt: skip
        assert texts == ["Gọi tôi [số điện thoại]", None, "Gửi [email] nhé"]

    # --- the report --------------------------------------------------------------------------------------------------

    def test_report_of_nothing(self, store: Store, clock: Clock) -> None:
        empty = store.report(clock.now, clock.now + timedelta(days=1))
        assert (empty.asked, empty.by_outcome, empty.by_channel, empty.top_procedures) == (0, {}, {}, ())
        assert (empty.ratings.n, empty.ratings.mean, empty.ratings.share, empty.ratings.low) == (0, None, None, None)

    def test_report_against_counts_by_hand(self, store: Store, clock: Clock) -> None:
        answer(store, "before", "m", codes=("9.999999",))
        store.add_rating("before", 1, channel="web")
        since = clock.forward(days=1)
        answer(store, "a", "1", codes=(CODE,))
        answer(store, "a", "2", codes=(CODE, "1.000894"))
        answer(store, "b", "1", codes=("1.000894",), channel="zalo")
        answer(store, "b", "2", codes=(CODE, CODE), channel="zalo")
        answer(store, "b", "3", "out_of_scope", words="Nuôi cá ở đâu?", unanswered=True, channel="zalo")
        answer(store, "c", "1", "out_of_scope", words="nuôi  cá ở đâu", unanswered=True)
        answer(store, "c", "2", "out_of_scope", words="Nuôi cá ở đâu?", unanswered=True)
        answer(store, "c", "3", "clarify", words="Số 0912345678 của ai", unanswered=True)
        answer(store, "c", "4", "chitchat", words="Cảm ơn")
        ask(store, "d", "1", channel="kiosk")
        for reply, value, reason in (
            ("1", 1, None),
            ("2", 1, "rõ"),
            ("3", -1, "sai"),
            ("4", -1, "sai"),
            ("5", -1, None),
        ):
            store.add_feedback("a", reply, value, channel="web", reason=reason)
        for stars in (5, 5, 4, 3, 1, 5, 4, 5, 2, 5):
            store.add_rating("a", stars, channel="web")
        until = clock.forward(days=1)
        answer(store, "after", "m")
        store.add_feedback("after", "1", 1, channel="web")

        report = store.report(since, until)
        assert (report.since, report.until, report.asked) == (since, until, 10)
        assert report.by_outcome == {"answer": 4, "out_of_scope": 3, PENDING_OUTCOME: 1, "chitchat": 1, "clarify": 1}
        assert report.by_channel == {"web": 6, "zalo": 3, "kiosk": 1}
        assert list(report.by_channel) == ["web", "zalo", "kiosk"]
        assert (report.feedback.up, report.feedback.down) == (2, 3)
        assert (report.feedback.up_reasons, report.feedback.down_reasons) == ({"rõ": 1}, {"sai": 2})
        assert report.top_procedures == (Counted(CODE, 3), Counted("1.000894", 2))
        assert report.top_unanswered == (Counted("Nuôi cá ở đâu?", 3), Counted("Số [số điện thoại] của ai", 1))
        assert store.report(since, until, top=1).top_unanswered == (Counted("Nuôi cá ở đâu?", 3),)
        stars = report.ratings
        assert (stars.n, stars.stars, stars.satisfied) == (10, {1: 1, 2: 1, 3: 1, 4: 2, 5: 5}, 7)
        assert (stars.mean, stars.share) == (pytest.approx(3.9), pytest.approx(0.7))
        # Wilson's interval of 7 in 10, as tables give it.
        assert (stars.low, stars.high) == (pytest.approx(0.3968, abs=5e-5), pytest.approx(0.8922, abs=5e-5))

    # --- forgetting --------------------------------------------------------------------------------------------------

    def fill(self, store: Store, who: str) -> None:
        turn_id = answer(store, who, "1", "out_of_scope", words=f"Bí mật của {who}", unanswered=True)
        ask(store, who, "2")
        store.add_feedback(who, "r", -1, channel="web", turn_id=turn_id, reason="sai")
        store.add_rating(who, 2, channel="web", text="chậm")

    def test_erase_leaves_no_row(self, store: Store) -> None:
        self.fill(store, "c")
        one = rows(store)
        self.fill(store, "d")
        assert store.erase("c") == one == {
            "conversations": 1, "turns": 2, "feedback": 1, "ratings": 1, "unanswered": 1,
        }  # fmt: skip
        assert rows(store) == one
        assert store.history("c") == [] and len(store.history("d")) == 2
        store.erase("d")
        assert set(rows(store).values()) == {0}
        assert set(store.erase("d").values()) == {0}

    def test_an_answer_that_comes_after_the_erasure_is_dropped(self, store: Store) -> None:
        turn = ask(store, "c", "m")
        store.start(turn.id)
        store.erase("c")
        assert store.finish(turn.id, [], "answer", unanswered=True) is False
        assert set(rows(store).values()) == {0}

    def test_numbers_of_erased_turns_do_not_come_back(self, store: Store) -> None:
        old = ask(store, "c", "m").id
        store.erase("c")
        assert ask(store, "c", "m").id > old

    def test_messages_and_deletions_at_once(self, store: Store, clock: Clock) -> None:
        def work(n: int) -> None:
            who = f"c{n % 3}"
            clock.forward(hours=1)
            turn = ask(store, who, f"m{n}")
            store.start(turn.id)
            store.add_feedback(who, f"r{n}", 1, channel="web", turn_id=turn.id)
            if n % 5 == 0:
                store.erase(who)
            if n % 7 == 0:
                store.purge(clock.now - timedelta(hours=20))
            store.finish(turn.id, [], "out_of_scope", unanswered=True)

        with ThreadPoolExecutor(16) as pool:
            list(pool.map(work, range(100)))
        for n in range(3):
            store.erase(f"c{n}")
        assert set(rows(store).values()) == {0}

    def test_purge_takes_the_old_and_leaves_the_new(self, store: Store, clock: Clock) -> None:
        self.fill(store, "old")
        self.fill(store, "both")
        clock.forward(days=100)
        self.fill(store, "new")
        voted = store.history("both")[0].id
        store.add_feedback("both", "late", 1, channel="web", turn_id=voted)
        gone = store.purge(clock.now - timedelta(days=90))
        assert gone == {"unanswered": 2, "feedback": 2, "ratings": 2, "turns": 4, "conversations": 1}
        assert store.conversation("old") is None and store.history("both") == []
        assert rows(store) == {"conversations": 2, "turns": 2, "feedback": 2, "ratings": 1, "unanswered": 1}
        assert set(store.purge(clock.now - timedelta(days=90)).values()) == {0}
        store.purge(clock.now + timedelta(seconds=1))
        assert set(rows(store).values()) == {0}
