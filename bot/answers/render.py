"""From a record's fields to lines of text, one function an aspect. Nothing here adds a fact of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from bot.answers.amounts import (
    ITEM,
    Lines,
    current_fees,
    current_times,
    distinct,
    fee_lines,
    fee_short,
    lower_first,
    short,
    time_lines,
    time_short,
    when_case,
)
from bot.answers.texts import text
from bot.knowledge.types import Cases, Document, Level, Place, Procedure, Ward
from bot.outcomes import Aspect
from bot.text.money import format_date

MAX_OVERVIEW_DOCUMENTS = 5


def render_aspect(aspect: Aspect, procedure: Procedure, ward: Ward | None, cases: Cases, today: date) -> Lines:
    """Lines that answer one aspect of `procedure` for `cases` (empty: none chosen)."""
    return _RENDERERS[aspect](procedure, ward, cases, today)


def in_cases(row_case: str | None, cases: Cases) -> bool:
    """Whether a row of a file holds for a citizen in `cases`."""
    return row_case is None or row_case in cases


# --- papers -----------------------------------------------------------------------------------------------------------


def document_line(document: Document) -> str:
    """"Giấy chứng sinh (1 bản chính)"."""
    counts = []
    if document.originals:
        counts.append(f"{document.originals} bản chính")
    if document.copies:
        counts.append(f"{document.copies} bản sao")
    detail = ", ".join(counts)
    if document.action == "xuất trình":
        more = "" if document.originals <= 1 and not document.copies else f", {detail}"
        detail = f"chỉ xuất trình{more}"
    line = document.name
    if document.form and document.form not in line:
        line += f", mẫu {document.form}"
    if detail:
        line += f" ({detail})"
    if document.when:
        line += f" – {lower_first(document.when)}"
    return line


def _documents(procedure: Procedure, ward: Ward | None, cases: Cases, today: date) -> Lines:
    always = [document for document in procedure.documents if document.case is None]
    chosen = [document for document in procedure.documents if document.case in cases]
    others = [document for document in procedure.documents if document.case is not None and not cases]
    lines = ["Giấy tờ cần có:"] + [ITEM + _with_note(document) for document in (*always, *chosen)]
    if not always and not chosen:
        lines = []
    if others:
        lines.append("Tùy trường hợp, thêm:" if lines else "Tùy trường hợp:")
        for document in others:
            name = when_case(procedure, document.case)
            lead = f"{name}: " if name and not document.when else ""
            lines.append(f"{ITEM}{lead}{_with_note(document)}")
    lines += _case_notes(procedure, cases)
    if procedure.documents_note:
        lines.append(f"Lưu ý: {procedure.documents_note}")
    return lines


def _with_note(document: Document) -> str:
    line = document_line(document)
    return f"{line}. {document.note}" if document.note else line


def _case_notes(procedure: Procedure, cases: Cases) -> Lines:
    return [f"{case.name}: {lower_first(case.note)}" for case in procedure.cases_of(cases) if case.note]


# --- where and how ----------------------------------------------------------------------------------------------------


def office_name(place: Place, ward: Ward | None) -> str:
    office = ward.office(place.office) if ward else None
    return office.name if office else place.office


def _place(procedure: Procedure, ward: Ward | None, cases: Cases, today: date) -> Lines:
    lines: Lines = []
    for place in procedure.places:
        line = f"Nơi nộp: {office_name(place, ward)}."
        if place.note:
            line += f" {place.note}"
        lines.append(line)
        office = ward.office(place.office) if ward else None
        if office:
            address = office.address or (ward.address if ward else None)
            hours = office.hours or (ward.hours if ward else None)
            known = [part for part in (
                f"Địa chỉ: {address}." if address else "", f"Giờ làm việc: {hours}." if hours else "",
                f"Điện thoại: {office.phone}." if office.phone else "",
            ) if part]
            lines.append(" ".join(known) if known else f"Địa chỉ và giờ làm việc: {text('unpublished')}.")
    if not lines:
        lines = [f"Nơi nộp: {text('unknown_value')}."]
    if procedure.online.available:
        lines.append("Trên mạng: " + (procedure.online.note or "nộp được trên Cổng Dịch vụ công."))
    return lines


def _online(procedure: Procedure, ward: Ward | None, cases: Cases, today: date) -> Lines:
    online = procedure.online
    if online.available is None:
        lines = [f"Nộp trực tuyến: {text('unknown_value')}."]
    elif online.available:
        degree = f" ({online.degree})" if online.degree else ""
        lines = [f"Nộp trực tuyến: được{degree}." + (f" {online.note}" if online.note else "")]
    else:
        lines = ["Nộp trực tuyến: chưa được, cần đến nộp tại nơi tiếp nhận." + (f" {online.note}" if online.note else "")]
    if procedure.post.available is not None:
        sent = "được" if procedure.post.available else "không nhận"
        lines.append(f"Gửi hồ sơ qua bưu điện: {sent}." + (f" {procedure.post.note}" if procedure.post.note else ""))
    return lines


def _steps(procedure: Procedure, ward: Ward | None, cases: Cases, today: date) -> Lines:
    return ["Các bước:"] + [f"{number}. {step}" for number, step in enumerate(procedure.steps, 1)]


def _conditions(procedure: Procedure, ward: Ward | None, cases: Cases, today: date) -> Lines:
    lines = _case_notes(procedure, cases)
    if procedure.summary and not lines:
        lines.append(procedure.summary)
    if procedure.conditions:
        lines.append("Điều kiện, điều cần biết:")
        lines += [ITEM + condition for condition in procedure.conditions]
    if procedure.citizen_deadline:
        lines.append(f"Hạn phải làm: {lower_first(procedure.citizen_deadline)}")
    if not cases:
        lines += [f"{ITEM}{item.name}: {lower_first(item.note)}" for item in procedure.cases if item.note][:3]
    return lines


def _form(procedure: Procedure, ward: Ward | None, cases: Cases, today: date) -> Lines:
    names = [form.name + (f" (mẫu {form.code})" if form.code and form.code not in form.name else "") for form in procedure.forms]
    names += [
        document_line(document) for document in procedure.documents
        if (document.action == "điền" or document.form) and in_cases(document.case, cases)
        and not any(document.form and document.form in name for name in names)
    ]
    if not names:
        return [f"Mẫu đơn, tờ khai: {text('unknown_value')}. Bạn hỏi mẫu tại nơi nộp hồ sơ."]
    where = "Tờ khai có sẵn tại nơi nộp hồ sơ và trên Cổng Dịch vụ công."
    return ["Mẫu đơn, tờ khai:", *(ITEM + name for name in names), where]


def _legal(procedure: Procedure, ward: Ward | None, cases: Cases, today: date) -> Lines:
    rows = [f"{basis.name} ({basis.number})" if basis.name else basis.number for basis in procedure.legal_basis]
    return ["Căn cứ pháp lý:"] + [ITEM + row for row in rows] if rows else [f"Căn cứ: {text('unknown_value')}."]


def _result(procedure: Procedure, ward: Ward | None, cases: Cases, today: date) -> Lines:
    if len(procedure.results) == 1:
        return [f"Bạn nhận được: {lower_first(procedure.results[0])}."]
    return ["Bạn nhận được:"] + [ITEM + result for result in procedure.results]


def _overview(procedure: Procedure, ward: Ward | None, cases: Cases, today: date) -> Lines:
    lines = [procedure.summary] if procedure.summary else []
    lines += _case_notes(procedure, cases)
    documents = [document for document in procedure.documents if in_cases(document.case, cases)]
    if documents:
        lines.append("Giấy tờ chính:")
        lines += [ITEM + document_line(document) for document in documents[:MAX_OVERVIEW_DOCUMENTS]]
        if len(documents) > MAX_OVERVIEW_DOCUMENTS:
            lines.append(f"{ITEM}… và {len(documents) - MAX_OVERVIEW_DOCUMENTS} giấy khác (bấm “Giấy tờ”)")
    times = current_times(procedure, cases)
    fees = current_fees(procedure, cases, today)
    if times:
        lines.append("Thời gian: " + short(distinct(time_short(procedure, limit) for limit in times)))
    if fees:
        lines.append("Lệ phí: " + short(distinct(fee_short(procedure, fee) for fee in fees)))
    if procedure.places:
        lines.append("Nơi nộp: " + "; ".join(office_name(place, ward) for place in procedure.places)
                     + (" (có thể nộp trên mạng)" if procedure.online.available else "") + ".")
    return lines


_RENDERERS: dict[Aspect, Callable[[Procedure, Ward | None, Cases, date], Lines]] = {
    Aspect.OVERVIEW: _overview,
    Aspect.DOCUMENTS: _documents,
    Aspect.FEE: fee_lines,
    Aspect.TIME: time_lines,
    Aspect.PLACE: _place,
    Aspect.STEPS: _steps,
    Aspect.CONDITIONS: _conditions,
    Aspect.FORM: _form,
    Aspect.ONLINE: _online,
    Aspect.LEGAL: _legal,
    Aspect.RESULT: _result,
}

_WHOSE = {
    Level.WARD: "phường", Level.PROVINCE: "cơ quan cấp tỉnh", Level.MINISTRY: "cơ quan cấp bộ, trung ương",
    Level.OTHER: "cơ quan khác",
}


def whose(procedure: Procedure) -> str:
    """"phường và cơ quan cấp tỉnh"."""
    return " và ".join(_WHOSE[level] for level in procedure.levels)


def source_line(procedure: Procedure) -> str:
    """"Căn cứ 60/2014/QH13, 163/QĐ-BTP · Cổng Dịch vụ công quốc gia · cập nhật ngày 24/11/2026"."""
    numbers = [basis.number for basis in procedure.legal_basis[:2]]
    if procedure.source.decision:
        numbers.append(procedure.source.decision)
    parts = [f"Căn cứ {', '.join(numbers)}"] if numbers else []
    parts += [procedure.source.name, f"cập nhật ngày {format_date(procedure.checked_on)}"]
    return " · ".join(parts)
