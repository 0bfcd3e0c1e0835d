"""What a tap means. A payload is `<kind>:<value>[:<procedure id>]`, at most 64 bytes; anything else is refused.

Kinds: `tt` choose a procedure · `kc` one aspect of it · `th` one case of it (value `?`: ask for its cases, `-`: none of
those asked for) · `ds` its list for some cases (keys joined by dots) · `cd` an info
topic · `lam` do something (human, complaint, rate, back, menu, erase, keep, yes, no, skip) · `sao` stars ·
`ly` reason of a thumbs-down.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.answers.reply import BUTTON_PAYLOAD_BYTES

_PAYLOAD = re.compile(r"(tt|kc|th|ds|cd|lam|sao|ly):([^\s:{}\"]+(?::[^\s{}\"]+)?)")
_WITH_VALUE = frozenset({"kc", "th", "ds"})


@dataclass(frozen=True)
class Payload:
    kind: str
    value: str
    procedure_id: str = ""

    def __str__(self) -> str:
        return ":".join(part for part in (self.kind, self.value, self.procedure_id) if part)


def parse_payload(text: str) -> Payload | None:
    """The payload of a tap, or None when `text` is none."""
    if len(text.encode(errors="replace")) > BUTTON_PAYLOAD_BYTES or not (match := _PAYLOAD.fullmatch(text)):
        return None
    kind, rest = match.groups()
    if kind in _WITH_VALUE:
        value, _, identifier = rest.partition(":")
        return Payload(kind, value, identifier)
    return Payload(kind, rest)
