"""The page of the running gateway, for a real browser."""

import pytest


@pytest.fixture(scope="session")
def chat_url(bot_url: str) -> str:
    return bot_url
