"""All that answering needs, as one snapshot that is swapped whole when knowledge changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.answers.aspects import AspectWords, read_aspect_words
from bot.answers.signs import Spoken, Syllables, syllables
from bot.knowledge.dictionary import read_abbreviations, read_common_procedures, read_sign_groups
from bot.knowledge.read import Book
from bot.knowledge.types import Cases, Depth, Info, Procedure, Variant
from bot.search.encoder import Encoder
from bot.search.fuse import Fusion
from bot.search.gate import Gate, Reading
from bot.search.index import Found, Hit, Index
from bot.search.passages import all_passages
from bot.text.abbreviations import Abbreviations
from bot.text.fold import tokens

VARIANT_REST = 0.1
"""Share of its probability that a special version keeps when its signs are not spoken of (and the common one when they are)."""


@dataclass(frozen=True)
class Dictionaries:
    """The ward's word lists, as read from the folder."""

    abbreviations: Abbreviations
    aspect_words: AspectWords
    common: Mapping[str, Sequence[str]]
    sign_groups: Mapping[str, tuple[Syllables, ...]]

    @classmethod
    def read(cls, knowledge_dir: Path) -> Dictionaries:
        """Read all lists.

        Raises:
            KnowledgeError: the aspect file cannot be read.
        """
        groups = read_sign_groups(knowledge_dir)
        return cls(
            read_abbreviations(knowledge_dir), read_aspect_words(knowledge_dir), read_common_procedures(knowledge_dir),
            {name: tuple(syllables(phrase) for phrase in phrases) for name, phrases in groups.items()},
        )


@dataclass(frozen=True)
class Library:
    book: Book
    index: Index
    gate: Gate | None
    words: Dictionaries
    case_signs: Mapping[str, tuple[tuple[Syllables, str], ...]]
    """Stem → (sign, case key), longest sign first."""
    variants: Mapping[str, Variant]
    """Stem of a special version → of what, and by which signs."""
    fields: Mapping[Syllables, tuple[str, ...]]
    """Folded name of a field → stems of its procedures, the common ones first."""

    @classmethod
    def build(
        cls, book: Book, encoder: Encoder, fusion: Fusion, gate: Gate | None, knowledge_dir: Path, nlu_dir: Path
    ) -> Library:
        """Build the snapshot; three to five seconds for a ward's 20,000 passages.

        Raises:
            KnowledgeError: the aspect file cannot be read.
        """
        words = Dictionaries.read(knowledge_dir)
        passages = all_passages(book, knowledge_dir, nlu_dir)
        index = Index(passages, encoder, words.abbreviations, fusion)
        return cls(book, index, gate, words, _case_signs(book), _variants(book), _fields(book, words.common))

    def with_book(self, book: Book) -> Library:
        """The same search over new facts: what a saved file says is live before the index is rebuilt."""
        return replace(
            self, book=book, case_signs=_case_signs(book), variants=_variants(book), fields=_fields(book, self.words.common)
        )

    @property
    def aspect_words(self) -> AspectWords:
        return self.words.aspect_words

    @property
    def abbreviations(self) -> Abbreviations:
        return self.words.abbreviations

    def procedure(self, stem: str | None) -> Procedure | None:
        return self.book.procedures.get(stem) if stem else None

    def info(self, topic: str) -> Info | None:
        return next((info for info in self.book.infos.values() if info.topic == topic), None)

    def search(self, message: str, limit: int = 12) -> Found:
        """The index's result, special versions of procedures weighed by whether their signs are spoken of."""
        found = self.index.search(message, limit)
        likely = {hit.target: hit.probability for hit in found.hits}
        specials = [
            (stem, variant) for stem, variant in self.variants.items() if stem in likely or (variant.of and variant.of in likely)
        ]
        if not specials:
            return found
        spoken = Spoken.of(message, self.abbreviations)
        for stem, variant in specials:
            said = spoken.has_any(self.words.sign_groups.get(variant.signs, ()))
            special, common = likely.get(stem, 0.0), likely.get(variant.of or "", 0.0)
            if variant.of is None:
                likely[stem] = special if said else special * VARIANT_REST
            elif said:
                likely[stem], likely[variant.of] = special + common * (1 - VARIANT_REST), common * VARIANT_REST
            else:
                likely[stem], likely[variant.of] = special * VARIANT_REST, common + special * (1 - VARIANT_REST)
        # What a silenced version loses goes to the others.
        share = sum(hit.probability for hit in found.hits) / (sum(likely.values()) or 1.0)
        hits = [Hit(target, probability * share) for target, probability in likely.items()]
        return replace(found, hits=tuple(sorted(hits, key=lambda hit: -hit.probability)))

    def read(self, found: Found) -> Reading:
        """What kind of message a result comes from; without a fitted gate, a likely first is taken for meant."""
        if self.gate is not None:
            return self.gate.read(found)
        sure = found.hits[0].probability if found.hits else 0.0
        return Reading(sure, (1 - sure) / 2, (1 - sure) / 2)

    def cases_of(self, procedure: Procedure, message: str) -> Cases:
        """The cases whose signs stand in the message, longest sign first; a word counts for one sign, a group for one case."""
        signs = self.case_signs.get(procedure.stem, ())
        if not signs:
            return ()
        spoken = Spoken.of(message, self.abbreviations)
        found: Cases = ()
        for sign, key in signs:
            if spoken.has(sign):
                spoken = spoken.without(sign)
                more = procedure.with_case(found, key)
                found = more if more[: len(found)] == found else found
        return found


def _case_signs(book: Book) -> dict[str, tuple[tuple[Syllables, str], ...]]:
    signs = {}
    for stem, procedure in book.procedures.items():
        rows = {(syllables(sign), case.key) for case in procedure.cases for sign in (*case.signs, case.button)}
        signs[stem] = tuple(sorted((row for row in rows if row[0]), key=lambda row: (-len(row[0]), row)))
    return signs


def _variants(book: Book) -> dict[str, Variant]:
    return {stem: procedure.variant for stem, procedure in book.procedures.items() if procedure.variant}


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
