"""Everything said that is no question about a procedure: small talk, safety, ratings, complaints, moves."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.answers.aspects import words_of
from bot.answers.library import Library
from bot.answers.payloads import Payload
from bot.answers.reply import Button, Reply
from bot.answers.state import Message, State, Turn
from bot.answers.texts import text
from bot.outcomes import Outcome
from bot.search.passages import ACT_PREFIX
from bot.text.fold import tokens

REASONS = {
    "sai": "Sai", "thieu": "Thiếu", "kho-hieu": "Khó hiểu", "cu": "Đã cũ", "khong-phai": "Không phải việc tôi", "khac": "Khác",
}
STARS = tuple(Button("★" * number, f"sao:{number}") for number in range(1, 6))
_NUMBER = re.compile(
    r"^(?:so|cai|cau|muc|viec|chon|y|thu|la|cai thu|so thu)?\s*(?:thu\s+)?"
    r"([1-9]|mot|nhat|hai|nhi|ba|bon|tu|nam)$"
)
_NUMBER_WORDS = {"mot": 1, "nhat": 1, "hai": 2, "nhi": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5}
_STARS_IN = re.compile(r"\b([1-5])\s*(?:sao|diem|/\s*5|tren 5)\b")
_BARE_STARS = frozenset("12345")
_YES = frozenset({"co", "dong", "xoa", "chac", "vang", "u", "duoc"})
SURE_PROCEDURE = 0.8
KNOWN = 0.5
_FEW_WORDS = 4
"""So short a message is an answer to what was asked; a longer one says something of its own."""
_CORRECTION = re.compile(
    r"^.*?\b(?:ý (?:tôi|mình|em|con|tui|cháu|bác|anh|chị)?\s*(?:là|muốn)|y (?:toi|minh|em|con|tui)?\s*(?:la|muon)"
    r"|tôi hỏi|mình hỏi|em hỏi|toi hoi|minh hoi|em hoi|hỏi về|hoi ve|mà là|ma la|phải là|phai la"
    r"|nhầm,|nham,|nhầm rồi,?|nham roi,?|không phải,?|khong phai,?|hổng phải,?|hong phai,?|ko phải,?|k phải,?)\s+",
    re.IGNORECASE,
)
_MOVE_PATTERNS = (
    ("go_back", re.compile(r"\b(quay lai|tro lai|luc nay|hoi nay|thu tuc truoc)\b")),
    ("correct", re.compile(r"\b(y (toi|minh|em|con|tui) la|nham roi|nham,)|^(khong phai|sai roi)\b.+\w{3}")),
    ("deny", re.compile(r"^(khong phai|khong dung|sai roi|sai|khong phai vay|nham roi)( dau| a| roi| nhe)?$")),
    ("helpful_no", re.compile(
        r"\b(chua dung (cai|y|cau)|khong dung cai|chua tra loi|tra loi (sai|khong dung|chua dung|lac de))\b")),
    ("more", re.compile(r"^(noi ro hon|noi ky hon|chi tiet hon|con gi nua( khong)?|them nua)")),
    ("repeat", re.compile(r"^(noi lai|nhac lai|lap lai)")),
)


def plain(key: str, outcome: Outcome, buttons: tuple[Button, ...] = (), **values: object) -> Reply:
    """A fixed sentence as a reply."""
    return Reply(text(key, **values), outcome, buttons)


def words(message: str, library: Library) -> list[str]:
    return words_of(message, library.abbreviations)


def number_in(message: str) -> int | None:
    """The number of a choice typed instead of tapped: "2", "số 2", "cái thứ hai"."""
    match = _NUMBER.match(" ".join(tokens(message)))
    if not match:
        return None
    return _NUMBER_WORDS.get(match[1]) or int(match[1])


def move_of(message: str, library: Library) -> str:
    """A move inside the conversation, read without Rasa; empty when there is none."""
    folded = " ".join(words(message, library))
    return next((move for move, pattern in _MOVE_PATTERNS if pattern.search(folded)), "")


def after_correction(message: str) -> str:
    """What is meant, of "không phải, ý tôi là …"; the whole message when nothing follows."""
    rest = _CORRECTION.sub("", message, count=1).strip()
    return rest or message


def emergency(library: Library) -> str:
    """"Công an 113, Cấp cứu y tế 115": from the ward file."""
    ward = library.book.ward
    return ", ".join(f"{item.name} {item.number}" for item in ward.emergency) if ward else ""


def talk(intent: str, message: Message, state: State, library: Library) -> Turn | None:
    """The reply to an intent that asks for no procedure; None when there is none for it."""
    ward = library.book.ward
    name = ward.name if ward else "phường"
    days = ward.privacy_days if ward else 365
    office = ward.offices[0] if ward and ward.offices else None
    missing = text("unpublished")
    match intent:
        case "greet":
            key = "greeting_again" if state.turns else "greeting"
            return plain(key, Outcome.CHITCHAT, ward=name), state
        case "bot_identity":
            return plain("identity", Outcome.CHITCHAT, ward=name, days=days), state
        case "thanks" | "goodbye" | "praise" | "insult" | "affirm" | "capabilities" | "helpful_yes":
            outcome = Outcome.FEEDBACK if intent == "helpful_yes" else Outcome.CHITCHAT
            return plain(intent, outcome), state
        case "distress" | "scam":
            return plain(intent, Outcome.CHITCHAT, emergency=emergency(library)), state
        case "helpful_no":
            buttons = tuple(Button(title, f"ly:{key}") for key, title in REASONS.items())
            return plain("helpful_no", Outcome.FEEDBACK, buttons), replace(state, awaiting="reason")
        case "human":
            return plain(
                "human", Outcome.HUMAN, (Button("Gửi góp ý", "lam:complaint"),),
                office=office.name if office else "Bộ phận Một cửa",
                address=(office and office.address) or (ward and ward.address) or missing,
                phone=(office and office.phone) or (ward and ward.phone) or missing,
                hours=(office and office.hours) or (ward and ward.hours) or missing,
            ), state
        case "complaint":
            reply = plain("petition", Outcome.PETITION, office=office.name if office else "Bộ phận Một cửa")
            return reply, replace(state, awaiting="petition")
        case "rate":
            return rate(message.text, state)
        case "erase":
            buttons = (Button("Xóa hết", "lam:erase"), Button("Giữ lại", "lam:keep"))
            return plain("erase_ask", Outcome.FEEDBACK, buttons), replace(state, awaiting="erase")
        case "out_of_scope":
            return replace(plain("out_of_scope", Outcome.OUT_OF_SCOPE), flags=("unanswered",)), replace(
                state, procedure=None, cases=(), choices=(), away=True,
                previous=state.procedure or state.previous,
            )
        case "stop":
            return plain("goodbye", Outcome.CHITCHAT), replace(state, awaiting=None, choices=())
    return None


def rate(message: str, state: State) -> Turn:
    """Stars named in the message are taken; else they are asked for."""
    stars = stars_in(message)
    if stars is None:
        return plain("rate_ask", Outcome.FEEDBACK, STARS), replace(state, awaiting="stars")
    return _rated(stars, state)


def stars_in(message: str, *, asked: bool = False) -> int | None:
    """Stars given in a message ("5 sao"); a bare number counts only when they were asked for ("cho 5")."""
    typed = tokens(message)
    if match := _STARS_IN.search(" ".join(typed)):
        return int(match[1])
    bare = [word for word in typed if word in _BARE_STARS]
    return int(bare[0]) if asked and len(bare) == 1 and len(typed) <= _FEW_WORDS else None


def _rated(stars: int, state: State) -> Turn:
    reply = plain("rate_comment", Outcome.FEEDBACK, (Button("Không, cảm ơn", "lam:skip"),), stars=stars)
    return replace(reply, flags=(f"rating:{stars}",)), replace(state, awaiting="comment")


def awaited(message: Message, state: State, library: Library) -> Turn | None:
    """The reply when the message is what was asked for; None when it is a question of its own."""
    done = replace(state, awaiting=None)
    typed = words(message.text, library)
    asked = "?" in message.text
    match state.awaiting:
        case "stars":
            stars = stars_in(message.text, asked=True)
            if stars is None and len(typed) == 1 and typed[0].isdigit():
                return plain("rate_again", Outcome.FEEDBACK, STARS), state
            return _rated(stars, state) if stars else None
        case "comment" if not asked:
            return replace(plain("rate_done", Outcome.FEEDBACK), flags=("rating_comment",)), done
        case "reason" if not asked:
            return replace(plain("reason_thanks", Outcome.FEEDBACK), flags=("reason",)), done
        case "petition" if not asked and not _asks(message.text, typed, library):
            ward = library.book.ward
            office = ward.offices[0].name if ward and ward.offices else "Bộ phận Một cửa"
            return replace(plain("petition_noted", Outcome.PETITION, office=office), flags=("petition",)), done
        case "erase" if not asked and typed and typed[0] in _YES and len(typed) <= _FEW_WORDS:
            return replace(plain("erase_done", Outcome.FEEDBACK), flags=("erase",)), State()
        case "erase" if typed[:1] in (["khong"], ["thoi"], ["dung"], ["giu"]):
            return plain("erase_kept", Outcome.FEEDBACK), done
    return None


def _asks(message: str, typed: list[str], library: Library) -> bool:
    """Whether a message names something we know and a side of it: then it is a question, whatever was asked for."""
    hits = library.search(message).hits
    known = bool(hits) and not hits[0].target.startswith(ACT_PREFIX) and hits[0].probability >= KNOWN
    return known and bool(library.aspect_words.detect(typed))


def tap(payload: Payload, state: State, library: Library) -> Turn:
    """Taps that are not about a procedure."""
    done = replace(state, awaiting=None)
    match payload.kind, payload.value:
        case "sao", stars if stars in ("1", "2", "3", "4", "5"):
            return _rated(int(stars), state)
        case "ly", reason if reason in REASONS:
            return replace(plain("reason_thanks", Outcome.FEEDBACK), flags=(f"reason:{reason}",)), done
        case "lam", "skip":
            return plain("rate_done" if state.awaiting == "comment" else "rate_skipped", Outcome.FEEDBACK), done
        case "lam", "erase":
            return replace(plain("erase_done", Outcome.FEEDBACK), flags=("erase",)), State()
        case "lam", "keep":
            return plain("erase_kept", Outcome.FEEDBACK), done
        case "lam", "rate":
            return plain("rate_ask", Outcome.FEEDBACK, STARS), replace(state, awaiting="stars")
        case "lam", "menu":
            return plain("capabilities", Outcome.CHITCHAT), state
        case "lam", intent:
            spoken = talk(intent, Message(), state, library)
            if spoken is not None:
                return spoken
    return plain("need_procedure", Outcome.CLARIFY), state

