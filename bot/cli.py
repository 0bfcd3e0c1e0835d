"""The command line: `motcua …` or `python -m bot …`. Heavy parts are imported where they are used."""

from __future__ import annotations

import json
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from bot.errors import BadMessage, MotCuaError
from bot.settings import get_settings

app = typer.Typer(help="Trợ lý thủ tục hành chính của phường.", no_args_is_help=True, add_completion=False,
                  pretty_exceptions_enable=False)
screen = Console(stderr=True, highlight=False)


@contextmanager
def _progress() -> Iterator[Progress]:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=screen) as progress:
        yield progress


@app.command()
def train(force: Annotated[bool, typer.Option("--force", help="Huấn luyện lại cả khi dữ liệu không đổi.")] = False) -> None:
    """Huấn luyện bộ tìm kiếm và mô hình Rasa, nếu dữ liệu đã đổi."""
    from bot.run import train as training

    settings = get_settings()
    with _progress() as progress:
        if force or not training.encoder_is_current(settings):
            weighing = progress.add_task("Cân chỉnh bộ tìm kiếm", total=None)
            learning = progress.add_task("Huấn luyện bộ tìm kiếm", total=None)
            training.train_search(
                settings,
                lambda done, total: progress.update(learning, completed=done, total=total),
                lambda done, total: progress.update(weighing, completed=done, total=total),
            )
        if force or not training.rasa_is_current(settings):
            task = progress.add_task("Huấn luyện mô hình Rasa (khoảng 40 giây)", total=None)
            training.train_rasa(settings)
            progress.update(task, total=1, completed=1)
    screen.print("Mô hình đã sẵn sàng.")


@app.command()
def run() -> None:
    """Chạy trợ lý: web chat, Rasa và mọi thứ cần thiết. Ctrl-C để dừng."""
    from bot.run.supervisor import Supervisor, check_port, make_children

    settings = get_settings()
    check_port(settings.host, settings.port, "PORT")
    if not settings.rasa_url:
        check_port("127.0.0.1", settings.rasa_port, "RASA_PORT")
    train(force=False)
    began = time.monotonic()
    supervisor = Supervisor(make_children(settings), settings)
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, supervisor.stop)
    try:
        with _progress() as progress:
            progress.add_task("Đang khởi động", total=None)
            supervisor.start()
            supervisor.wait_until_ready()
        seconds = time.monotonic() - began
        screen.print(f"Sẵn sàng sau {seconds:.0f} giây. Mở trình duyệt ở: [bold]{settings.local_url}/[/]")
        screen.print("Nhấn Ctrl-C để dừng.")
        supervisor.watch(lambda line: screen.print(line))
    finally:
        supervisor.close()
        screen.print("Đã dừng.")


@app.command()
def check(
    questions: Annotated[bool, typer.Option(
        "--questions", help="Hỏi thử mọi câu hỏi mẫu, báo câu nào tìm ra thủ tục khác (nửa phút đến vài phút).")] = False,
) -> None:
    """Soát thư mục knowledge: mọi lỗi, và những gì còn chưa rõ."""
    from bot.knowledge.audit import audit
    from bot.knowledge.read import read_book

    settings = get_settings()
    book = read_book(settings.knowledge_dir)
    for problem in book.problems:
        print(problem)
    for line in audit(book, settings.knowledge_dir):
        print(line)
    if questions:
        from bot.answers.service import get_service
        from bot.evaluation.lint import collision_lines, collisions

        with _progress() as progress:
            task = progress.add_task("Hỏi thử các câu hỏi mẫu", total=None)
            found = collisions(get_service().library, lambda done, total: progress.update(task, completed=done, total=total))
        for line in collision_lines(found):
            print(line)
    full = sum(procedure.depth.value == "đầy đủ" for procedure in book.procedures.values())
    print(f"{len(book.procedures)} thủ tục ({full} đầy đủ), {len(book.infos)} mục hỏi đáp, {len(book.problems)} lỗi")
    if book.problems:
        raise typer.Exit(1)


@app.command()
def search(
    words: Annotated[list[str] | None, typer.Argument(help="Câu cần tìm.")] = None,
    jsonl: Annotated[bool, typer.Option("--jsonl", help='Đọc mỗi dòng {"id","text"} từ đầu vào chuẩn.')] = False,
) -> None:
    """Tìm thủ tục gần nhất với một câu."""
    from bot.answers.service import get_service

    service = get_service()

    def results(text: str) -> list[dict[str, Any]]:
        hits = service.library.search(text, limit=60).procedures[:10]
        book = service.book
        return [
            {"code": book.procedures[hit.target].id, "file": hit.target, "score": round(hit.probability, 4)} for hit in hits
        ]

    if jsonl:
        for item in _json_lines(sys.stdin):
            found = {"id": item.get("id"), "results": results(str(item.get("text", "")))}
            print(json.dumps(found, ensure_ascii=False), flush=True)
        return
    for hit in results(" ".join(words or ())):
        print(f"{hit['score']:.2f}  {hit['code']:<12} {service.book.procedures[hit['file']].title}")


@app.command()
def ask(
    words: Annotated[list[str] | None, typer.Argument(help="Câu hỏi.")] = None,
    jsonl: Annotated[bool, typer.Option("--jsonl", help='Đọc mỗi dòng {"id","turns":[{"text"}…]} từ đầu vào chuẩn.')] = False,
    direct: Annotated[bool, typer.Option("--direct", help="Trả lời không qua Rasa.")] = False,
) -> None:
    """Hỏi trợ lý và xem câu trả lời, qua Rasa thật (hoặc --direct)."""
    from bot.evaluation.play import open_player

    with open_player(get_settings(), direct=direct, told=screen.print) as play:
        if jsonl:
            for item in _json_lines(sys.stdin):
                turns = [str(turn.get("text", "")) for turn in item.get("turns", ()) if isinstance(turn, dict)]
                print(json.dumps({"id": item.get("id"), "turns": play(turns)}, ensure_ascii=False), flush=True)
            return
        for turn in play([" ".join(words or ())]):
            print(turn["text"])
            if turn["buttons"]:
                print("  [" + "] [".join(button["title"] for button in turn["buttons"]) + "]")


@app.command(name="eval")
def evaluate(
    file: Annotated[Path, typer.Argument(help="Tệp câu hỏi (mỗi dòng một JSON), hoặc thư mục chứa các tệp ấy.")],
    direct: Annotated[bool, typer.Option("--direct", help="Không qua Rasa.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="In dạng JSON cho máy đọc.")] = False,
    plain: Annotated[bool, typer.Option("--plain", help="Bỏ dấu mọi câu trước khi hỏi.")] = False,
    failures: Annotated[bool, typer.Option("--failures", help="In các câu trả lời chưa đúng.")] = False,
) -> None:
    """Đo chất lượng trên một bộ câu hỏi, cạnh BM25 trên cùng hồ sơ."""
    from bot.evaluation.measure import measure, print_figures
    from bot.evaluation.play import open_player

    questions: list[dict[str, Any]] = []
    for part in sorted(file.glob("*.jsonl")) if file.is_dir() else [file]:
        with part.open(encoding="utf-8") as lines:
            questions += _json_lines(lines)
    with open_player(get_settings(), direct=direct, told=screen.print) as play:
        figures = measure(questions, play, plain=plain)
    if as_json:
        print(json.dumps(figures, ensure_ascii=False, indent=2))
    else:
        print_figures(figures, failures=failures)


@app.command()
def bench(
    files: Annotated[list[Path] | None, typer.Argument(help="Tệp câu hỏi; mặc định: tests/search/bank.")] = None,
    growth: Annotated[bool, typer.Option("--growth", help="Đo chỉ mục từ 1.000 đến 1.000.000 đoạn.")] = False,
) -> None:
    """So bộ tìm kiếm với từng phần của nó và với các cách tìm khác, trên cùng hồ sơ và câu hỏi."""
    from bot.evaluation import bench as benchmark
    from bot.evaluation.growth import growth as measure_growth
    from bot.settings import ROOT

    with _progress() as progress:
        task = progress.add_task("Đo", total=None)

        def told(line: str) -> None:
            progress.update(task, description=f"Đo: {line}")

        bank = sorted((ROOT / "tests" / "search" / "bank").glob("*.jsonl"))
        rows = measure_growth(told) if growth else benchmark.bench(files or bank, told)
    names = list(dict.fromkeys(name for row in rows for name in row))
    table = Table(*names)
    for row in rows:
        table.add_row(*(str(row.get(name, "–")) for name in names))
    Console(width=150).print(table)


@app.command()
def report(
    days: Annotated[int, typer.Option(help="Số ngày gần nhất.", min=1, max=3660)] = 30,
) -> None:
    """Báo cáo: số câu hỏi, mức hài lòng so với mục tiêu 95 %, câu chưa trả lời được."""
    from bot.knowledge.read import read_book
    from bot.reports.summary import print_report
    from bot.store import open_store

    settings = get_settings()
    until = datetime.now(UTC)
    titles = {procedure.id: procedure.title for procedure in read_book(settings.knowledge_dir).procedures.values()}
    store = open_store(settings.database_url)
    try:
        print_report(store.report(until - timedelta(days=days), until), titles)
    finally:
        store.close()


def _json_lines(lines: TextIO) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            item = json.loads(line)
        except ValueError as error:
            raise BadMessage(f"dòng {number} không phải JSON") from error
        if not isinstance(item, dict):
            raise BadMessage(f"dòng {number} không phải đối tượng JSON")
        yield item


def main() -> None:
    """Run a command; an error is one clear line and exit code 1."""
    from bot.run.logs import set_up_logs

    set_up_logs("ERROR")
    try:
        code = app(standalone_mode=False)  # typer.Exit comes back as a number here
    except MotCuaError as error:
        screen.print(f"[red]Lỗi:[/] {escape(str(error))}")
        raise SystemExit(1) from None
    except FileNotFoundError as error:
        screen.print(f"Lỗi: không có tệp {error.filename}", markup=False)
        raise SystemExit(1) from None
    except (OSError, UnicodeDecodeError) as error:
        screen.print(f"Lỗi: {getattr(error, 'strerror', None) or error} {getattr(error, 'filename', '') or ''}", markup=False)
        raise SystemExit(1) from None
    except (KeyboardInterrupt, typer.Abort):
        raise SystemExit(130) from None
    except Exception as error:
        wrong = getattr(error, "format_message", None)  # a usage error; typer has its own class, click another
        if wrong is None:
            raise
        if wrong():  # empty: no command at all, and the help has been printed
            screen.print(f"Lỗi: lệnh viết chưa đúng ({wrong()}); xem “motcua --help”", markup=False)
        raise SystemExit(1) from None
    if code:
        raise SystemExit(code)


if __name__ == "__main__":
    main()
