"""What comes in, and what a conversation remembers from turn to turn. Rasa keeps it in slots of the same names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from bot.answers.reply import Reply

ASKED_CHARS = 200


@dataclass(frozen=True)
class State:
    """`procedure` and `previous` are stems; `choices` the ids last offered, in order."""

    procedure: str | None = None
    previous: str | None = None
    cases: tuple[str, ...] = ()
    aspects: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    awaiting: str | None = None
    """What the next free text is for: "petition", "reason", "erase", "cases:<questions answered>" …; None: a question."""
    asked: str = ""
    """The question that led to `procedure`, cut to ASKED_CHARS: a short message after it is read together with it."""
    away: bool = False
    """The last thing asked for was none of the ward's business; a bare follow-up goes on about it."""
    turns: int = 0

    def as_slots(self) -> dict[str, Any]:
        return {item.name: (list(value) if isinstance(value := getattr(self, item.name), tuple) else value)
                for item in fields(self)}

    @classmethod
    def from_slots(cls, slots: Mapping[str, Any]) -> State:
        """Ignores slots that are not its own; a value of a wrong type counts as unset."""
        def words(name: str) -> tuple[str, ...]:
            value = slots.get(name)
            return tuple(str(item) for item in value) if isinstance(value, (list, tuple)) else ()

        def word(name: str) -> str | None:
            value = slots.get(name)
            return value if isinstance(value, str) and value else None

        turns = slots.get("turns")
        return cls(
            procedure=word("procedure"), previous=word("previous"), cases=words("cases"), aspects=words("aspects"),
            choices=words("choices"), awaiting=word("awaiting"), asked=word("asked") or "",
            away=slots.get("away") is True,
            turns=int(turns) if isinstance(turns, (int, float)) else 0,
        )


@dataclass(frozen=True)
class Message:
    """What came in. `intent` and `confidence` are Rasa's reading; empty when Rasa is away."""

    text: str = ""
    payload: str = ""
    intent: str = ""
    confidence: float = 0.0


Turn = tuple[Reply, State]
