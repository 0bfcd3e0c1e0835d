"""Money and dates as Vietnamese readers write them."""

from __future__ import annotations

from datetime import date


def format_vnd(amount_vnd: int) -> str:
    """20000 → "20.000 đồng"; 0 → "miễn phí"."""
    return "miễn phí" if amount_vnd == 0 else f"{amount_vnd:,}".replace(",", ".") + " đồng"


def format_date(day: date) -> str:
    """2026-11-24 → "24/11/2026"."""
    return f"{day.day:02d}/{day.month:02d}/{day.year}"
