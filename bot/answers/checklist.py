"""The citizen's own list: one to three tap questions about their case, then papers, days, fee and place to keep."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.answers.amounts import ITEM, current_fees, current_times, distinct, fee_value, lower_first, time_value
from bot.answers.payloads import Payload
from bot.answers.render import document_line, in_cases, office_name, source_line
from bot.answers.reply import BUTTON_PAYLOAD_BYTES, Button, Card, Reply
from bot.answers.texts import text
from bot.knowledge.types import Case, Cases, Procedure, Ward
from bot.outcomes import Outcome
from bot.text.money import format_date

MAX_QUESTIONS = 3
MAX_CASES_ASKED = 8
START = "?"
NONE = "-"
AWAITING = "cases:"


def next_question(procedure: Procedure, cases: Cases, asked: int) -> Sequence[Case]:
    """The cases to choose from next; empty when the list can be made.

    Each group of cases that exclude each other is one question; then come the cases that stand alone, as long as
    some are left.

    Args:
        cases: what has been chosen.
        asked: how many questions have been answered.
    """
    if asked >= MAX_QUESTIONS:
        return ()
    groups = list(dict.fromkeys(case.group for case in procedure.cases if case.group))
    if asked < len(groups):
        return [case for case in procedure.cases if case.group == groups[asked]]
    return [case for case in procedure.cases if not case.group and case.key not in cases][:MAX_CASES_ASKED]


def answered(awaiting: str | None) -> int | None:
    """How many questions have been answered, from what the conversation waits for; None when it asks for no case."""
    return int(awaiting.removeprefix(AWAITING)) if awaiting and awaiting.startswith(AWAITING) else None


def after_none(procedure: Procedure, asked: int) -> int:
    """How many questions count as answered when "none of these" is tapped: of the cases that stand alone, all."""
    groups = {case.group for case in procedure.cases if case.group}
    return asked + 1 if asked < len(groups) else MAX_QUESTIONS


def question(procedure: Procedure, offered: Sequence[Case], asked: int) -> Reply:
    """"Which of these is yours?" with a button each, and one for none."""
    lead = text("case_question") if asked == 0 else text("case_question_more")
    lines = [procedure.title, lead] + [f"{ITEM}{case.name}" for case in offered]
    buttons = [Button(case.button, str(Payload("th", case.key, procedure.id))) for case in offered]
    none = Button("Không có" if asked == 0 else "Hết rồi, xem ngay", str(Payload("th", NONE, procedure.id)))
    return Reply(
        text="\n".join(lines), outcome=Outcome.CLARIFY, codes=(procedure.id,), title=procedure.title, buttons=(*buttons, none)
    )


def checklist(procedure: Procedure, ward: Ward | None, today: date, cases: Cases = ()) -> Card:
    """The whole list for these cases, to copy, share, print and open again."""
    lines = [f"☐ {document_line(document)}" for document in procedure.documents if in_cases(document.case, cases)]
    extra = [document for document in procedure.documents if document.case is not None and not cases]
    if extra:
        lines.append("Tùy trường hợp:")
        lines += [f"☐ {document_line(document)}" for document in extra]
    if procedure.documents_note:
        lines.append(f"Lưu ý: {procedure.documents_note}")
    lines.append("Thời gian: " + "; ".join(distinct(time_value(row) for row in current_times(procedure, cases))))
    lines.append("Lệ phí: " + "; ".join(distinct(fee_value(row) for row in current_fees(procedure, cases, today))))
    lines.append("Nơi nộp: " + "; ".join(office_name(place, ward) for place in procedure.places))
    lines.append(f"In ngày {format_date(today)}. {source_line(procedure)}")
    heading = text("checklist", name=title(procedure, cases))
    return Card(heading, tuple(lines), procedure.online.link or "", reopen(procedure, cases))


def title(procedure: Procedure, cases: Cases) -> str:
    """"Đăng ký khai sinh – quá hạn"."""
    names = [lower_first(case.name) for case in procedure.cases_of(cases)]
    return f"{procedure.title} – {', '.join(names)}" if names else procedure.title


def reopen(procedure: Procedure, cases: Cases) -> str:
    """The payload that opens this list again; empty when it would be too long for a tap."""
    payload = str(Payload("ds", ".".join(cases) or NONE, procedure.id))
    return payload if len(payload.encode()) <= BUTTON_PAYLOAD_BYTES else ""


def cases_in(value: str, procedure: Procedure) -> Cases:
    """The cases of a reopened list; those that the file no longer has are left out."""
    return tuple(case.key for case in procedure.cases_of(tuple(value.split("."))))
