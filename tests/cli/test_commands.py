"""The command line: what it prints for people and for programs, and how it fails."""

from __future__ import annotations

import json
from collections.abc import Iterable

import pytest

from bot.outcomes import ASPECTS, Outcome

ASK = "làm giấy khai sinh cho con cần giấy tờ gì"
BIRTH = "dang-ky-khai-sinh"


@pytest.fixture(autouse=True)
def loaded(service) -> None:
    """The service of the session answers, so no command has to load its own."""


def lines(*items: object) -> str:
    return "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items)


def read(out: str) -> list[dict]:
    return [json.loads(line) for line in out.splitlines()]


def one_line_error(result) -> str:
    """Exit 1 and a single Vietnamese line, no traceback."""
    assert result.code == 1, result
    text = result.err.strip()
    assert "Traceback" not in text and "Error" not in text
    assert len(text.splitlines()) == 1, text
    assert text.startswith("Lỗi:")
    return text


# --- search -----------------------------------------------------------------------------------------------------------


def test_search_for_programs(motcua, service) -> None:
    result = motcua("search", "--jsonl", given=lines({"id": 1, "text": ASK}, {"id": "b", "text": "lam lai can cuoc"}, {"id": None, "text": "👍"}))
    assert result.code == 0
    found = read(result.out)
    assert [item["id"] for item in found] == [1, "b", None]
    assert all(set(item) == {"id", "results"} for item in found)
    first = found[0]["results"]
    assert first[0]["file"] == BIRTH
    assert first[0]["code"] == service.book.procedures[BIRTH].id
    assert len(first) == 10
    assert [hit["score"] for hit in first] == sorted((hit["score"] for hit in first), reverse=True)
    assert all(set(hit) == {"code", "file", "score"} and hit["file"] in service.book.procedures for hit in first)
    assert found[2]["results"] == []


def test_a_procedure_without_code_is_named_by_its_file(motcua, service) -> None:
    bare = next((item for item in service.book.procedures.values() if item.code is None), None)
    if bare is None:
        pytest.skip("every procedure has a code")
    result = motcua("search", "--jsonl", given=lines({"id": 1, "text": bare.name}))
    assert f"file:{bare.stem}" in [hit["code"] for hit in read(result.out)[0]["results"]]


def test_search_for_people(motcua, service) -> None:
    result = motcua("search", *ASK.split())
    assert result.code == 0
    first = result.out.splitlines()[0]
    assert service.book.procedures[BIRTH].id in first
    assert service.book.procedures[BIRTH].title in first


def test_fields_that_are_missing_are_empty_ones(motcua) -> None:
    result = motcua("search", "--jsonl", given='{"text": "khai sinh"}\n\n{"id": 2}\n')
    assert [item["id"] for item in read(result.out)] == [None, 2]


# --- ask --------------------------------------------------------------------------------------------------------------


def check_turn(turn: dict) -> None:
    assert set(turn) >= {"outcome", "codes", "aspects", "topic", "text", "buttons", "latency_ms"}
    assert turn["outcome"] in set(Outcome)
    assert set(turn["aspects"]) <= ASPECTS
    assert isinstance(turn["topic"], str) and turn["text"]
    assert all(set(button) == {"title", "payload"} for button in turn["buttons"])
    assert turn["latency_ms"] >= 0


def ask(motcua, *conversations: Iterable[str]) -> list[list[dict]]:
    given = lines(*({"id": number, "turns": [{"text": text} for text in turns]} for number, turns in enumerate(conversations)))
    result = motcua("ask", "--direct", "--jsonl", given=given)
    assert result.code == 0, result
    answered = read(result.out)
    assert [item["id"] for item in answered] == list(range(len(conversations)))
    for item in answered:
        assert set(item) == {"id", "turns"}
        for turn in item["turns"]:
            check_turn(turn)
    return [item["turns"] for item in answered]


def test_ask_for_programs(motcua, service) -> None:
    code = service.book.procedures[BIRTH].id
    first, second, third = ask(motcua, [ASK, "lệ phí?"], ["lệ phí?"], ["phường làm việc mấy giờ", "giá vàng hôm nay", "xin chào"])
    assert [(turn["codes"], turn["aspects"]) for turn in first] == [([code], ["documents"]), ([code], ["fee"])]
    assert second[0]["outcome"] == "clarify", "each line is a conversation of its own"
    assert third[0]["topic"] == "hours"
    assert [turn["outcome"] for turn in third] == ["info", "out_of_scope", "chitchat"]


def test_a_button_can_be_tapped_by_title_or_payload(motcua, service) -> None:
    code = service.book.procedures[BIRTH].id
    by_title, by_payload = ask(motcua, [ASK, "▸Lệ phí"], [ASK, f"▸kc:time:{code}"])
    assert by_title[1]["aspects"] == ["fee"]
    assert by_payload[1]["aspects"] == ["time"]


def test_strange_conversations_are_answered_too(motcua) -> None:
    ask(motcua, [], ["👍"], ["x" * 3000], ["<b>x</b>", "/restart"])
    result = motcua("ask", "--direct", "--jsonl", given='{"id": 1}\n{"id": 2, "turns": ["x", {"text": "xin chào"}, {}]}\n')
    assert result.code == 0
    assert [len(item["turns"]) for item in read(result.out)] == [0, 2]


def test_ask_for_people_shows_text_and_buttons(motcua, service) -> None:
    result = motcua("ask", "--direct", ASK)
    assert result.code == 0
    assert service.book.procedures[BIRTH].title in result.out
    assert "[Lệ phí]" in result.out


# --- what fails -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("given", "said"), [
    ('{"id": 1, "text": "a"}\n{"id": 2, "te\n', "dòng 2"), ("xin chào\n", "dòng 1"), ('\n\n["a"]\n', "dòng 3"), ('"a"\n', "dòng 1"), ("NaN\n", "dòng 1"),
])
@pytest.mark.parametrize("command", [("search", "--jsonl"), ("ask", "--direct", "--jsonl")])
def test_a_broken_line_is_named(motcua, command: tuple[str, ...], given: str, said: str) -> None:
    assert said in one_line_error(motcua(*command, given=given))


def test_lines_before_a_broken_one_are_answered(motcua) -> None:
    result = motcua("search", "--jsonl", given='{"id": 1, "text": "khai sinh"}\n{\n')
    assert [item["id"] for item in read(result.out)] == [1]
    assert result.code == 1


@pytest.mark.parametrize("direct", [("--direct",), ()], ids=["direct", "through Rasa"])
def test_an_unknown_file_is_named_before_anything_is_started(motcua, direct: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.evaluation.play.open_player", lambda *args, **options: pytest.fail("started for nothing"))
    assert "khong-co.jsonl" in one_line_error(motcua("eval", *direct, "khong-co.jsonl"))


def test_a_file_of_another_kind_is_named(motcua, tmp_path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b"\xff\xfe\x00")
    one_line_error(motcua("eval", "--direct", str(tmp_path / "a.jsonl")))
    one_line_error(motcua("eval", "--direct", str(tmp_path)))


def test_a_setting_that_cannot_be_used_is_named(motcua) -> None:
    assert "PORT" in one_line_error(motcua("report", PORT="abc"))


def test_brackets_in_an_error_are_no_markup(motcua, monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.errors import StoreError

    def fail(url: str) -> None:
        raise StoreError("không mở được [red]/kho[/x]/a.db")

    monkeypatch.setattr("bot.store.open_store", fail)
    assert "[red]/kho[/x]/a.db" in one_line_error(motcua("report"))


def test_a_database_that_cannot_be_opened_is_named(motcua, tmp_path) -> None:
    (tmp_path / "file").write_text("x", "utf-8")
    one_line_error(motcua("report", DATABASE_URL=f"sqlite:///{tmp_path / 'file' / 'motcua.db'}"))
    one_line_error(motcua("report", DATABASE_URL="mysql://x"))


def test_a_report_on_an_empty_database_says_that_nothing_was_rated(motcua) -> None:
    result = motcua("report")
    assert result.code == 0
    assert "chưa có lượt đánh giá" in result.out


@pytest.mark.parametrize("arguments", [("khong-co",), ("search", "--khong-co"), ("report", "--days", "0"), ("report", "--days", "x"), ("eval",)])
def test_a_wrong_command_is_refused_without_a_traceback(motcua, arguments: tuple[str, ...]) -> None:
    assert "motcua --help" in one_line_error(motcua(*arguments))


def test_no_command_at_all_shows_the_help(motcua) -> None:
    result = motcua()
    assert "search" in result.out
    assert "Lỗi" not in result.err


def test_help_lists_every_command(motcua) -> None:
    result = motcua("--help")
    assert result.code == 0
    for name in ("run", "ask", "search", "check", "train", "eval", "report"):
        assert name in result.out
