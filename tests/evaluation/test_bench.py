"""The comparison of ways to search, on a few questions, and the growth of the index, on small sizes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.evaluation import growth as module
from bot.evaluation.bench import ROWS, bench, measure_row, questions_of
from bot.evaluation.growth import growth

BANK = Path(__file__).parents[1] / "search" / "bank" / "phia-bac.jsonl"


@pytest.fixture(scope="module")
def asked() -> list[tuple[str, tuple[str, ...]]]:
    items = [json.loads(line) for line in BANK.read_text("utf-8").splitlines()]
    return questions_of(items)[:60]


def test_only_first_questions_with_an_answer_count() -> None:
    turn = {"text": "a", "gold": ["1.001193"]}
    items = [
        {"turns": [turn, {"text": "b", "gold": ["1"]}]}, {"turns": [{"text": "c", "behaviour": "out_of_scope", "gold": []}]},
        {"turns": []}, {"turns": [{"text": "d", "behaviour": "answer", "gold": []}]},
    ]
    assert questions_of(items) == [("a", ("1.001193",))]


@pytest.mark.parametrize("name", ["ours", "ours without lexical", "bm25s, official records", "TF-IDF, our questions"])
def test_a_row_is_measured(name: str, asked: list) -> None:
    if name.startswith("bm25s"):
        pytest.importorskip("bm25s")
    row = measure_row(name, asked)
    assert row["n"] == len(asked)
    assert 0 < row["hit@1"] <= row["hit@3"] <= 1
    assert 0 < row["p50_ms"] <= row["p95_ms"]


def test_ours_is_ahead_of_its_peers(asked: list) -> None:
    ours, peer = measure_row("ours", asked), measure_row("TF-IDF, official records", asked)
    assert ours["hit@1"] > peer["hit@1"]


def test_each_row_has_its_own_process_and_a_missing_package_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    few = tmp_path / "few.jsonl"
    few.write_text("\n".join(BANK.read_text("utf-8").splitlines()[:12]), "utf-8")
    monkeypatch.setattr("bot.evaluation.bench.ROWS", {"TF-IDF, official records": ROWS["TF-IDF, official records"], "không có": None})
    good, bad = bench([few])
    assert good["n"] > 0
    assert bad["error"].startswith("KeyError")


def test_growth_compares_the_indexes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ASKED", 20)
    rows = growth(sizes=(500, 12_000))
    assert [(row["passages"], row["index"]) for row in rows] == [
        (500, "flat"), (500, "HNSW"), (12_000, "flat"), (12_000, "HNSW"), (12_000, "IVF")]
    assert all(row["recall@100"] == 1 for row in rows if row["index"] == "flat")
    assert all(0.3 < row["recall@100"] <= 1 and row["p50_ms"] > 0 for row in rows)
