"""Fees and time limits as lines of text. Nothing here adds a fact of its own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from bot.answers.calendar import due_date
from bot.answers.texts import text
from bot.knowledge.types import Cases, Fee, Procedure, TimeLimit, TimeUnit, Ward
from bot.text.money import format_date, format_vnd

ITEM = "• "

Lines = list[str]


def lower_first(sentence: str) -> str:
    """For use inside a sentence; a word in capitals (HĐND) stays."""
    return sentence if sentence[:2].isupper() else sentence[:1].lower() + sentence[1:]


def capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def when_case(procedure: Procedure, key: str | None) -> str:
    case = procedure.case(key)
    return case.name if case else ""


def fee_value(fee: Fee) -> str:
    if fee.amount_vnd is not None:
        value = format_vnd(fee.amount_vnd)
        unit = (fee.unit or "").removeprefix("đồng/")
        return f"{value}/{unit}" if unit and fee.amount_vnd else value
    return "theo mức của HĐND tỉnh, phường chưa công bố số tiền" if fee.provincial else text("unknown_value")


def _fee_line(procedure: Procedure, fee: Fee) -> str:
    parts = []
    if fee.case:
        parts.append(when_case(procedure, fee.case))
    if fee.channel:
        parts.append(f"nộp {fee.channel.value}")
    lead = ", ".join(parts)
    line = f"{capital(lead)}: {fee_value(fee)}" if lead else capital(fee_value(fee))
    if fee.valid_to:
        line += f" (đến hết {format_date(fee.valid_to)})"
    return f"{line}. {fee.note}" if fee.note else line


def current_fees(procedure: Procedure, cases: Cases, today: date) -> list[Fee]:
    """Fees in force on `today`: those of the cases, or all when none is chosen."""
    rows = [
        fee for fee in procedure.fees
        if (fee.valid_from is None or fee.valid_from <= today) and (fee.valid_to is None or today <= fee.valid_to)
    ]
    own = [fee for fee in rows if fee.case in cases]
    return own or [fee for fee in rows if not cases or fee.case is None]


def fee_lines(procedure: Procedure, ward: Ward | None, cases: Cases, today: date) -> Lines:
    rows = current_fees(procedure, cases, today)
    lines = [_fee_line(procedure, fee) for fee in rows]
    if len(lines) == 1:
        lines = [f"Lệ phí: {lower_first(lines[0])}"]
    elif lines:
        lines = ["Lệ phí:"] + [ITEM + line for line in lines]
    else:
        lines = [f"Lệ phí: {text('unknown_value')}."]
    if procedure.payment.note and procedure.payment.available:
        lines.append(procedure.payment.note)
    return lines


def time_value(limit: TimeLimit) -> str:
    if limit.unit is TimeUnit.SAME_DAY:
        return "trong ngày"
    if limit.amount is None or limit.unit is None:
        return text("unknown_value")
    return f"{limit.amount} {limit.unit.value}"


def _time_line(procedure: Procedure, limit: TimeLimit) -> str:
    parts = []
    if limit.case:
        parts.append(when_case(procedure, limit.case))
    if limit.channel:
        parts.append(f"nộp {limit.channel.value}")
    lead = ", ".join(parts)
    line = f"{capital(lead)}: {time_value(limit)}" if lead else capital(time_value(limit))
    return f"{line}. {limit.note}" if limit.note else line


def current_times(procedure: Procedure, cases: Cases) -> list[TimeLimit]:
    """Time limits of the cases, or all when none is chosen."""
    own = [limit for limit in procedure.time_limits if limit.case in cases]
    return own or [limit for limit in procedure.time_limits if not cases or limit.case is None]


def due_line(procedure: Procedure, ward: Ward | None, cases: Cases, today: date) -> str:
    """"Nộp hôm nay (24/11/2026) thì chậm nhất 27/11/2026 có kết quả": only where one limit holds, longer than a day."""
    limits = current_times(procedure, cases)
    if len(limits) != 1 or limits[0].unit in (TimeUnit.SAME_DAY, TimeUnit.HOUR):
        return ""
    due = due_date(limits[0], today, ward.closed_days if ward else ())
    return text("due", today=format_date(today), due=format_date(due)) if due else ""


def time_lines(procedure: Procedure, ward: Ward | None, cases: Cases, today: date) -> Lines:
    lines = [_time_line(procedure, limit) for limit in current_times(procedure, cases)]
    if len(lines) == 1:
        lines = [f"Thời gian giải quyết: {lower_first(lines[0])}"]
    elif lines:
        lines = ["Thời gian giải quyết:"] + [ITEM + line for line in lines]
    else:
        lines = [f"Thời gian giải quyết: {text('unknown_value')}."]
    if due := due_line(procedure, ward, cases, today):
        lines.append(due)
    if procedure.citizen_deadline:
        lines.append(f"Hạn phải làm: {lower_first(procedure.citizen_deadline)}")
    return lines


def distinct(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))


def short(values: list[str], most: int = 3) -> str:
    return "; ".join(values[:most]) + ("; … " if len(values) > most else ".")


def time_short(procedure: Procedure, limit: TimeLimit) -> str:
    lead = when_case(procedure, limit.case) or (f"nộp {limit.channel.value}" if limit.channel else "")
    return f"{lower_first(lead)}: {time_value(limit)}" if lead else time_value(limit)


def fee_short(procedure: Procedure, fee: Fee) -> str:
    lead = ", ".join(part for part in (lower_first(when_case(procedure, fee.case)),
                                       f"nộp {fee.channel.value}" if fee.channel else "") if part)
    return f"{lead}: {fee_value(fee)}" if lead else fee_value(fee)
