"""The service of a process: a saved file is live at once, a broken one takes nothing away."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.answers.service import AnswerService
from bot.answers.state import Message, State
from bot.errors import KnowledgeError
from bot.settings import Settings

BIRTH = "dang-ky-khai-sinh"
ASK = "làm giấy khai sinh cho con cần giấy tờ gì"
KEPT = ("dang-ky-khai-sinh", "khai-sinh-yeu-to-nuoc-ngoai", "sao-y-ban-chinh", "chung-thuc-chu-ky")


@pytest.fixture
def knowledge(settings: Settings, tmp_path: Path) -> Path:
    """A small copy of the ward's folder, so that indexing takes a moment only."""
    folder = tmp_path / "knowledge"
    shutil.copytree(settings.knowledge_dir, folder)
    for path in (folder / "thu-tuc").rglob("*.yml"):
        if path.stem not in KEPT:
            path.unlink()
    return folder


@pytest.fixture
def own(settings: Settings, knowledge: Path, tmp_path: Path) -> AnswerService:
    return AnswerService(settings.model_copy(update={"knowledge_dir": knowledge, "var_dir": tmp_path / "var"}))


def birth_file(knowledge: Path) -> Path:
    return next(knowledge.rglob(f"{BIRTH}.yml"))


def said(service: AnswerService, text: str) -> str:
    return service.respond(Message(text), State())[0].text


def test_a_changed_fact_is_told_after_refresh(own: AnswerService, knowledge: Path) -> None:
    path = birth_file(knowledge)
    name = own.book.procedures[BIRTH].documents[0].name
    assert name in said(own, ASK)
    path.write_text(path.read_text("utf-8").replace(f"giấy tờ: {name}", "giấy tờ: Tờ khai kiểu mới"), "utf-8")
    assert name in said(own, ASK), "not before"
    own.refresh()
    assert "Tờ khai kiểu mới" in said(own, ASK)


def test_a_broken_file_goes_on_with_its_last_good_version(own: AnswerService, knowledge: Path) -> None:
    before = said(own, ASK)
    birth_file(knowledge).write_text("tên: [", "utf-8")
    book = own.refresh()
    assert len(book.problems) == 1
    assert said(own, ASK) == before


def test_a_broken_dictionary_goes_on_with_the_old_one(own: AnswerService, knowledge: Path) -> None:
    before = own.respond(Message("khai sinh lệ phí bao nhiêu"), State())[0]
    (knowledge / "tu-dien" / "khia-canh.yml").write_text("fee: [\n", "utf-8")
    own.refresh()
    assert own.respond(Message("khai sinh lệ phí bao nhiêu"), State())[0] == before


def test_a_new_procedure_is_found_by_its_name_at_once(own: AnswerService, knowledge: Path) -> None:
    text = birth_file(knowledge).read_text("utf-8")
    new = text.replace("1.001193", "9.000001").replace("khai sinh", "nuôi ong mật").replace("Khai sinh", "Nuôi ong mật")
    (birth_file(knowledge).parent / "nuoi-ong.yml").write_text(new, "utf-8")
    assert own.refresh().problems == ()
    assert own.respond(Message("đăng ký nuôi ong mật cho con"), State())[0].codes == ("9.000001",)


def test_a_removed_procedure_is_no_longer_told(own: AnswerService, knowledge: Path) -> None:
    code = own.book.procedures[BIRTH].id
    birth_file(knowledge).unlink()
    own.refresh()
    reply, _ = own.respond(Message(ASK), State())
    assert code not in reply.codes
    reply, _ = own.respond(Message("lệ phí?"), State(procedure=BIRTH))
    assert code not in reply.codes, "nor in a conversation about it"
    reply, _ = own.respond(Message(payload=f"tt:{code}"), State())
    assert code not in reply.codes, "nor by an old button"


def test_starting_on_a_broken_dictionary_names_file_and_line(settings: Settings, knowledge: Path, tmp_path: Path) -> None:
    (knowledge / "tu-dien" / "khia-canh.yml").write_text("fee:\n\trõ: [x]\n", "utf-8")
    with pytest.raises(KnowledgeError, match=r"khia-canh\.yml:2"):
        AnswerService(settings.model_copy(update={"knowledge_dir": knowledge, "var_dir": tmp_path / "var"}))
