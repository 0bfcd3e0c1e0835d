"""The short report on the terminal."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Console
from rich.table import Table

from bot.answers.talk import REASONS
from bot.store.types import ReportCounts

GOAL = 0.95
"""The ward's goal: 95 % satisfied (notice on administrative reform, 2023)."""
FEW_RATINGS = 30
"""With fewer ratings a percentage says little; the report says so."""

_OUTCOMES = {
    "answer": "Đã trả lời thủ tục", "clarify": "Hỏi lại cho rõ", "info": "Trả lời thông tin chung",
    "out_of_scope": "Ngoài phạm vi, chưa tìm thấy", "feedback": "Đánh giá, góp ý", "petition": "Phản ánh, kiến nghị",
    "human": "Muốn gặp cán bộ", "dossier": "Hỏi hồ sơ", "chitchat": "Chào hỏi", "unavailable": "Hệ thống trục trặc",
    "dead": "Không xử lý được", "pending": "Đang chờ",
}


def satisfaction_line(counts: ReportCounts) -> str:
    """Share of 4 and 5 stars, its 95 % interval, and how it stands to the goal."""
    ratings = counts.ratings
    if not ratings.n or ratings.share is None or ratings.low is None or ratings.high is None:
        return "Hài lòng: chưa có lượt đánh giá nào."
    line = (f"Hài lòng: {ratings.share:.1%} ({ratings.satisfied}/{ratings.n} lượt chấm 4–5 sao; "
            f"khoảng tin cậy 95 %: {ratings.low:.1%}–{ratings.high:.1%}), mục tiêu {GOAL:.0%}")
    if ratings.n < FEW_RATINGS:
        return f"{line}. Còn ít lượt đánh giá (dưới {FEW_RATINGS}), chưa kết luận được."
    return f"{line}: {'đạt' if ratings.share >= GOAL else 'chưa đạt'}."


def print_report(counts: ReportCounts, titles: Mapping[str, str]) -> None:
    """Print counts of a period. `titles` maps procedure codes to the names people use."""
    console = Console(width=100, highlight=False)
    console.print(f"Từ {counts.since:%d/%m/%Y} đến {counts.until:%d/%m/%Y}: {counts.asked} tin nhắn của người dân.")
    table = Table("Kết quả", "Số lượt")
    for outcome, count in sorted(counts.by_outcome.items(), key=lambda item: -item[1]):
        table.add_row(_OUTCOMES.get(outcome, outcome), str(count))
    console.print(table)
    console.print("Kênh: " + (", ".join(f"{name} {count}" for name, count in counts.by_channel.items()) or "chưa có"))
    reasons = [f"{REASONS.get(reason, reason)}: {count}" for reason, count in counts.feedback.down_reasons.items()]
    votes = [f"Hữu ích: {counts.feedback.up}", f"Chưa hữu ích: {counts.feedback.down}", *reasons]
    console.print(" · ".join(votes))
    console.print(satisfaction_line(counts))
    if counts.top_procedures:
        console.print("Thủ tục được hỏi nhiều: "
                      + "; ".join(f"{titles.get(item.key, item.key)} ({item.count})" for item in counts.top_procedures))
    if counts.top_unanswered:
        console.print("Câu chưa trả lời được:")
        for item in counts.top_unanswered:
            console.print(f"  {item.count}× {item.key}", markup=False)
