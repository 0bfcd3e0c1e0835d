"""The barest custom action: says the text back."""

from rasa_sdk import Action


class ActionEcho(Action):
    def name(self) -> str:
        return "action_echo"

    def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(json_message={"text": tracker.latest_message.get("text")})
        return []
