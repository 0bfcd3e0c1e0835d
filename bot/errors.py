"""The one error tree of the project.

MotCuaError
├── SettingsError      a setting is missing or cannot be read
├── KnowledgeError     a knowledge file cannot be used (carries its problems)
├── ModelError         a trained model is missing or does not fit
├── EngineUnavailable  Rasa cannot be reached
├── StoreError         the store cannot be read or written (disk full, read-only, no connection …)
├── BadMessage         a citizen's message cannot be taken (empty, too long …)
├── TooMany            a conversation sends faster than allowed (carries `retry_after_s`)
└── GuardError         a reply holds a fact that stands in no record

Every message is one clear line in Vietnamese: it may be shown to staff as it is.
"""

from __future__ import annotations


class MotCuaError(Exception):
    """Base of every error that this project raises on purpose."""


class SettingsError(MotCuaError):
    """A setting is missing or cannot be read."""


class KnowledgeError(MotCuaError):
    """A knowledge file cannot be used."""


class ModelError(MotCuaError):
    """A trained model is missing or does not fit the code."""


class EngineUnavailable(MotCuaError):
    """Rasa cannot be reached or did not answer in time."""


class StoreError(MotCuaError):
    """The store of conversations cannot be opened, read or written."""


class BadMessage(MotCuaError):
    """A citizen's message cannot be taken."""


class GuardError(MotCuaError):
    """A reply holds a number, link or phone that stands in no record."""


class TooMany(MotCuaError):
    """A conversation sends faster than allowed. `retry_after_s` says when to come back."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(f"Bạn nhắn nhanh quá, xin chờ {retry_after_s} giây rồi nhắn tiếp giúp tôi nhé.")
        self.retry_after_s = retry_after_s
