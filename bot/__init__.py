"""Một Cửa: an assistant for questions about a Vietnamese ward's administrative procedures."""

__version__ = "0.1.0"
