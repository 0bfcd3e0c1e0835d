"""Which side of a procedure people ask about, in the words they use."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.answers.aspects import ASPECTS_FILE, MAX_ASPECTS, AspectWords, read_aspect_words, words_of
from bot.errors import KnowledgeError
from bot.knowledge.dictionary import read_abbreviations
from bot.outcomes import Aspect
from bot.text.fold import fold

ASKED = [
    ("làm khai sinh cần giấy tờ gì", ["documents"]),
    ("cần mang theo những gì", ["documents"]),
    ("hồ sơ gồm những gì vậy ạ", ["documents"]),
    ("chuẩn bị gì để đăng ký kết hôn", ["documents"]),
    ("phải mang theo giấy gì", ["documents"]),
    ("lệ phí bao nhiêu", ["fee"]),
    ("hết bao nhiêu tiền vậy", ["fee"]),
    ("có mất phí không", ["fee"]),
    ("sao y một bản giá bao nhiêu", ["fee"]),
    ("làm cái này có tốn tiền không", ["fee"]),
    ("bao lâu thì có", ["time"]),
    ("mấy ngày lấy được", ["time"]),
    ("khi nào có kết quả nhận", ["time"]),
    ("có lấy liền được không", ["time"]),
    ("thời gian giải quyết thế nào", ["time"]),
    ("nộp ở đâu", ["place"]),
    ("tới chỗ nào làm", ["place"]),
    ("làm ở phường nào", ["place"]),
    ("đi mô làm, ra đâu", ["place"]),
    ("nộp online được không", ["online"]),
    ("làm qua mạng được ko", ["online"]),
    ("có làm trên vneid được không", ["online"]),
    ("nộp qua dịch vụ công được không", ["online"]),
    ("các bước làm thế nào", ["steps"]),
    ("trình tự ra sao", ["steps"]),
    ("tải mẫu tờ khai", ["form"]),
    ("mẫu đơn lấy ở đâu", ["form"]),
    ("căn cứ luật nào", ["legal"]),
    ("theo nghị định nào vậy", ["legal"]),
    ("ai được hưởng trợ cấp", ["conditions"]),
    ("bao nhiêu tuổi thì làm được", ["conditions"]),
    ("quá hạn có bị phạt không", ["conditions"]),
    ("được hưởng bao nhiêu một tháng", ["result"]),
    ("được hỗ trợ bao nhiêu tiền", ["result"]),
    ("cần giấy tờ gì và bao nhiêu tiền", ["documents", "fee"]),
    ("bao nhiêu tiền, mấy ngày có", ["fee", "time"]),
    ("nộp ở đâu, lệ phí bao nhiêu, cần giấy gì", ["place", "fee", "documents"]),
]

NOT_ASKED = ["đăng ký khai sinh", "con tôi mới sinh hôm qua", "căn cước công dân", "xin chào", ""]


@pytest.fixture(scope="module")
def words(settings) -> AspectWords:
    return read_aspect_words(settings.knowledge_dir)


@pytest.fixture(scope="module")
def detect(settings, words: AspectWords):
    abbreviations = read_abbreviations(settings.knowledge_dir)
    return lambda message: words.detect(words_of(message, abbreviations))


@pytest.mark.parametrize(("message", "aspects"), ASKED)
def test_what_is_asked_is_found_in_the_order_asked(message: str, aspects: list[str], detect) -> None:
    found = detect(message)
    assert found[: len(aspects)] == aspects, found


@pytest.mark.parametrize(("message", "aspects"), ASKED)
def test_accents_make_no_difference(message: str, aspects: list[str], detect) -> None:
    assert detect(fold(message)) == detect(message)


@pytest.mark.parametrize("message", NOT_ASKED)
def test_a_name_alone_asks_for_no_side(message: str, detect) -> None:
    assert detect(message) == []


def test_no_more_than_three_sides_are_answered_at_once(detect) -> None:
    assert len(detect("cần giấy tờ gì, bao nhiêu tiền, mấy ngày, nộp ở đâu, online được không")) == MAX_ASPECTS


def test_content_is_what_is_left_without_asking_words(settings, words: AspectWords) -> None:
    assert words.content(["le", "phi", "bao", "nhieu", "a"]) == []
    assert "sinh" in words.content(["khai", "sinh", "can", "giay", "to", "gi"])
    assert words.content([]) == []
    assert words.content(["50k", "2026"]) == []


def write(folder: Path, text: str) -> Path:
    path = folder / ASPECTS_FILE
    path.parent.mkdir(parents=True)
    path.write_text(text, "utf-8")
    return folder


def test_a_weak_word_counts_only_where_nothing_clear_is_said(tmp_path: Path) -> None:
    words = read_aspect_words(write(tmp_path, "fee:\n  rõ: [lệ phí]\n  yếu: [tiền]\ntime:\n  rõ: [mấy ngày]\nchữ đệm: [ạ]\n"))
    assert words.detect(["tien", "a"]) == [Aspect.FEE]
    assert words.detect(["tien", "may", "ngay"]) == [Aspect.TIME]
    assert words.content(["tien", "a", "nha"]) == ["nha"]


@pytest.mark.parametrize("text", ["fee:\n\trõ: [x]", "", "- a\n"])
def test_a_file_that_cannot_be_used_is_named_with_its_line(tmp_path: Path, text: str) -> None:
    with pytest.raises(KnowledgeError, match=r"khia-canh\.yml:\d+: .+ → .+"):
        read_aspect_words(write(tmp_path, text))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match=r"khia-canh\.yml"):
        read_aspect_words(tmp_path)
