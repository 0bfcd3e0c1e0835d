"""From Rasa's tracker to a reply and back: the one place where actions and answers meet."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.answers.service import get_service
from bot.answers.state import Message, State


def answer_turn(dispatcher: CollectingDispatcher, tracker: Tracker, intent: str | None = None) -> list[EventType]:
    """Respond to the latest message and store what changed in the slots.

    Args:
        dispatcher: takes the reply as custom JSON (plain text would be cut at blank lines).
        tracker: the conversation as Rasa sees it.
        intent: what the action itself stands for, when Rasa's own label is not to be used.
    """
    latest = tracker.latest_message
    label: dict[str, Any] = latest.get("intent") or {}
    values = [entity.get("value") for entity in latest.get("entities") or () if entity.get("entity") == "value"]
    payload = str(values[0]) if label.get("name") == "tap" and values else ""
    message = Message(
        text="" if payload else str(latest.get("text") or ""),
        payload=payload,
        intent=str(label.get("name") or "") if intent is None else intent,
        confidence=float(label.get("confidence") or 0.0),
    )
    before = State.from_slots(tracker.slots)
    reply, after = get_service().respond(message, before)
    dispatcher.utter_message(json_message={"reply": reply.as_json(), "state": after.as_slots()})
    was, now = before.as_slots(), after.as_slots()
    return [SlotSet(name, value) for name, value in now.items() if value != was[name]]
