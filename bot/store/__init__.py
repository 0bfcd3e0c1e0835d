"""Storage: the inbox of citizens' messages, their opinions, the counts for reports, and forgetting."""

from bot.store.privacy import mask, pseudonym
from bot.store.store import Store, open_store
from bot.store.types import (
    DEAD_OUTCOME,
    PENDING_OUTCOME,
    Conversation,
    Counted,
    FeedbackCounts,
    RatingCounts,
    ReportCounts,
    Turn,
    TurnState,
    Unanswered,
)

__all__ = [
    "DEAD_OUTCOME",
    "PENDING_OUTCOME",
    "Conversation",
    "Counted",
    "FeedbackCounts",
    "RatingCounts",
    "ReportCounts",
    "Store",
    "Turn",
    "TurnState",
    "Unanswered",
    "mask",
    "open_store",
    "pseudonym",
]
