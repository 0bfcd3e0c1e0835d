"""The responder of this process: loaded once, swapped whole when knowledge changes."""

from __future__ import annotations

from threading import Lock

import structlog

from bot import clock
from bot.answers.library import Library
from bot.answers.respond import Responder
from bot.answers.state import Message, State, Turn
from bot.errors import KnowledgeError
from bot.knowledge.read import Book, read_book
from bot.search.encoder import Encoder, load_encoder
from bot.search.fuse import Fusion
from bot.search.gate import Gate
from bot.settings import Settings, get_settings

log = structlog.get_logger(__name__)


class AnswerService:
    """Responds from the newest good knowledge. `refresh` may run in a thread while turns are answered."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._encoder: Encoder = load_encoder(settings.encoder_path)
        self._fusion = Fusion.load(settings.models_dir / "encoder")
        self._gate = Gate.load(settings.models_dir / "encoder")
        self._refreshing = Lock()
        book = read_book(settings.knowledge_dir)
        for problem in book.problems:
            log.warning("knowledge.problem", problem=str(problem))
        self._use(self._build(book))

    @property
    def library(self) -> Library:
        return self._library

    @property
    def book(self) -> Book:
        return self._library.book

    def respond(self, message: Message, state: State) -> Turn:
        return self._responder.respond(message, state)

    def refresh(self) -> Book:
        """Read the folder again. Facts are live at once; the search follows when its index is rebuilt.

        A broken file keeps its last good version; if the dictionary or the aspect file is broken, the old ones stay.
        """
        with self._refreshing:
            book = read_book(self._settings.knowledge_dir, last=self.book)
            for problem in book.problems:
                log.warning("knowledge.problem", problem=str(problem))
            if book.fingerprint != self.book.fingerprint:
                self._use(self._library.with_book(book))
            try:
                self._use(self._build(book))
            except (KnowledgeError, OSError, ValueError) as error:
                log.error("knowledge.dictionary", error=str(error))
            log.info("knowledge.live", procedures=len(book.procedures), problems=len(book.problems))
            return book

    def _build(self, book: Book) -> Library:
        settings = self._settings
        return Library.build(book, self._encoder, self._fusion, self._gate, settings.knowledge_dir, settings.nlu_dir)

    def _use(self, library: Library) -> None:
        self._responder = Responder(library, clock.today)
        self._library = library


_service: AnswerService | None = None
_loading = Lock()


def get_service() -> AnswerService:
    """The service of this process, made on first use."""
    global _service
    with _loading:
        if _service is None:
            _service = AnswerService(get_settings())
        return _service
