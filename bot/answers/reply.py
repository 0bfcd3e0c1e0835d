"""A Reply: what the bot says once, whole, for every channel to lay out within its own limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from bot.outcomes import Aspect, Outcome

BUTTON_TITLE_CHARS = 20
BUTTON_PAYLOAD_BYTES = 64
TEXT_CHARS = 900


@dataclass(frozen=True)
class Button:
    """A tap answer. `title` has at most 20 characters, `payload` at most 64 bytes (Telegram's limit)."""

    title: str
    payload: str

    def __post_init__(self) -> None:
        if len(self.title) > BUTTON_TITLE_CHARS or len(self.payload.encode()) > BUTTON_PAYLOAD_BYTES:
            raise ValueError(f"button too long: {self.title!r} {self.payload!r}")


@dataclass(frozen=True)
class Link:
    title: str
    url: str


@dataclass(frozen=True)
class Card:
    """A checklist to copy, share or print. `reopen` is the payload of a tap that shows it again."""

    title: str
    lines: tuple[str, ...]
    link: str = ""
    reopen: str = ""


@dataclass(frozen=True)
class Reply:
    """Text lines are separated by line ends; a line that begins with "• " is an item of a list."""

    text: str
    outcome: Outcome
    buttons: tuple[Button, ...] = ()
    links: tuple[Link, ...] = ()
    codes: tuple[str, ...] = ()
    aspects: tuple[Aspect, ...] = ()
    topic: str = ""
    source: str = ""
    title: str = ""
    card: Card | None = None
    ask_feedback: bool = False
    flags: tuple[str, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Reply:
        """Inverse of `as_json`.

        Raises:
            KeyError, ValueError, TypeError: `data` is no reply.
        """
        card = data.get("card")
        return cls(
            text=str(data["text"]),
            outcome=Outcome(data["outcome"]),
            buttons=tuple(Button(item["title"], item["payload"]) for item in data.get("buttons", ())),
            links=tuple(Link(item["title"], item["url"]) for item in data.get("links", ())),
            codes=tuple(data.get("codes", ())),
            aspects=tuple(Aspect(item) for item in data.get("aspects", ())),
            topic=str(data.get("topic", "")),
            source=str(data.get("source", "")),
            title=str(data.get("title", "")),
            card=Card(card["title"], tuple(card["lines"]), card.get("link", ""), card.get("reopen", "")) if card else None,
            ask_feedback=bool(data.get("ask_feedback", False)),
            flags=tuple(data.get("flags", ())),
        )

    def with_text_before(self, text: str) -> Reply:
        return replace(self, text=f"{text}\n{self.text}")
