"""Cutting a message into the questions it holds."""

from __future__ import annotations

import re

_END = re.compile(r"[?!;\n]+|\.(?=\s|$)")
_JOINT = re.compile(
    r"\s*,?\s+(?:và đồng thời|đồng thời|và|với lại|rồi còn|còn|va dong thoi|dong thoi|va|voi lai|roi con)\s+(?=\S)", re.IGNORECASE
)
MIN_PART_CHARS = 12


def split_questions(text: str) -> list[str]:
    """Sentences, and the two sides of a joint ("và", "đồng thời", "với lại"); pieces too short to mean much are dropped."""
    parts = [part.strip() for sentence in _END.split(text) for part in _JOINT.split(sentence)]
    return [part for part in parts if len(part) >= MIN_PART_CHARS]
