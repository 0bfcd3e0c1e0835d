"""Counters that /metrics shows."""

from prometheus_client import Counter, Histogram

TURNS = Counter("motcua_turns_total", "Turns answered", ["channel", "outcome", "limited"])
FEEDBACK = Counter("motcua_feedback_total", "Thumbs on answers", ["value"])
LATENCY = Histogram(
    "motcua_turn_seconds", "Time to answer a turn", buckets=(0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)
)
