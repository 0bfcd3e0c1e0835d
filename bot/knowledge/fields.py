"""What the fields of a knowledge file may hold, as staff write them: "chưa rõ", "có", whole numbers, links, fixed words."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

UNKNOWN = "chưa rõ"
PROVINCIAL = "tỉnh quy định"


class RowError(ValueError):
    """A row does not fit the rest of its file; `path` says which."""

    def __init__(self, text: str, cure: str, path: tuple[str | int, ...]) -> None:
        super().__init__(text)
        self.cure = cure
        self.path = path


class Record(BaseModel):
    """Base: unknown keys are an error, text is stripped, values are frozen after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, populate_by_name=True)


def none_if_unknown(value: object) -> object:
    return None if isinstance(value, str) and value.strip().lower() in ("", UNKNOWN) else value


def whole(value: object) -> object:
    """Digits alone are a number: "8.000" must never be read as 8."""
    value = none_if_unknown(value)
    if isinstance(value, str) and value.strip().lower() == PROVINCIAL:
        return PROVINCIAL
    if isinstance(value, str) and not (value.strip().isascii() and value.strip().isdigit()):
        raise PydanticCustomError("int_parsing", "not a whole number")
    return value


def yes_no(value: object) -> object:
    if isinstance(value, str):
        word = value.strip().lower()
        if word in ("", UNKNOWN):
            return None
        if word in ("có", "không"):
            return word == "có"
        raise ValueError("chỉ nhận: có, không, chưa rõ")
    return value


Text = Annotated[str, Field(min_length=1)]
MaybeText = Annotated[str | None, BeforeValidator(none_if_unknown)]
MaybeDate = Annotated[date | None, BeforeValidator(none_if_unknown)]
YesNo = Annotated[bool | None, BeforeValidator(yes_no)]
HttpLink = Annotated[str, Field(pattern=r"^https?://[^\s]+$")]
MaybeLink = Annotated[HttpLink | None, BeforeValidator(none_if_unknown)]
CaseKey = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


class Depth(StrEnum):
    """How much of a procedure the ward has written down."""

    FULL = "đầy đủ"
    CATALOGUE = "danh mục"


class Level(StrEnum):
    """Who decides: the ward (its police included), the province, a ministry, or somebody else."""

    WARD = "xã"
    PROVINCE = "tỉnh"
    MINISTRY = "bộ"
    OTHER = "khác"


class TimeUnit(StrEnum):
    DAY = "ngày"
    WORKING_DAY = "ngày làm việc"
    HOUR = "giờ"
    SAME_DAY = "trong ngày"
    MONTH = "tháng"


class Channel(StrEnum):
    COUNTER = "trực tiếp"
    ONLINE = "trực tuyến"
    POST = "bưu chính"
