"""The choice between one procedure, several alike, and nothing known."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.search.gate import GATE_FILE, KINDS, Gate, features, fit_gate
from bot.search.index import Found, Hit
from bot.search.passages import OUTSIDE


def found(*probabilities: float, similarity: float = 0.7, vagueness: float = -0.3, outside: float = 0.0, length: int = 8) -> Found:
    hits = [Hit(f"thu-tuc-{number}", value) for number, value in enumerate(probabilities)]
    return Found((*hits, Hit(OUTSIDE, outside)), 1.0, similarity, vagueness, length)


SPECIFIC = [found(0.9 - step / 100, 0.02, 0.01, similarity=0.7 + step / 200) for step in range(20)]
VAGUE = [found(0.4 - step / 200, 0.35, 0.2, vagueness=0.1 + step / 200) for step in range(20)]
STRANGE = [found(0.1, 0.05, 0.04, similarity=0.2 + step / 200, outside=0.3) for step in range(20)]


@pytest.fixture(scope="module")
def gate() -> Gate:
    kinds = [number for number in range(3) for _ in range(20)]
    return fit_gate([*SPECIFIC, *VAGUE, *STRANGE], kinds)


def test_kinds_are_told_apart_and_probabilities_sum_to_one(gate: Gate) -> None:
    for number, group in enumerate((SPECIFIC, VAGUE, STRANGE)):
        for item in group:
            reading = gate.read(item)
            values = [reading.specific, reading.vague, reading.outside]
            assert sum(values) == pytest.approx(1)
            assert values.index(max(values)) == number, KINDS[number]


def test_nothing_found_is_outside(gate: Gate) -> None:
    assert gate.read(Found((), 0.0, -1.0)).outside == 1.0


def test_every_result_gives_the_same_number_of_features() -> None:
    assert len({len(features(item)) for item in (found(), found(1.0), found(0.5, 0.5), *SPECIFIC[:2])}) == 1


def test_it_is_kept_and_a_broken_file_gives_none(gate: Gate, tmp_path: Path) -> None:
    gate.save(tmp_path)
    loaded = Gate.load(tmp_path)
    assert loaded is not None
    assert loaded.read(VAGUE[0]) == gate.read(VAGUE[0])
    for broken in ("", "{", "[]", '{"mean": 1}', "null"):
        (tmp_path / GATE_FILE).write_text(broken, "utf-8")
        assert Gate.load(tmp_path) is None
    assert Gate.load(tmp_path / "khong-co") is None
