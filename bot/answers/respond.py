"""One turn of conversation: intent or tap, text and state in; replies and new state out. The same with and without Rasa."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import structlog

from bot.answers import checklist, compose, talk
from bot.answers.decide import ACT_PROBABILITY, Decision, Kind, decide
from bot.answers.follow import MIN_CONTENT
from bot.answers.guard import check_reply, due_facts, facts_of
from bot.answers.library import Library
from bot.answers.payloads import Payload, parse_payload
from bot.answers.reply import Reply
from bot.answers.state import ASKED_CHARS, Message, State, Turn
from bot.answers.texts import text
from bot.errors import GuardError
from bot.knowledge.fields import Record
from bot.knowledge.types import Cases, Depth, Procedure
from bot.outcomes import ASPECTS, Aspect, Outcome
from bot.search.passages import ACT_PREFIX, ASK_PREFIX, MOVES, is_procedure
from bot.text.fold import has_vietnamese_letters

log = structlog.get_logger(__name__)

SURE_INTENT = 0.5
SURE_ALONE = 0.9
AGREEING_ACT = 0.1
"""Rasa's label for talk counts when the search, which knows the same examples, finds it at least this likely too."""
SAFETY = ("distress", "scam")
LIST = (Aspect.DOCUMENTS, Aspect.TIME, Aspect.FEE, Aspect.PLACE)
NO_CASE = frozenset({"khong", "khong co", "khong co gi", "binh thuong", "het roi", "het", "xong", "the thoi"})

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
        if after.procedure != state.procedure:
            after = replace(after, asked=message.text[:ASKED_CHARS] if after.procedure else "")
        return self._guarded(reply), replace(after, turns=state.turns + 1)

    # --- taps ---------------------------------------------------------------------------------------------------------

    def _tap(self, message: Message, state: State) -> Turn:
        payload = parse_payload(message.payload)
        if payload is None:
            return talk.plain("deny", Outcome.CHITCHAT), state
        if payload.kind in ("tt", "kc", "th", "ds"):
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
        if payload.kind == "th":
            return self._case_tapped(payload.value, procedure, state)
        if payload.kind == "ds":
            return self._answer(procedure, LIST, checklist.cases_in(payload.value, procedure), state)
        aspects: tuple[Aspect, ...] = ()
        same = procedure.stem == state.procedure
        if payload.kind == "kc":
            aspects = (Aspect(payload.value),) if payload.value in ASPECTS else ()
        elif state.choices:
            aspects = tuple(Aspect(item) for item in state.aspects if item in ASPECTS)
        return self._answer(procedure, aspects, state.cases if same else (), state)

    def _case_tapped(self, key: str, procedure: Procedure, state: State) -> Turn:
        """The next question about the citizen's case, or, when nothing is left to ask, their list."""
        answered = checklist.answered(state.awaiting) if procedure.stem == state.procedure else None
        cases, asked = (state.cases, answered) if answered is not None else ((), checklist.MAX_QUESTIONS)
        if key == checklist.START:
            cases, asked = (), 0
        elif key == checklist.NONE:
            asked = checklist.after_none(procedure, asked)
        else:
            cases, asked = procedure.with_case(cases, key), asked + 1
        offered = checklist.next_question(procedure, cases, asked)
        if not offered or procedure.depth is Depth.CATALOGUE:
            return self._answer(procedure, LIST, cases, state)
        after = self._about(state, procedure, cases, ())
        return checklist.question(procedure, offered, asked), replace(after, awaiting=f"{checklist.AWAITING}{asked}")

    # --- text ---------------------------------------------------------------------------------------------------------

    def _text(self, message: Message, state: State) -> Turn:
        if not has_vietnamese_letters(message.text):
            return talk.plain("no_text", Outcome.CHITCHAT), state
        if chosen_case := self._case_typed(message.text, state):
            return chosen_case
        if state.awaiting:
            handled = talk.awaited(message, state, self._library)
            if handled is not None:
                return handled
            state = replace(state, awaiting=None)
        if chosen := self._chosen(message.text, state):
            aspects = tuple(Aspect(item) for item in state.aspects if item in ASPECTS)
            return self._answer(chosen, aspects, (), state)
        intent = self._intent(message, state)
        if intent == "go_back":
            return self._back(state)
        if intent in ("more", "repeat") and (current := self._library.procedure(state.procedure)):
            aspects = (Aspect.STEPS, Aspect.CONDITIONS) if intent == "more" else tuple(map(Aspect, state.aspects))
            return self._answer(current, aspects, state.cases, state)
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
        typed = talk.words(message.text, self._library)
        if not any(word[0].isalpha() for word in typed):
            return ""  # numbers alone say nothing
        found = self._library.search(message.text)
        top = found.hits[0] if found.hits else None
        acts = {hit.target.removeprefix(ACT_PREFIX): hit.probability for hit in found.hits if hit.target.startswith(ACT_PREFIX)}
        for act in SAFETY:
            said = acts.get(act, 0.0) >= ACT_PROBABILITY or (message.intent == act and message.confidence >= SURE_INTENT)
            if said and not (top and is_procedure(top.target) and top.probability >= talk.SURE_PROCEDURE):
                return act
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

    def _case_typed(self, message: str, state: State) -> Turn | None:
        """"2", "không có" after a question about the case, typed instead of tapped."""
        procedure = self._library.procedure(state.procedure)
        asked = checklist.answered(state.awaiting)
        if procedure is None or asked is None:
            return None
        offered = checklist.next_question(procedure, state.cases, asked)
        number = talk.number_in(message)
        if number and number <= len(offered):
            return self._case_tapped(offered[number - 1].key, procedure, state)
        if number == len(offered) + 1 or " ".join(talk.words(message, self._library)) in NO_CASE:
            return self._case_tapped(checklist.NONE, procedure, state)
        return None

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
                return self._answer(decision.procedures[0], aspects, decision.cases, state)
            case Kind.BOTH:
                reply = compose.both(decision.procedures, aspects, ward, self._today())
                return reply, self._about(after, decision.procedures[0], (), aspects)
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
        worth_keeping = message is None or any(letter.isalpha() for letter in message.text)
        return replace(talk.plain("nothing_found", Outcome.OUT_OF_SCOPE), flags=("unanswered",) if worth_keeping else ()), after

    def _offer(self, reply: Reply, decision: Decision, state: State) -> Turn:
        return reply, replace(state, choices=tuple(procedure.id for procedure in decision.procedures))

    # --- shared -------------------------------------------------------------------------------------------------------

    def _answer(self, procedure: Procedure, aspects: tuple[Aspect, ...], cases: Cases, state: State) -> Turn:
        cases = tuple(case.key for case in procedure.cases_of(cases))
        reply = compose.answer(procedure, aspects, self._library.book.ward, self._today(), cases)
        return reply, self._about(state, procedure, cases, aspects)

    @staticmethod
    def _about(state: State, procedure: Procedure, cases: Cases, aspects: tuple[Aspect, ...]) -> State:
        previous = state.procedure if state.procedure not in (None, procedure.stem) else state.previous
        return replace(
            state, procedure=procedure.stem, previous=previous, cases=cases, aspects=tuple(aspects), choices=(), awaiting=None,
            away=False,
        )

    def _back(self, state: State) -> Turn:
        previous = self._library.procedure(state.previous)
        if previous is None:
            return talk.plain("no_previous", Outcome.CLARIFY), state
        reply, after = self._answer(previous, (), (), state)
        return reply.with_text_before(text("back_to")), after

    def _denied(self, state: State) -> Turn:
        return talk.plain("deny", Outcome.CLARIFY), replace(state, procedure=None, cases=(), choices=())

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

