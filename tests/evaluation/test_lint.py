"""Sample questions that find another procedure."""

from __future__ import annotations

from dataclasses import replace

from bot.evaluation.lint import Collision, collision_lines, collisions


def test_nearly_every_sample_question_finds_its_own_procedure(service) -> None:
    book = service.book
    asked = sum(len(item.questions) for item in book.procedures.values())
    told: list[tuple[int, int]] = []
    found = collisions(service.library, lambda done, total: told.append((done, total)))
    assert told[-1] == (len(book.procedures), len(book.procedures))
    assert len(found) <= 0.03 * asked, "\n".join(collision_lines(found))


def test_a_question_filed_under_another_procedure_is_reported(service) -> None:
    library = service.library
    wrong = library.book.procedures["dang-ky-ket-hon"].model_copy(update={"questions": ("mất căn cước làm lại thế nào",)})
    book = replace(library.book, procedures={"dang-ky-ket-hon": wrong})
    found = collisions(replace(library, book=book))
    assert [(item.stem, item.other) for item in found] == [("dang-ky-ket-hon", "cap-lai-can-cuoc")]


def test_pairs_come_with_their_questions_the_most_confused_first() -> None:
    found = [Collision("a", "câu 1", "b", 0.9), Collision("c", "câu 2", "d", 0.5), Collision("c", "câu 3", "d", 0.6)]
    lines = [line.strip() for line in collision_lines(found)]
    assert lines[1:] == ["c → d (2 câu)", "“câu 2”", "“câu 3”", "a → b (1 câu)", "“câu 1”"]
