"""One turn of conversation: intent or tap, text and state in; replies and new state out. The same with and without Rasa."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import structlog

from bot.answers import compose, talk
from bot.answers.decide import ACT_PROBABILITY, Decision, Kind, decide
from bot.answers.guard import check_reply, due_facts, facts_of
from bot.answers.library import Library
from bot.answers.payloads import Payload, parse_payload
from bot.answers.reply import Reply
from bot.answers.state import Message, State, Turn
from bot.answers.texts import text
from bot.errors import GuardError
from bot.knowledge.fields import Record
from bot.knowledge.types import Procedure
from bot.outcomes import ASPECTS, Aspect, Outcome
from bot.search.passages import ACT_PREFIX, ASK_PREFIX, MOVES, is_procedure
from bot.text.fold import has_vietnamese_letters

log = structlog.get_logger(__name__)

SURE_INTENT = 0.5
SURE_ALONE = 0.9
AGREEING_ACT = 0.1
"""Rasa's label for talk counts when the search, which knows the same examples, finds it at least this likely too."""
MIN_CONTENT = 2
SAFETY = ("distress", "scam")

_ASKED: dict[str, tuple[Aspect, ...]] = {"steps": (Aspect.STEPS, Aspect.DOCUMENTS), "overview": (), "fee": ()}
"""What Rasa's label means for the answer. Fees have plain words of their own; without them "tiền" may be an allowance."""


class Responder:
    """Answers turns from one library snapshot."""

    def __init__(self, library: Library, today: Callable[[], date]) -> None:
        self._library = library
        self._today = today
        self._facts: dict[int, frozenset[str]] = {}

    def respond(self, message: Message, state: State) -> Turn:
        """The reply to one message and what the conversation remembers afterwards."""
        reply, after = self._tap(message, state) if message.payload else self._text(message, state)
        return self._guarded(reply), replace(after, turns=state.turns + 1)

    # --- taps ---------------------------------------------------------------------------------------------------------

    def _tap(self, message: Message, state: State) -> Turn:
        payload = parse_payload(message.payload)
        if payload is None:
            return talk.plain("deny", Outcome.CHITCHAT), state
        if payload.kind in ("tt", "kc", "th"):
            identifier = payload.value if payload.kind == "tt" else payload.procedure_id
            procedure = self._library.book.by_id(identifier)
            if procedure is None:
                return talk.plain("need_procedure", Outcome.CLARIFY), state
            return self._tapped(payload, procedure, state)
        if payload.kind == "cd" and (entry := self._library.info(payload.value)):
            return compose.info(entry, self._library.book.ward), state
        if payload.kind == "lam" and payload.value == "back":
            return self._back(state)
        return talk.tap(payload, state, self._library)

    def _tapped(self, payload: Payload, procedure: Procedure, state: State) -> Turn:
        if payload.kind == "th" and payload.value == "?":
            return compose.cases(procedure), self._about(state, procedure, state.case, ())
        if payload.kind == "th":
            return self._answer(procedure, (Aspect.DOCUMENTS, Aspect.FEE), payload.value, state)
        aspects: tuple[Aspect, ...] = ()
        same = procedure.stem == state.procedure
        if payload.kind == "kc":
            aspects = (Aspect(payload.value),) if payload.value in ASPECTS else ()
        elif state.choices:
            aspects = tuple(Aspect(item) for item in state.aspects if item in ASPECTS)
        return self._answer(procedure, aspects, state.case if same else None, state)

    # --- text ---------------------------------------------------------------------------------------------------------

    def _text(self, message: Message, state: State) -> Turn:
        if not has_vietnamese_letters(message.text):
            return talk.plain("no_text", Outcome.CHITCHAT), state
        if state.awaiting:
            handled = talk.awaited(message, state, self._library)
            if handled is not None:
                return handled
            state = replace(state, awaiting=None)
        if chosen := self._chosen(message.text, state):
            aspects = tuple(Aspect(item) for item in state.aspects if item in ASPECTS)
            return self._answer(chosen, aspects, None, state)
        intent = self._intent(message, state)
        if intent == "go_back":
            return self._back(state)
        if intent in ("more", "repeat") and (current := self._library.procedure(state.procedure)):
            aspects = (Aspect.STEPS, Aspect.CONDITIONS) if intent == "more" else tuple(map(Aspect, state.aspects))
            return self._answer(current, aspects, state.case, state)
        if intent == "deny":
            return self._denied(state)
        if intent == "correct":
            return self._decided(decide(talk.after_correction(message.text), state, self._library, state.procedure), state)
        if intent == "out_of_scope" and state.procedure:
            decision = decide(message.text, state, self._library)
            if decision.kind is Kind.ANSWER:
                return self._decided(decision, state, message)
        if intent and not intent.startswith(ASK_PREFIX) and (spoken := talk.talk(intent, message, state, self._library)):
            return spoken
        return self._decided(decide(message.text, state, self._library), state, message)

    def _intent(self, message: Message, state: State) -> str:
        """Rasa's intent when it is sure and the search does not say otherwise; else the search's own reading."""
        found = self._library.search(message.text)
        top = found.hits[0] if found.hits else None
        acts = {hit.target.removeprefix(ACT_PREFIX): hit.probability for hit in found.hits if hit.target.startswith(ACT_PREFIX)}
        for act in SAFETY:
            said = acts.get(act, 0.0) >= ACT_PROBABILITY or (message.intent == act and message.confidence >= SURE_INTENT)
            if said and not (top and is_procedure(top.target) and top.probability >= talk.SURE_PROCEDURE):
                return act
        typed = talk.words(message.text, self._library)
        words = self._library.aspect_words.content(typed)
        if not words and self._library.aspect_words.detect(typed):
            return ""  # "hết bao nhiêu tiền": a bare side of whatever is in hand
        names_procedure = bool(
            top and is_procedure(top.target) and top.probability >= talk.SURE_PROCEDURE and len(words) >= MIN_CONTENT
        )
        if message.intent in MOVES and message.confidence >= SURE_INTENT:
            named = len(words) >= MIN_CONTENT or bool(words and self._library.aspect_words.detect(typed))
            said_more = message.intent not in ("correct", "go_back") and named
            return "" if names_procedure and message.intent != "correct" or said_more else message.intent
        if names_procedure:
            return ""
        agreed = acts.get(message.intent, 0.0) >= AGREEING_ACT or message.confidence >= SURE_ALONE
        if message.intent.startswith(ASK_PREFIX) or (message.intent and message.confidence >= SURE_INTENT and agreed):
            return message.intent
        if not message.intent and (move := talk.move_of(message.text, self._library)):
            return move
        best = max(acts, key=acts.__getitem__, default="")
        return best if best and acts[best] >= ACT_PROBABILITY else ""

    def _chosen(self, message: str, state: State) -> Procedure | None:
        """"2", "số 2", "cái thứ hai" after a list of choices."""
        number = talk.number_in(message)
        if number is None or not 1 <= number <= len(state.choices):
            return None
        return self._library.book.by_id(state.choices[number - 1])

    def _decided(self, decision: Decision, state: State, message: Message | None = None) -> Turn:
        book, ward = self._library.book, self._library.book.ward
        aspects = decision.aspects
        if not aspects and message and message.intent.startswith(ASK_PREFIX) and message.confidence >= SURE_INTENT:
            asked = message.intent.removeprefix(ASK_PREFIX)
            aspects = _ASKED[asked] if asked in _ASKED else ((Aspect(asked),) if asked in ASPECTS else ())
        after = replace(state, aspects=tuple(aspects), choices=(), awaiting=None, away=False)
        match decision.kind:
            case Kind.ANSWER:
                return self._answer(decision.procedures[0], aspects, decision.case, state)
            case Kind.BOTH:
                reply = compose.both(decision.procedures, aspects, ward, self._today())
                return reply, self._about(after, decision.procedures[0], None, aspects)
            case Kind.CLARIFY | Kind.FIELD:
                lead = text("clarify")
                if decision.kind is Kind.FIELD:
                    lead = text("clarify_field", field=decision.procedures[0].field)
                return self._offer(compose.choices(decision.procedures, lead), decision, after)
            case Kind.INFO if entry := self._library.info(decision.topic):
                return compose.info(entry, ward), after
            case Kind.ACT:
                spoken = talk.talk(decision.act, message or Message(), state, self._library)
                if spoken is not None:
                    return spoken
        if decision.procedures:
            reply = compose.choices(decision.procedures, text("nothing_found_near"), Outcome.OUT_OF_SCOPE)
            return self._offer(replace(reply, flags=("unanswered",)), decision, after)
        if not book.procedures:
            return talk.plain("unavailable", Outcome.UNAVAILABLE), after
        if aspects and state.choices:
            again = [found for choice in state.choices if (found := self._library.book.by_id(choice))]
            return compose.choices(again, text("clarify")), replace(after, choices=state.choices)
        if aspects and message and not self._library.aspect_words.content(talk.words(message.text, self._library)):
            return talk.plain("need_procedure", Outcome.CLARIFY), after
        return replace(talk.plain("nothing_found", Outcome.OUT_OF_SCOPE), flags=("unanswered",)), after

    def _offer(self, reply: Reply, decision: Decision, state: State) -> Turn:
        return reply, replace(state, choices=tuple(procedure.id for procedure in decision.procedures))

    # --- shared -------------------------------------------------------------------------------------------------------

    def _answer(self, procedure: Procedure, aspects: tuple[Aspect, ...], case: str | None, state: State) -> Turn:
        case = case if procedure.case(case) else None
        reply = compose.answer(procedure, aspects, self._library.book.ward, self._today(), case)
        return reply, self._about(state, procedure, case, aspects)

    @staticmethod
    def _about(state: State, procedure: Procedure, case: str | None, aspects: tuple[Aspect, ...]) -> State:
        previous = state.procedure if state.procedure not in (None, procedure.stem) else state.previous
        return replace(
            state, procedure=procedure.stem, previous=previous, case=case, aspects=tuple(aspects), choices=(), awaiting=None,
            away=False,
        )

    def _back(self, state: State) -> Turn:
        previous = self._library.procedure(state.previous)
        if previous is None:
            return talk.plain("no_previous", Outcome.CLARIFY), state
        reply, after = self._answer(previous, (), None, state)
        return reply.with_text_before(text("back_to")), after

    def _denied(self, state: State) -> Turn:
        return talk.plain("deny", Outcome.CLARIFY), replace(state, procedure=None, case=None, choices=())

    def _guarded(self, reply: Reply) -> Reply:
        if not reply.codes and not reply.topic:
            return reply  # a fixed sentence: it tells no fact of a record
        book = self._library.book
        procedures = [found for code in reply.codes if (found := book.by_id(code))]
        due = [due_facts(procedure, book.ward, self._today()) for procedure in procedures]
        records: list[Record] = [*procedures]
        if entry := self._library.info(reply.topic):
            records.append(entry)
        if book.ward:
            records.append(book.ward)
        try:
            return check_reply(reply, [*(self._facts_of(record) for record in records), *due])
        except GuardError as error:
            log.error("guard.refused", reason=str(error), codes=reply.codes)
            return talk.plain("unavailable", Outcome.UNAVAILABLE)

    def _facts_of(self, record: Record) -> frozenset[str]:
        key = id(record)
        if key not in self._facts:
            self._facts[key] = facts_of(record)
        return self._facts[key]

