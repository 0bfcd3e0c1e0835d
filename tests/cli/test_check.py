"""`motcua check` and the program as it is really started."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.knowledge.conftest import BIRTH, DEATH, HOURS, INFO, OTHER, PROCEDURE, WARD, WARD_NAME, line_of, put

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "kien-thuc"
    for name, text in ((BIRTH, PROCEDURE), (DEATH, OTHER), (HOURS, INFO), (WARD_NAME, WARD)):
        put(root, name, text)
    return root


def test_a_good_folder_is_counted_and_what_is_unknown_is_listed(motcua, folder: Path) -> None:
    result = motcua("check", KNOWLEDGE_DIR=str(folder))
    assert result.code == 0, result
    assert result.out.splitlines()[-1] == "2 thủ tục (2 đầy đủ), 1 mục hỏi đáp, 0 lỗi"
    assert "don-vi.yml: địa chỉ" in result.out


def test_a_broken_folder_names_file_line_and_cure_of_everything(motcua, folder: Path) -> None:
    put(folder, BIRTH, PROCEDURE.replace("mức: 8000", "mức: 8.000").replace("lĩnh vực:", "lĩnh vuc:"))
    put(folder, WARD_NAME, WARD.replace("365", "nhiều"))
    result = motcua("check", KNOWLEDGE_DIR=str(folder))
    assert result.code == 1
    assert "Traceback" not in result.err
    for name, line, cure in (
        (BIRTH, line_of(PROCEDURE, "  - mức"), "8000"), (BIRTH, line_of(PROCEDURE, "lĩnh vực"), "lĩnh vực"), (WARD_NAME, line_of(WARD, "số ngày"), "số"),
    ):
        found = [text for text in result.out.splitlines() if text.startswith(f"{name}:{line}: ")]
        assert len(found) == 1, result.out
        assert cure in found[0].split("→")[1]
    assert result.out.splitlines()[-1].endswith("3 lỗi")


def test_a_missing_folder_is_an_error_that_names_what_to_do(motcua, tmp_path: Path) -> None:
    result = motcua("check", KNOWLEDGE_DIR=str(tmp_path / "khong-co"))
    assert result.code == 1
    assert "thêm tệp thủ tục" in result.out
    assert "Traceback" not in result.err


def start(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments], cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, timeout=60, check=False,
    )


def test_the_program_itself_ends_with_one_line_and_exit_1(tmp_path: Path) -> None:
    done = start("eval", "--direct", str(tmp_path / "khong-co.jsonl"))
    assert done.returncode == 1
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert "không có tệp" in done.stderr and "khong-co.jsonl" in done.stderr.replace("\n", "")


def test_the_program_checks_a_broken_folder(folder: Path) -> None:
    put(folder, BIRTH, "tên: [\n")
    done = start("check", KNOWLEDGE_DIR=str(folder))
    assert done.returncode == 1
    assert f"{BIRTH}:" in done.stdout
    assert "Traceback" not in done.stderr


def test_the_light_check_needs_nothing_heavy(folder: Path) -> None:
    """Staff run it on any machine: it must not load the search."""
    code = "import sys, runpy; sys.argv = ['x', sys.argv[1]]\ntry: runpy.run_module('bot.knowledge', run_name='__main__')\nexcept SystemExit as stop: code = stop.code\n" \
           "assert not {'torch', 'faiss', 'sklearn', 'rasa_sdk', 'numpy'} & set(sys.modules); sys.exit(code)"
    done = subprocess.run([sys.executable, "-c", code, str(folder)], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().endswith("0 lỗi")
