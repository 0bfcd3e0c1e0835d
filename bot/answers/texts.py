"""The fixed sentences of the bot, from `texts.yml` beside this file."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml


@cache
def _all() -> dict[str, str]:
    loaded = yaml.safe_load((Path(__file__).parent / "texts.yml").read_text("utf-8"))
    return {key: str(value).strip() for key, value in loaded.items()}


def text(key: str, **values: object) -> str:
    """The sentence `key`, its `{names}` filled from `values`.

    Raises:
        KeyError: there is no such sentence, or a value is missing.
    """
    return _all()[key].format(**values)


def all_texts() -> dict[str, str]:
    """All fixed sentences by key."""
    return dict(_all())
