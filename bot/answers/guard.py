"""The last check before a reply leaves: every number, link and phone in it stands in a record or a fixed sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import cache

from bot.answers.calendar import due_date
from bot.answers.reply import Reply
from bot.answers.texts import all_texts
from bot.errors import GuardError
from bot.knowledge.fields import Record
from bot.knowledge.types import Procedure, Ward
from bot.text.money import format_date, format_vnd

_FACT = re.compile(r"https?://[^\s]+|\d+(?:[.,/:]\d+)*")
_COUNTERS = frozenset(str(number) for number in range(1, 31))
"""Numbers of list items and of further papers ("và 3 giấy khác"): made by the layout, not facts."""


def facts_of(record: Record) -> frozenset[str]:
    """All numbers and links of a record, amounts and dates also as they are written out."""
    facts: set[str] = set()
    _collect(record, facts)
    return frozenset(facts)


def _collect(value: object, facts: set[str]) -> None:
    if isinstance(value, Record):
        for name in type(value).model_fields:
            _collect(getattr(value, name), facts)
    elif isinstance(value, (tuple, list)):
        for item in value:
            _collect(item, facts)
    elif isinstance(value, bool) or value is None:
        return
    elif isinstance(value, int):
        facts.add(str(value))
        facts.update(_FACT.findall(format_vnd(value)))
    elif isinstance(value, date):
        facts.update(_FACT.findall(format_date(value)))
    else:
        facts.update(_FACT.findall(str(value)))


@cache
def fixed_facts() -> frozenset[str]:
    """Numbers of the fixed sentences."""
    return frozenset(fact for sentence in all_texts().values() for fact in _FACT.findall(sentence))


def due_facts(procedure: Procedure, ward: Ward | None, today: date) -> frozenset[str]:
    """Today, and the days on which its results are due when handed in today: reckoned, so reckoned here again."""
    closed = ward.closed_days if ward else ()
    days = {today, *(due_date(limit, today, closed) for limit in procedure.time_limits)}
    return frozenset(fact for day in days if day for fact in _FACT.findall(format_date(day)))


def check_reply(reply: Reply, facts: Iterable[frozenset[str]]) -> Reply:
    """The reply itself.

    Args:
        reply: what is about to be said.
        facts: facts of the records that it speaks of.

    Raises:
        GuardError: it holds a number or link that is in none of them.
    """
    allowed = _COUNTERS | fixed_facts()
    known = list(facts)
    spoken = [*_FACT.findall(f"{reply.text}\n{reply.source}"), *(link.url for link in reply.links)]
    for fact in spoken:
        if fact not in allowed and not any(fact in some for some in known):
            raise GuardError(f"câu trả lời có “{fact}” không thấy trong hồ sơ nào")
    return reply
