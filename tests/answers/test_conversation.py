"""A conversation as a citizen would expect it, on the ward's own knowledge and the trained search."""

from __future__ import annotations

import pytest

from bot.answers.state import State
from bot.outcomes import Aspect, Outcome
from bot.text.fold import fold

BIRTH = "dang-ky-khai-sinh"
COPY = "sao-y-ban-chinh"
ASK_BIRTH = "làm giấy khai sinh cho con cần giấy tờ gì"
ASK_COPY = "chứng thực sao y bản chính bao nhiêu tiền"


def test_greets_once_with_examples_and_then_shortly(talk) -> None:
    first = talk.say("xin chào")
    assert first.outcome is Outcome.CHITCHAT
    assert talk.service.book.ward.name in first.text
    assert first.text.count("• ") >= 3
    again = talk.say("xin chào")
    assert again.outcome is Outcome.CHITCHAT
    assert len(again.text) < len(first.text) / 2


@pytest.mark.parametrize("accents", [True, False])
def test_answers_the_side_asked_first_and_offers_the_others(talk, accents: bool) -> None:
    reply = talk.say(ASK_BIRTH if accents else fold(ASK_BIRTH))
    assert (reply.outcome, reply.codes, reply.aspects) == (Outcome.ANSWER, (talk.id(BIRTH),), (Aspect.DOCUMENTS,))
    code = talk.id(BIRTH)
    assert f"kc:fee:{code}" in talk.payloads
    assert f"kc:documents:{code}" not in talk.payloads
    assert reply.ask_feedback
    assert reply.source


def test_a_procedure_named_without_a_side_gets_an_overview(talk) -> None:
    reply = talk.say("đăng ký khai sinh cho con")
    assert reply.codes == (talk.id(BIRTH),)
    assert Aspect.OVERVIEW in reply.aspects
    for line in ("Giấy tờ", "Thời gian", "Lệ phí", "Nơi nộp"):
        assert line in reply.text


@pytest.mark.parametrize(("follow_up", "aspect"), [
    ("lệ phí?", Aspect.FEE), ("bao nhiêu tiền vậy", Aspect.FEE), ("le phi bn", Aspect.FEE), ("thế còn online?", Aspect.ONLINE),
    ("mấy ngày có", Aspect.TIME), ("bao lâu", Aspect.TIME), ("nộp ở đâu", Aspect.PLACE), ("o dau v", Aspect.PLACE),
    ("các bước ra sao", Aspect.STEPS), ("còn giấy tờ thì sao", Aspect.DOCUMENTS),
])
def test_a_follow_up_stays_with_the_procedure_in_hand(talk, follow_up: str, aspect: Aspect) -> None:
    reply = talk.say(ASK_BIRTH, follow_up)
    assert reply.codes == (talk.id(BIRTH),)
    assert aspect in reply.aspects


def test_a_new_procedure_switches_and_going_back_returns(talk) -> None:
    assert talk.say(ASK_BIRTH, ASK_COPY).codes == (talk.id(COPY),)
    assert talk.say("mấy ngày có").codes == (talk.id(COPY),)
    back = talk.say("quay lại thủ tục trước")
    assert back.codes == (talk.id(BIRTH),)
    assert talk.say("lệ phí?").codes == (talk.id(BIRTH),)


def test_going_back_from_the_first_says_there_is_nothing(talk) -> None:
    assert talk.say(ASK_BIRTH, "quay lại thủ tục trước").outcome is Outcome.CLARIFY
    assert talk.state.procedure == BIRTH, "and the procedure in hand stays"


@pytest.mark.parametrize("words", ["không phải, ý tôi là {}", "nhầm rồi, tôi hỏi {}", "khong phai, y toi la {}", "ý mình là {}"])
def test_a_correction_is_followed(talk, words: str) -> None:
    reply = talk.say(ASK_BIRTH, words.format("sao y bản chính giấy tờ"))
    assert talk.id(COPY) in reply.codes
    assert talk.id(BIRTH) not in reply.codes


def test_a_plain_no_apologizes_and_forgets_the_procedure(talk) -> None:
    reply = talk.say(ASK_BIRTH, "không phải")
    assert reply.outcome is Outcome.CLARIFY
    assert talk.state.procedure is None


def test_a_side_alone_at_the_start_asks_for_the_procedure(talk) -> None:
    reply = talk.say("lệ phí bao nhiêu")
    assert reply.outcome is Outcome.CLARIFY
    assert reply.codes == ()


def offered(talk) -> list[str]:
    """Codes of a list of choices: a whole field, or whatever message the ward's knowledge leaves unclear."""
    for message in ("hộ tịch", "hỏi về hộ tịch", "giấy tờ đất", "chứng thực", "giấy xác nhận", "trợ cấp", "đăng ký"):
        talk.state = State()
        if talk.say(message).outcome is Outcome.CLARIFY and len(talk.reply.codes) > 1:
            return list(talk.reply.codes)
    pytest.fail("no unclear message led to choices")


def test_choices_are_few_numbered_and_can_be_tapped(talk) -> None:
    codes = offered(talk)
    assert 2 <= len(codes) <= 4
    assert talk.payloads == [f"tt:{code}" for code in codes]
    assert all(f"{number}. " in talk.reply.text for number in range(1, len(codes) + 1))


@pytest.mark.parametrize("typed", ["2", "số 2", "so 2", "cái thứ hai", "chọn 2", "thứ nhì"])
def test_a_number_takes_that_choice(talk, typed: str) -> None:
    codes = offered(talk)
    assert talk.say(typed).codes == (codes[1],)


def test_a_number_beyond_the_list_is_not_taken(talk) -> None:
    codes = offered(talk)
    reply = talk.say("9")
    assert reply.codes != (codes[0],)
    assert reply.text


def test_the_side_asked_before_the_choice_is_answered_after_it(talk) -> None:
    codes = offered(talk)
    talk.state = State(choices=tuple(codes), aspects=("fee",))
    reply = talk.say(f"▸tt:{codes[0]}")
    assert reply.codes == (codes[0],)
    assert Aspect.FEE in reply.aspects


def test_denied_choices_are_not_shown_again(talk) -> None:
    shown = offered(talk) and talk.reply.text
    for _ in range(3):
        assert talk.say("không phải").text != shown
        assert len(talk.reply.codes) < 2


def test_two_questions_in_one_message_are_both_answered(talk) -> None:
    reply = talk.say("đăng ký khai sinh cho con cần gì? chứng thực sao y bản chính bao nhiêu tiền?")
    assert reply.codes == (talk.id(BIRTH), talk.id(COPY))
    for stem in (BIRTH, COPY):
        assert talk.service.book.procedures[stem].title in reply.text
    assert talk.payloads == [f"tt:{talk.id(BIRTH)}", f"tt:{talk.id(COPY)}"]


def test_a_case_told_in_words_changes_the_answer(talk, new_talk) -> None:
    plain = talk.say("làm giấy khai sinh cho con hết bao nhiêu tiền")
    late = new_talk().say("làm giấy khai sinh quá hạn cho con hết bao nhiêu tiền")
    assert plain.codes == late.codes == (talk.id(BIRTH),)
    case = talk.service.book.procedures[BIRTH].case("qua-han")
    assert fold(case.name) in fold(late.text)
    assert late.text != plain.text


def test_a_case_told_later_stays_for_the_next_question(talk) -> None:
    talk.say(ASK_BIRTH, "quá hạn rồi thì sao")
    assert talk.state.cases == ("qua-han",)
    talk.say("lệ phí?")
    assert (talk.state.procedure, talk.state.cases) == (BIRTH, ("qua-han",))
    talk.say(ASK_COPY)
    assert talk.state.cases == (), "another procedure does not inherit it"


def test_similar_words_with_other_accents_are_no_sign(talk) -> None:
    """“muốn” is not “muộn”, a sign of being late."""
    talk.say(ASK_BIRTH, "tôi muốn biết lệ phí")
    assert talk.state.cases == ()


def test_more_and_again(talk) -> None:
    talk.say(ASK_BIRTH)
    more = talk.say("nói rõ hơn")
    assert Aspect.STEPS in more.aspects
    assert talk.say("nhắc lại").text == more.text


def test_facts_are_those_of_the_record(talk) -> None:
    reply = talk.say("lệ phí sao y bản chính")
    amounts = [fee.amount_vnd for fee in talk.service.book.procedures[COPY].fees if fee.amount_vnd]
    assert amounts, "the record names an amount"
    assert all(f"{amount:,}".replace(",", ".") in reply.text for amount in amounts)


@pytest.mark.parametrize("message", ["", "👍👍", "中文", "?!", "\u200b", "x" * 2000, "a " * 900, "<script>alert(1)</script>", "/restart", "{{7*7}}", "\\n"])
def test_any_message_gets_a_reply(talk, message: str) -> None:
    reply = talk.say(ASK_BIRTH, message)
    assert reply.text.strip()
    assert "<script" not in reply.text
    assert "49" not in reply.text or message != "{{7*7}}"
