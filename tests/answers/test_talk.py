"""Everything said that is no question about a procedure: danger, fraud, insults, complaints, ratings, erasing."""

from __future__ import annotations

import pytest

from bot.outcomes import Outcome
from bot.text.fold import fold

ASK = "làm giấy khai sinh cho con cần giấy tờ gì"


@pytest.mark.parametrize("message", ["tôi muốn chết", "toi khong muon song nua", "chồng tôi đánh tôi"])
def test_distress_gets_calm_words_and_emergency_numbers(talk, message: str) -> None:
    reply = talk.say(message)
    assert reply.outcome is Outcome.CHITCHAT
    for number in talk.service.book.ward.emergency:
        assert number.number in reply.text
    assert "thủ tục" not in reply.text


def test_distress_is_heard_in_the_middle_of_something_else(talk) -> None:
    assert "113" in talk.say(ASK, "▸lam:rate", "tôi muốn chết").text


@pytest.mark.parametrize("message", [
    "có người xưng công an gọi bắt cài vneid qua link lạ", "ho bao toi doc ma otp", "bắt chuyển tiền để làm căn cước có phải lừa đảo không",
])
def test_a_scam_is_warned_of(talk, message: str) -> None:
    reply = talk.say(message)
    assert reply.outcome is Outcome.CHITCHAT
    assert "lừa đảo" in reply.text
    assert "OTP" in reply.text


@pytest.mark.parametrize("message", ["đồ ngu", "bot ngu qua", "vô dụng"])
def test_an_insult_gets_an_apology_and_a_way_to_a_person(talk, message: str) -> None:
    reply = talk.say(message)
    assert reply.outcome is Outcome.CHITCHAT
    assert "xin lỗi" in reply.text
    assert "gặp cán bộ" in reply.text


@pytest.mark.parametrize("message", ["giá vàng hôm nay bao nhiêu", "thời tiết ngày mai", "kể chuyện cười đi"])
def test_what_is_no_business_of_the_ward_is_said_to_be_so(talk, message: str) -> None:
    reply = talk.say(message)
    assert reply.outcome in (Outcome.OUT_OF_SCOPE, Outcome.CHITCHAT)
    assert reply.codes == ()


def test_a_bare_follow_up_after_something_foreign_stays_foreign(talk) -> None:
    assert talk.say("giá vàng hôm nay bao nhiêu", "bao nhiêu tiền").outcome is Outcome.OUT_OF_SCOPE


def test_what_is_not_found_is_kept_for_the_staff(talk) -> None:
    reply = talk.say("xin giấy phép nuôi voi trong chung cư")
    if reply.outcome is Outcome.OUT_OF_SCOPE and not reply.codes:
        assert "unanswered" in reply.flags
    assert talk.say("qwertyuiop asdfghjkl").flags == ("unanswered",)


@pytest.mark.parametrize(("message", "outcome"), [
    ("cảm ơn", Outcome.CHITCHAT), ("cam on nhieu nha", Outcome.CHITCHAT), ("tạm biệt", Outcome.CHITCHAT), ("alo", Outcome.CHITCHAT),
    ("bạn là ai", Outcome.CHITCHAT), ("gặp cán bộ", Outcome.HUMAN), ("cho tôi gặp người thật", Outcome.HUMAN),
    ("tôi muốn phản ánh", Outcome.PETITION), ("tôi muốn đánh giá", Outcome.FEEDBACK), ("xóa dữ liệu của tôi", Outcome.FEEDBACK),
])
def test_talk_keeps_the_procedure_in_hand(talk, message: str, outcome: Outcome) -> None:
    talk.say(ASK)
    assert talk.say(message).outcome is outcome
    assert talk.state.procedure == "dang-ky-khai-sinh"


def test_the_bot_says_that_it_is_a_machine_and_what_is_kept(talk) -> None:
    reply = talk.say("bạn là người hay máy")
    assert "máy" in reply.text
    assert str(talk.service.book.ward.privacy_days) in reply.text


def test_a_person_can_be_asked_for_and_unknown_numbers_are_not_made_up(talk) -> None:
    reply = talk.say("gặp cán bộ")
    ward = talk.service.book.ward
    assert ward.offices[0].name in reply.text
    if not (ward.phone or ward.offices[0].phone):
        assert "chưa công bố" in reply.text


@pytest.mark.parametrize(("message", "topic"), [
    ("phường làm việc mấy giờ", "hours"), ("dia chi phuong o dau", "address"), ("số điện thoại phường", "contact"),
    ("SIPAS là gì", "sipas"), ("một cửa là gì", "one_stop"),
])
def test_questions_about_the_ward(talk, message: str, topic: str) -> None:
    reply = talk.say(message)
    assert (reply.outcome, reply.topic) == (Outcome.INFO, topic)


# --- complaints, ratings, erasing -----------------------------------------------------------------------------------


def test_a_complaint_is_taken_down(talk) -> None:
    assert talk.say("tôi muốn phản ánh").outcome is Outcome.PETITION
    noted = talk.say("đường trước nhà ngập nước cả tuần")
    assert (noted.outcome, noted.flags) == (Outcome.PETITION, ("petition",))
    assert talk.state.awaiting is None


def test_a_question_instead_of_the_complaint_is_answered(talk) -> None:
    talk.say("tôi muốn phản ánh")
    assert talk.say("mà này, làm giấy khai sinh cho con cần giấy tờ gì?").outcome is Outcome.ANSWER
    assert talk.state.awaiting is None


@pytest.mark.parametrize(("said", "stars"), [
    ("5", 5), ("▸sao:4", 4), ("3 sao", 3), ("cho 2 điểm", 2), ("1/5", 1), ("5 sao nhé, phục vụ rất tốt", 5),
])
def test_stars_are_taken_when_asked_for(talk, said: str, stars: int) -> None:
    talk.say("▸lam:rate")
    assert talk.payloads == [f"sao:{number}" for number in range(1, 6)]
    assert talk.say(said).flags == (f"rating:{stars}",)
    assert talk.say("cán bộ rất nhiệt tình").flags == ("rating_comment",)
    assert talk.state.awaiting is None


@pytest.mark.parametrize("message", [
    "khai sinh cho 2 con cần gì?", "tôi có 3 đứa con muốn làm giấy khai sinh thì cần giấy tờ gì", "10", "6", "0",
])
def test_a_number_in_something_else_is_no_rating(talk, message: str) -> None:
    talk.say("▸lam:rate")
    assert not [flag for flag in talk.say(message).flags if flag.startswith("rating")]


def test_a_number_that_is_no_star_is_asked_again(talk) -> None:
    talk.say("▸lam:rate")
    assert talk.say("10").outcome is Outcome.FEEDBACK
    assert talk.say("4").flags == ("rating:4",)


def test_stars_named_at_once_are_taken_and_other_numbers_are_not(talk, new_talk) -> None:
    assert talk.say("tôi chấm 5 sao").flags == ("rating:5",)
    asked = new_talk()
    assert asked.say("tôi muốn đánh giá, hôm qua tôi phải chờ 3 tiếng").flags == ()
    assert asked.state.awaiting == "stars"


def test_words_after_the_stars_can_be_left_out(talk) -> None:
    talk.say("▸lam:rate", "▸sao:5")
    assert talk.say("▸lam:skip").outcome is Outcome.FEEDBACK
    assert talk.state.awaiting is None


def test_why_an_answer_did_not_help(talk) -> None:
    talk.say(ASK)
    asked = talk.say("▸lam:helpful_no")
    assert asked.outcome is Outcome.FEEDBACK
    assert all(payload.startswith("ly:") for payload in talk.payloads)
    assert talk.say(f"▸{talk.payloads[0]}").flags == (f"reason:{'sai'}",)


def test_the_reason_can_be_typed(talk) -> None:
    assert talk.say(ASK, "▸lam:helpful_no", "viết khó hiểu quá").flags == ("reason",)


@pytest.mark.parametrize("yes", ["có", "đồng ý", "xóa đi", "ok", "chắc chắn", "vâng ạ", "▸lam:erase"])
def test_erasing_is_confirmed_first(talk, yes: str) -> None:
    asked = talk.say(ASK, "xóa dữ liệu của tôi")
    assert asked.flags == ()
    assert talk.payloads == ["lam:erase", "lam:keep"]
    assert talk.say(yes).flags == ("erase",)
    assert talk.state.procedure is None, "nothing is remembered"


@pytest.mark.parametrize("no", ["không", "thôi", "▸lam:keep", "giữ lại"])
def test_erasing_can_be_declined(talk, no: str) -> None:
    talk.say("xóa dữ liệu của tôi")
    assert talk.say(no).flags == ()
    assert "erase" not in talk.say("có").flags, "a later yes is about something else"


def test_what_was_asked_for_is_forgotten_once_something_else_was_said(talk, new_talk) -> None:
    assert "erase" not in talk.say("xóa dữ liệu của tôi", "xin chào", "có").flags
    assert new_talk().say("▸lam:rate", "xin chào", "5").flags == ()


@pytest.mark.parametrize("question", ["có nộp khai sinh online được không", "có phải đóng tiền không?", "xóa đăng ký tạm trú thì cần giấy tờ gì"])
def test_a_question_is_no_consent_to_erasing(talk, question: str) -> None:
    talk.say("xóa dữ liệu của tôi")
    assert "erase" not in talk.say(question).flags
    assert "erase" not in talk.say("có").flags


def test_rasas_reading_is_used_when_it_is_sure(talk, new_talk) -> None:
    assert talk.say("ờ", intent="human", confidence=0.9).outcome is Outcome.HUMAN
    assert new_talk().say(ASK, intent="human", confidence=0.9).outcome is Outcome.ANSWER, "the search is surer"
    assert new_talk().say("qwerty", intent="human", confidence=0.2).outcome is not Outcome.HUMAN


def test_fixed_sentences_are_all_used_and_fit_a_message() -> None:
    from pathlib import Path

    from bot.answers.reply import TEXT_CHARS
    from bot.answers.texts import all_texts

    root = Path(__file__).resolve().parents[2]
    code = "\n".join(path.read_text("utf-8") for path in (root / "bot").rglob("*.py"))
    for key, sentence in all_texts().items():
        assert len(sentence) <= TEXT_CHARS, key
        assert fold(sentence), key
        assert f'"{key}"' in code or f"'{key}'" in code, f"nobody says “{key}”"
