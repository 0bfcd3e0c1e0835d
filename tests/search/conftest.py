"""What several tests of the search share: the ward's book and its index."""

from __future__ import annotations

import pytest

from bot.knowledge.read import Book
from bot.search.index import Index


@pytest.fixture(scope="module")
def book(service) -> Book:
    return service.book


@pytest.fixture(scope="module")
def index(service) -> Index:
    return service.library.index
