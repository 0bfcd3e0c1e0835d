"""`python -m bot.knowledge [folder]`: list what is wrong in the knowledge folder, without the heavy parts."""

import sys
from pathlib import Path

from bot.knowledge.read import read_book

book = read_book(Path(sys.argv[1] if len(sys.argv) > 1 else "knowledge"))
for problem in book.problems:
    print(problem)
print(f"{len(book.procedures)} thủ tục, {len(book.infos)} mục hỏi đáp, {len(book.problems)} lỗi")
sys.exit(1 if book.problems else 0)
