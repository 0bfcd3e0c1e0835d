"""The words that every part of the project shares: what a turn came to, what was asked, which topics exist."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """What a turn came to."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    INFO = "info"
    OUT_OF_SCOPE = "out_of_scope"
    FEEDBACK = "feedback"
    PETITION = "petition"
    HUMAN = "human"
    DOSSIER = "dossier"
    CHITCHAT = "chitchat"
    UNAVAILABLE = "unavailable"


class Aspect(StrEnum):
    """What a citizen wants to know about a procedure."""

    OVERVIEW = "overview"
    DOCUMENTS = "documents"
    FEE = "fee"
    TIME = "time"
    PLACE = "place"
    STEPS = "steps"
    CONDITIONS = "conditions"
    FORM = "form"
    ONLINE = "online"
    LEGAL = "legal"
    RESULT = "result"


ASPECTS = frozenset(Aspect)

TOPICS = (
    "hours", "address", "contact", "one_stop", "queue", "online_service", "postal", "payment", "vneid", "project06",
    "cchc", "par_index", "sipas", "papi", "complaint", "reception", "new_ward", "dossier_status",
)
