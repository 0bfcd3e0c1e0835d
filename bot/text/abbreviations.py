"""Abbreviations and chat spellings."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.text.fold import lower

_WORD = re.compile(r"[^\W_]+(?:/[^\W_]+)?")
_MAX_WORDS = 3


@dataclass(frozen=True)
class Abbreviations:
    """`exact` maps what is typed to what is meant; `ambiguous` lists all meanings of the unclear ones."""

    exact: Mapping[str, str]
    ambiguous: Mapping[str, Sequence[str]]

    def expand(self, text: str) -> str:
        """Lower-cased `text` with unambiguous abbreviations written out, longest match first.

        A key is matched as written; one whose only accent is `đ` also matches its `d` spelling. Digits before a
        letter ("50k") keep a word from matching, as it is then one word with the number.
        """
        words = list(_WORD.finditer(lower(text)))
        source = lower(text)
        out: list[str] = []
        end = index = 0
        while index < len(words):
            for width in range(min(_MAX_WORDS, len(words) - index), 0, -1):
                span = source[words[index].start() : words[index + width - 1].end()]
                meaning = self.exact.get(span)
                if meaning is not None:
                    out.append(source[end : words[index].start()] + meaning)
                    end = words[index + width - 1].end()
                    index += width
                    break
            else:
                index += 1
        out.append(source[end:])
        return "".join(out)
