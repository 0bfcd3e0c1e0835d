"""Unicode form, accent folding and tokens."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_CONTROL = re.compile(r"[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")
_TOKEN = re.compile(r"[0-9]+(?:[.,/][0-9]+)*[a-z]*|[a-z]+[a-z0-9]*")
_ACCENTED = re.compile(r"[^\W_]+(?:[.,/][0-9]+)*")
_REPEATED = re.compile(r"([^\W\d_])\1{2,}")


def clean(text: str) -> str:
    """NFC text without control and invisible characters, runs of blanks made one, line ends kept."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
    text = _CONTROL.sub("", text)
    return "\n".join(" ".join(line.split()) for line in text.split("\n")).strip()


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Lower case without accents: "Đăng ký" → "dang ky"."""
    decomposed = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def lower(text: str) -> str:
    """NFC lower case; a letter held down ("dạaaaa") counts once."""
    low = unicodedata.normalize("NFC", text).lower()
    plain = fold(low)
    if len(plain) != len(low):
        return _REPEATED.sub(r"\1", low)
    held = {place for match in _REPEATED.finditer(plain) for place in range(match.start() + 1, match.end())}
    return "".join(char for place, char in enumerate(low) if place not in held) if held else low


def tokens(text: str) -> list[str]:
    """Folded syllables and numbers, in order. Everything else separates."""
    return _TOKEN.findall(_REPEATED.sub(r"\1", fold(text)))


def accented_tokens(text: str) -> list[str]:
    """Syllables and numbers with their accents, lower case, in order."""
    return _ACCENTED.findall(lower(text))


def has_accents(text: str) -> bool:
    """Whether the writer types accents at all."""
    return fold(text) != unicodedata.normalize("NFC", text).lower()


def has_vietnamese_letters(text: str) -> bool:
    """Whether there is at least one Latin letter or digit to work with (emoji or other scripts alone give False)."""
    return bool(_TOKEN.search(fold(text)))
