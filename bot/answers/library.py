"""All that answering needs, as one snapshot that is swapped whole when knowledge changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.answers.aspects import AspectWords, read_aspect_words
from bot.knowledge.dictionary import read_abbreviations, read_common_procedures
from bot.knowledge.read import Book
from bot.knowledge.types import Depth, Info, Procedure
from bot.search.encoder import Encoder
from bot.search.fuse import Fusion
from bot.search.index import Index, build_or_load
from bot.search.passages import act_passages, book_passages, read_intents
from bot.text.abbreviations import Abbreviations
from bot.text.fold import accented_tokens, fold, has_accents, tokens


@dataclass(frozen=True)
class Library:
    book: Book
    index: Index
    aspect_words: AspectWords
    abbreviations: Abbreviations
    signs: dict[str, tuple[tuple[tuple[str, ...], str], ...]]
    """Stem → (syllables of a sign, case key), longest first."""
    fields: dict[tuple[str, ...], tuple[str, ...]]
    """Folded name of a field → stems of its procedures, the common ones first."""
    common: Mapping[str, Sequence[str]]

    @classmethod
    def build(cls, book: Book, encoder: Encoder, fusion: Fusion, knowledge_dir: Path, nlu_dir: Path, cache_dir: Path) -> Library:
        """Build the snapshot; some seconds when texts changed, well under one second when they did not.

        Raises:
            KnowledgeError: the aspect file cannot be read.
        """
        abbreviations = read_abbreviations(knowledge_dir)
        passages = book_passages(book) + act_passages(read_intents(nlu_dir))
        index = build_or_load(passages, encoder, abbreviations, fusion, cache_dir)
        common = read_common_procedures(knowledge_dir)
        return cls(book, index, read_aspect_words(knowledge_dir), abbreviations, _signs(book), _fields(book, common), common)

    def with_book(self, book: Book) -> Library:
        """The same search over new facts: what a saved file says is live before the index is rebuilt."""
        return Library(book, self.index, self.aspect_words, self.abbreviations, _signs(book),
                       _fields(book, self.common), self.common)

    def procedure(self, stem: str | None) -> Procedure | None:
        return self.book.procedures.get(stem) if stem else None

    def info(self, topic: str) -> Info | None:
        return next((info for info in self.book.infos.values() if info.topic == topic), None)

    def case_of(self, procedure: Procedure, message: str) -> str | None:
        """The case whose sign stands in the message, longest sign first.

        A writer who types accents is taken at their word ("muốn" is not "muộn"); from one who does not, a sign of a
        single syllable proves nothing.
        """
        accented = has_accents(message)
        typed = self.abbreviations.expand(message)
        words = accented_tokens(typed) if accented else tokens(typed)
        for sign, key in self.signs.get(procedure.stem, ()):
            if not accented and len(sign) == 1:
                continue
            wanted = sign if accented else tuple(fold(syllable) for syllable in sign)
            if any(tuple(words[i : i + len(wanted)]) == wanted for i in range(len(words) - len(wanted) + 1)):
                return key
        return None


def _signs(book: Book) -> dict[str, tuple[tuple[tuple[str, ...], str], ...]]:
    signs = {}
    for stem, procedure in book.procedures.items():
        rows = {(tuple(accented_tokens(sign)), case.key) for case in procedure.cases for sign in (*case.signs, case.button)}
        signs[stem] = tuple(sorted((row for row in rows if row[0]), key=lambda row: (-len(row[0]), row)))
    return signs


def _fields(book: Book, common: Mapping[str, Sequence[str]]) -> dict[tuple[str, ...], tuple[str, ...]]:
    fields: dict[tuple[str, ...], list[str]] = {}
    for field, stems in common.items():
        fields[tuple(tokens(field))] = [stem for stem in stems if stem in book.procedures]
    ordered = sorted(book.procedures.values(), key=lambda item: (item.depth is not Depth.FULL, item.stem))
    for procedure in ordered:
        listed = fields.setdefault(tuple(tokens(procedure.field)), [])
        if procedure.stem not in listed:
            listed.append(procedure.stem)
    return {name: tuple(stems) for name, stems in fields.items() if stems}
