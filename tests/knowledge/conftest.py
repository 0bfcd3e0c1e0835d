"""A small knowledge folder to break in every way that staff can."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

PROCEDURE = """\
mã: 1.001193
tên: Đăng ký khai sinh
nhãn nút: Khai sinh
tên thường gọi: [làm giấy khai sinh]
lĩnh vực: Hộ tịch
cấp: [xã]
mức độ: đầy đủ
tóm tắt: Ghi nhận việc em bé ra đời.
câu hỏi mẫu:
  - con mới sinh cần giấy tờ gì
trường hợp:
  - khóa: qua-han
    tên: Quá hạn 60 ngày
    nhãn nút: Quá hạn
    dấu hiệu: [quá hạn]
hồ sơ:
  - giấy tờ: Tờ khai
    bản chính: 1
các bước:
  - Nộp hồ sơ
thời hạn:
  - số: 3
    đơn vị: ngày làm việc
lệ phí:
  - mức: 8000
nơi nộp:
  - nơi: một cửa
kết quả: [Giấy khai sinh]
căn cứ:
  - số hiệu: 60/2014/QH13
nguồn:
  tên: Cổng Dịch vụ công
kiểm tra ngày: 2026-11-24
"""

OTHER = PROCEDURE.replace("1.001193", "1.000656").replace("khai sinh", "khai tử")

INFO = """\
chủ đề: hours
tên: Giờ làm việc
nhãn nút: Giờ làm việc
câu hỏi mẫu: [phường làm việc mấy giờ]
trả lời: "Giờ làm việc: {giờ_làm_việc}."
nguồn:
  tên: Phường
kiểm tra ngày: 2026-11-24
"""

WARD = """\
tên: Phường Thử
tỉnh: Lâm Đồng
địa chỉ: chưa rõ
nơi tiếp nhận:
  - khóa: một cửa
    tên: Bộ phận Một cửa
số ngày lưu hội thoại: 365
kiểm tra ngày: 2026-11-24
"""

BIRTH = "thu-tuc/ho-tich/khai-sinh.yml"
DEATH = "thu-tuc/ho-tich/khai-tu.yml"
HOURS = "hoi-dap/hours.yml"
WARD_NAME = "don-vi.yml"

Write = Callable[..., None]


def line_of(text: str, part: str) -> int:
    """Line (from 1) on which `part` begins."""
    return text[: text.index(part)].count("\n") + 1


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two procedures, one info entry, one ward, all good."""
    for name, text in ((BIRTH, PROCEDURE), (DEATH, OTHER), (HOURS, INFO), (WARD_NAME, WARD)):
        put(tmp_path, name, text)
    return tmp_path


def put(root: Path, name: str, text: str | bytes) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
