"""Signs: phrases by which a writer tells a case or a special version of a procedure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.text.abbreviations import Abbreviations
from bot.text.fold import accented_tokens, fold, has_accents, tokens

Syllables = tuple[str, ...]


def syllables(phrase: str) -> Syllables:
    return tuple(accented_tokens(phrase))


@dataclass(frozen=True)
class Spoken:
    """A message ready to be searched for signs.

    A writer who types accents is taken at their word ("muốn" is not "muộn"); from one who does not, a sign of a single
    syllable proves nothing.
    """

    words: Syllables
    accented: bool

    @classmethod
    def of(cls, message: str, abbreviations: Abbreviations) -> Spoken:
        typed = abbreviations.expand(message)
        accented = has_accents(message)
        return cls(tuple(accented_tokens(typed) if accented else tokens(typed)), accented)

    def has(self, sign: Syllables) -> bool:
        """Whether the sign (with accents) stands in the message."""
        if not self.accented and len(sign) == 1:
            return False
        wanted = sign if self.accented else tuple(fold(syllable) for syllable in sign)
        width = len(wanted)
        return any(self.words[i : i + width] == wanted for i in range(len(self.words) - width + 1))

    def without(self, sign: Syllables) -> Spoken:
        """The message with the first place of a sign that it has cut out."""
        wanted = sign if self.accented else tuple(fold(syllable) for syllable in sign)
        width = len(wanted)
        place = next(i for i in range(len(self.words) - width + 1) if self.words[i : i + width] == wanted)
        return replace(self, words=(*self.words[:place], "", *self.words[place + width :]))

    def has_any(self, signs: Iterable[Syllables]) -> bool:
        return any(self.has(sign) for sign in signs)
