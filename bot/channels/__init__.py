"""Doors to the citizens. Each knows `base` and nothing of the others."""
