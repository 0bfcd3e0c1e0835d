"""A turn from inbox to outbox: order, the Rasa client, direct answers when Rasa is away."""
