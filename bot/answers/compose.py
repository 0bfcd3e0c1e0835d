"""Replies about records: an answer, a choice, an info entry, somebody else's business."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.answers.checklist import START, checklist, title
from bot.answers.payloads import Payload
from bot.answers.render import render_aspect, source_line, whose
from bot.answers.reply import TEXT_CHARS, Button, Link, Reply
from bot.answers.texts import text
from bot.knowledge.types import Cases, Depth, Info, Procedure, Ward
from bot.outcomes import Aspect, Outcome
from bot.text.money import format_date

ASPECT_TITLES = {
    Aspect.DOCUMENTS: "Giấy tờ", Aspect.FEE: "Lệ phí", Aspect.TIME: "Mấy ngày", Aspect.PLACE: "Nộp ở đâu",
    Aspect.ONLINE: "Nộp trên mạng", Aspect.STEPS: "Các bước", Aspect.CONDITIONS: "Điều kiện",
}
HOW = (Aspect.OVERVIEW,)
MAX_BUTTONS = 6


def answer(
    procedure: Procedure, aspects: Sequence[Aspect], ward: Ward | None, today: date, cases: Cases = ()
) -> Reply:
    """The answer on `aspects` (none: an overview). What the ward has not written down is said to be so.

    What is not decided at the ward is told all the same, with whose it is; its outcome is OUT_OF_SCOPE.
    """
    if procedure.depth is Depth.CATALOGUE and not procedure.at_ward:
        return _elsewhere(procedure, Outcome.OUT_OF_SCOPE, "not_ward", tuple(aspects) or HOW)
    if procedure.depth is Depth.CATALOGUE:
        return _elsewhere(procedure, Outcome.ANSWER, "catalogue", tuple(aspects) or HOW)
    asked = tuple(aspects) or HOW
    blocks = [render_aspect(aspect, procedure, ward, cases, today) for aspect in asked]
    heading = title(procedure, cases)
    lines = [heading]
    if not procedure.at_ward:
        lines.append(text("decided_elsewhere", whose=whose(procedure)))
    lines += dict.fromkeys(line for block in blocks for line in block)  # an overview repeats the summary of the conditions
    shown = _fit(lines)
    return Reply(
        text="\n".join(shown), outcome=Outcome.ANSWER if procedure.at_ward else Outcome.OUT_OF_SCOPE,
        buttons=_buttons(procedure, asked),
        links=_links(procedure, asked), codes=(procedure.id,), aspects=_shown_aspects(asked), source=source_line(procedure),
        title=heading, card=checklist(procedure, ward, today, cases), ask_feedback=True,
    )


def _shown_aspects(asked: tuple[Aspect, ...]) -> tuple[Aspect, ...]:
    """An overview also tells papers, time, fee and place, each in a line."""
    if Aspect.OVERVIEW not in asked:
        return asked
    return tuple(dict.fromkeys((*asked, Aspect.DOCUMENTS, Aspect.TIME, Aspect.FEE, Aspect.PLACE)))


def _fit(lines: list[str]) -> list[str]:
    """Cut long lists at a line's end, never inside a fact; says where the rest is."""
    total = 0
    for number, line in enumerate(lines):
        total += len(line) + 1
        if total > 2 * TEXT_CHARS and number > 3:
            return [*lines[:number], "(Còn nữa: xem “Cần chuẩn bị” hoặc đường dẫn bên dưới để đọc đủ.)"]
    return lines


def _buttons(procedure: Procedure, asked: Sequence[Aspect]) -> tuple[Button, ...]:
    shown = set(_shown_aspects(tuple(asked))) if Aspect.OVERVIEW not in asked else {Aspect.OVERVIEW}
    buttons = [
        Button(title, str(Payload("kc", aspect.value, procedure.id)))
        for aspect, title in ASPECT_TITLES.items()
        if aspect not in shown and _has(procedure, aspect)
    ]
    if procedure.cases:
        buttons.insert(min(3, len(buttons)), Button("Danh sách của tôi", str(Payload("th", START, procedure.id))))
    return tuple(buttons[:MAX_BUTTONS])


def _has(procedure: Procedure, aspect: Aspect) -> bool:
    return aspect is not Aspect.CONDITIONS or bool(procedure.conditions or procedure.citizen_deadline)


def _links(procedure: Procedure, asked: Sequence[Aspect]) -> tuple[Link, ...]:
    links = []
    if procedure.online.link and procedure.online.available is not False:
        links.append(Link("Xem và nộp trên Cổng Dịch vụ công", procedure.online.link))
    elif procedure.source.link:
        links.append(Link("Xem bản chính thức", procedure.source.link))
    if Aspect.FORM in asked or Aspect.DOCUMENTS in asked:
        links += [Link(f"Mẫu: {form.name}", form.link) for form in procedure.forms if form.link]
    return tuple(links)


def _elsewhere(procedure: Procedure, outcome: Outcome, key: str, aspects: tuple[Aspect, ...] = ()) -> Reply:
    links = _links(procedure, ())
    after = {"not_ward": "not_ward_link" if links else "catalogue_no_link",
             "catalogue": "catalogue_link" if links else "catalogue_no_link"}[key]
    return Reply(
        text=f"{text(key, name=procedure.title, whose=whose(procedure))}\n{text(after)}",
        outcome=outcome, links=links, codes=(procedure.id,), aspects=aspects, source=source_line(procedure),
        title=procedure.title, buttons=(Button("Gặp cán bộ", "lam:human"),), ask_feedback=outcome is Outcome.ANSWER,
    )


def both(procedures: Sequence[Procedure], aspects: Sequence[Aspect], ward: Ward | None, today: date) -> Reply:
    """One reply that answers the same aspects of two procedures."""
    replies = [answer(procedure, aspects, ward, today) for procedure in procedures]
    return Reply(
        text="\n\n".join([text("both"), *(reply.text for reply in replies)]),
        outcome=Outcome.ANSWER,
        buttons=tuple(Button(procedure.button, str(Payload("tt", procedure.id))) for procedure in procedures),
        links=tuple(dict.fromkeys(link for reply in replies for link in reply.links)),
        codes=tuple(procedure.id for procedure in procedures),
        aspects=tuple(dict.fromkeys(aspect for reply in replies for aspect in reply.aspects)),
        source="\n".join(reply.source for reply in replies), title=procedures[0].title, ask_feedback=True,
    )


def choices(procedures: Sequence[Procedure], lead: str, outcome: Outcome = Outcome.CLARIFY) -> Reply:
    """"Which of these?" with one button each, numbered for channels without buttons."""
    lines = [lead] + [f"{number}. {procedure.title}" for number, procedure in enumerate(procedures, 1)]
    return Reply(
        text="\n".join(lines), outcome=outcome,
        buttons=tuple(Button(procedure.button, str(Payload("tt", procedure.id))) for procedure in procedures),
        codes=tuple(procedure.id for procedure in procedures) if outcome is Outcome.CLARIFY else (),
    )


def info(entry: Info, ward: Ward | None) -> Reply:
    """An entry of hỏi đáp, the ward's own facts filled in."""
    return Reply(
        text=_filled(entry.answer, ward), outcome=Outcome.INFO, topic=entry.topic, title=entry.name,
        links=tuple(Link(link.name, link.link) for link in entry.links if link.link),
        source=" · ".join(part for part in (
            entry.source.decision or "", entry.source.name, f"cập nhật ngày {format_date(entry.checked_on)}") if part),
        ask_feedback=True,
    )


def ward_values(ward: Ward | None) -> dict[str, str]:
    """Placeholders of hỏi đáp entries → the ward's facts, unpublished ones said to be so."""
    missing = text("unpublished")
    fields = {
        "địa_chỉ": "address", "điện_thoại": "phone", "thư_điện_tử": "email", "trang_web": "website",
        "giờ_làm_việc": "hours", "lịch_tiếp_công_dân": "reception",
    }
    values = {name: (getattr(ward, attribute, None) or missing) for name, attribute in fields.items()}
    return values | {"phường": ward.name if ward else "phường", "tỉnh": ward.province if ward else missing}


def _filled(template: str, ward: Ward | None) -> str:
    filled = template
    for name, value in ward_values(ward).items():
        filled = filled.replace("{" + name + "}", value)
    return filled
