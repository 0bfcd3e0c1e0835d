"""Golden conversations, played through the real Rasa. The files are for staff to read and extend; see README.md here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.knowledge.read import read_book
from bot.text.fold import fold

FOLDER = Path(__file__).parent
KEYS = {"hỏi", "kết quả", "thủ tục", "mặt", "chủ đề", "có", "không có", "nút"}


def _conversations() -> list[Any]:
    found = []
    for path in sorted(FOLDER.glob("*.yml")):
        for entry in yaml.safe_load(path.read_text("utf-8")):
            turns = entry.get("lượt") or [entry]
            name = entry.get("tên") or entry["hỏi"]
            found.append(pytest.param(turns, id=f"{path.stem}: {name}"))
    assert len(found) >= 72, "the golden files are missing"
    return found


@pytest.fixture(scope="session")
def book(settings):
    return read_book(settings.knowledge_dir)


@pytest.mark.rasa
@pytest.mark.parametrize("turns", _conversations())
def test_conversation(turns, play, book) -> None:
    said = play([turn["hỏi"] for turn in turns])
    for number, (turn, reply) in enumerate(zip(turns, said, strict=True), 1):
        where = f"turn {number} “{turn['hỏi']}” → {reply['outcome']} {reply['codes']}: {reply['text'][:300]}"
        assert not set(turn) - KEYS - {"tên"}, f"unknown key in {turn}"
        assert reply["outcome"] == turn["kết quả"], where
        wanted = turn.get("thủ tục", [])
        wanted = [wanted] if isinstance(wanted, str) else wanted
        missing = {stem for stem in wanted if stem not in book.procedures}
        assert not missing, f"no such procedure file: {missing}"
        codes = [book.procedures[stem].id for stem in wanted]
        if turn["kết quả"] == "clarify":
            assert set(codes) <= set(reply["codes"]), where
        elif codes:
            assert reply["codes"] == codes, where
        assert set(turn.get("mặt", ())) <= set(reply["aspects"]), f"{where} {reply['aspects']}"
        if "chủ đề" in turn:
            assert reply["topic"] == turn["chủ đề"], where
        for fact in turn.get("có", ()):
            assert fold(str(fact)) in fold(reply["text"]), f"missing “{fact}” in {where}"
        for fact in turn.get("không có", ()):
            assert fold(str(fact)) not in fold(reply["text"]), f"“{fact}” must not be in {where}"
        titles = [button["title"] for button in reply["buttons"]]
        for title in turn.get("nút", ()):
            assert title in titles, f"{where} {titles}"
