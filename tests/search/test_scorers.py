"""The scorers on data small enough to work out by hand."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from bot.search.dense import Dense
from bot.search.features import MAX_TOKENS, Features, features_of
from bot.search.fuse import FUSION_FILE, LEXICAL_FLOOR, Fusion, fit_fusion
from bot.search.lexical import Lexical
from bot.text.abbreviations import Abbreviations

NONE = Abbreviations({}, {})
SHORT = Abbreviations({"ks": "khai sinh"}, {})


def of(text: str) -> Features:
    return features_of(text, NONE)


def test_features_are_syllables_and_pairs_without_accents() -> None:
    assert of("Khai sinh trễ").grams == ["khai", "sinh", "tre", "khai_sinh", "sinh_tre"]
    assert features_of("làm ks", SHORT).words == of("lam khai sinh").words
    assert of("👍").grams == [] == of("").accented_grams


def test_accents_are_a_second_view_only_when_they_are_typed() -> None:
    assert of("sao y bản chính").accented_grams == ["~sao", "~y", "~bản", "~chính", "~sao_y", "~y_bản", "~bản_chính"]
    assert of("sao y ban chinh").accented_grams == []
    assert set(of("bán").grams) == set(of("bản").grams)
    assert set(of("bán").accented_grams) != set(of("bản").accented_grams)


def test_a_long_story_keeps_its_beginning_and_its_end() -> None:
    words = of(" ".join(f"chu{number}" for number in range(500))).words
    assert len(words) == MAX_TOKENS
    assert len(of("đường " * 500).accented) == MAX_TOKENS
    assert (words[0], words[-1]) == ("chu0", "chu499")


# --- dense ------------------------------------------------------------------------------------------------------------


def unit(*similarities: float) -> np.ndarray:
    """Unit vectors whose inner product with (1, 0) is as given."""
    return np.array([[value, math.sqrt(1 - value * value)] for value in similarities], dtype=np.float32)


QUERY = np.array([1, 0], dtype=np.float32)


def test_a_target_scores_as_the_mean_of_its_three_nearest() -> None:
    owners = np.array([0, 0, 0, 0, 1], dtype=np.int32)
    scores = Dense(unit(1.0, 0.8, 0.6, 0.4, 0.9), owners, 2).scores(QUERY)
    assert scores == pytest.approx([(1.0 + 0.8 + 0.6) / 3, (0.9 + 0.4 + 0.4) / 3], abs=1e-6)


def test_the_order_of_passages_makes_no_difference() -> None:
    similarities, owners = [0.9, 0.1, 0.5, 0.7, 0.3, 0.2], [0, 1, 2, 1, 0, 2]
    forth = Dense(unit(*similarities), np.array(owners, dtype=np.int32), 3).scores(QUERY)
    back = Dense(unit(*similarities[::-1]), np.array(owners[::-1], dtype=np.int32), 3).scores(QUERY)
    assert forth == pytest.approx(back, abs=1e-6)


def test_a_text_without_known_words_is_like_nothing() -> None:
    dense = Dense(unit(1.0, 0.5), np.array([0, 1], dtype=np.int32), 2)
    assert dense.scores(np.zeros(2, dtype=np.float32)) == pytest.approx([0, 0])


def test_only_the_nearest_hundred_count() -> None:
    similarities = [1.0] * 100 + [0.0] * 50
    owners = np.array([0] * 100 + [1] * 50, dtype=np.int32)
    assert Dense(unit(*similarities), owners, 2).scores(QUERY) == pytest.approx([1.0, 1.0]), "the hundredth's similarity for the rest"


# --- lexical ----------------------------------------------------------------------------------------------------------


def idf(passages: int, holding: int) -> float:
    return math.log(1 + (passages - holding + 0.5) / (holding + 0.5))


def test_bm25_as_written_in_the_books() -> None:
    """All passages have three features, so a feature that occurs once weighs exactly its idf."""
    lexical = Lexical([of("khai sinh"), of("khai tử"), of("kết hôn")])
    assert lexical.scores(of("khai")) == pytest.approx([idf(3, 2), idf(3, 2), 0])
    assert lexical.scores(of("khai sinh")) == pytest.approx([idf(3, 2) + 2 * idf(3, 1), idf(3, 2), 0])
    assert lexical.scores(of("")) == pytest.approx([0, 0, 0])


def test_a_longer_passage_weighs_less_and_a_repeated_word_more() -> None:
    lexical = Lexical([of("khai sinh"), of("khai sinh cho con nhỏ ở quê ngoại xa xôi"), of("sinh sinh")])
    short, long, twice = lexical.scores(of("sinh"))
    assert twice > short > long > 0


def test_share_of_known_syllables() -> None:
    lexical = Lexical([of("khai sinh")])
    assert lexical.known_share(of("khai sinh bitcoin ethereum")) == 0.5
    assert lexical.known_share(of("bitcoin")) == 0
    assert lexical.known_share(of("")) == 0


# --- fusion -----------------------------------------------------------------------------------------------------------


def test_probabilities_by_hand() -> None:
    fusion = Fusion(dense=math.log(3), lexical=0)
    found = fusion.probabilities(np.array([1.0, 0.0]), np.array([9.0, 0.0]))
    assert found == pytest.approx([0.75, 0.25])
    large = Fusion(1000, 1000).probabilities(*[np.array([1.0, 0.0, 0.5])] * 2)
    assert large == pytest.approx([1, 0, 0]), "no overflow"


def test_fitting_trusts_the_scorer_that_is_right() -> None:
    rng = np.random.default_rng(3)
    labels = [int(rng.integers(4)) for _ in range(60)]
    rows = [(np.eye(4)[label] + rng.normal(0, 0.1, 4), rng.normal(0, 1, 4)) for label in labels]
    fusion = fit_fusion(rows, labels)
    assert fusion.dense > 5 > fusion.lexical >= LEXICAL_FLOOR, "names alone must always count"
    right = sum(int(fusion.probabilities(*row).argmax()) == label for row, label in zip(rows, labels, strict=True))
    assert right > 50


def test_weights_are_kept_and_a_broken_file_gives_the_defaults(tmp_path: Path) -> None:
    Fusion(1.5, 3.5).save(tmp_path)
    assert Fusion.load(tmp_path) == Fusion(1.5, 3.5)
    for broken in ("", "{", "[1]", '{"dense": 1, "lạ": 2}', "null"):
        (tmp_path / FUSION_FILE).write_text(broken, "utf-8")
        assert Fusion.load(tmp_path) == Fusion()
    assert Fusion.load(tmp_path / "khong-co") == Fusion()
