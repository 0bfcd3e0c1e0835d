"""Types of the knowledge files. Keys in the files are Vietnamese (aliases here), names in code English.

A field that nobody has confirmed is written in the file as `chưa rõ`, and one that the province decides and nobody
has confirmed as `tỉnh quy định`; both reach the citizen as such and are listed for the staff.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from bot.knowledge.fields import (
    PROVINCIAL,
    CaseKey,
    Channel,
    Depth,
    Level,
    MaybeDate,
    MaybeLink,
    MaybeText,
    Record,
    RowError,
    Text,
    TimeUnit,
    YesNo,
    none_if_unknown,
    whole,
)

Cases = tuple[str, ...]
"""Keys of the cases that hold for one citizen."""


class Case(Record):
    """A situation that changes papers, fee or time, and the words by which people tell it."""

    key: CaseKey = Field(alias="khóa")
    name: Text = Field(alias="tên")
    button: Annotated[str, Field(min_length=1, max_length=20)] = Field(alias="nhãn nút")
    signs: tuple[Text, ...] = Field(default=(), alias="dấu hiệu")
    note: MaybeText = Field(default=None, alias="ghi chú")
    group: MaybeText = Field(default=None, alias="nhóm")
    """Cases of one group exclude each other ("người lớn", "trẻ em"): one question, one answer."""


class Document(Record):
    name: Text = Field(alias="giấy tờ")
    action: Literal["nộp", "xuất trình", "điền"] = Field(default="nộp", alias="cách dùng")
    originals: Annotated[int, BeforeValidator(whole), Field(ge=0, le=20)] = Field(default=0, alias="bản chính")
    copies: Annotated[int, BeforeValidator(whole), Field(ge=0, le=20)] = Field(default=0, alias="bản sao")
    form: MaybeText = Field(default=None, alias="mẫu")
    when: MaybeText = Field(default=None, alias="khi nào cần")
    case: CaseKey | None = Field(default=None, alias="trường hợp")
    note: MaybeText = Field(default=None, alias="ghi chú")


class TimeLimit(Record):
    """How long the office takes. `amount` is None when unknown; SAME_DAY needs no amount."""

    amount: Annotated[int | None, BeforeValidator(whole)] = Field(default=None, alias="số")
    unit: Annotated[TimeUnit | None, BeforeValidator(none_if_unknown)] = Field(default=None, alias="đơn vị")
    channel: Channel | None = Field(default=None, alias="kênh")
    case: CaseKey | None = Field(default=None, alias="trường hợp")
    note: MaybeText = Field(default=None, alias="ghi chú")

    @property
    def known(self) -> bool:
        return self.unit is TimeUnit.SAME_DAY or (self.amount is not None and self.unit is not None)


class Fee(Record):
    """A fee. `amount_vnd` is None when unknown or set by the province (then `provincial`)."""

    amount: Annotated[int | Literal["tỉnh quy định"] | None, BeforeValidator(whole)] = Field(alias="mức")
    unit: MaybeText = Field(default=None, alias="đơn vị")
    channel: Channel | None = Field(default=None, alias="kênh")
    case: CaseKey | None = Field(default=None, alias="trường hợp")
    valid_from: MaybeDate = Field(default=None, alias="từ ngày")
    valid_to: MaybeDate = Field(default=None, alias="đến ngày")
    set_by: MaybeText = Field(default=None, alias="do ai quy định")
    note: MaybeText = Field(default=None, alias="ghi chú")

    @property
    def provincial(self) -> bool:
        return self.amount == PROVINCIAL

    @property
    def amount_vnd(self) -> int | None:
        return self.amount if isinstance(self.amount, int) else None


class Place(Record):
    """Where to go. `office` is a key of the ward file's offices, or the plain name of another authority."""

    office: Text = Field(alias="nơi")
    note: MaybeText = Field(default=None, alias="ghi chú")


class Online(Record):
    available: YesNo = Field(default=None, alias="có")
    degree: Literal["toàn trình", "một phần"] | None = Field(default=None, alias="mức độ")
    link: MaybeLink = Field(default=None, alias="đường dẫn")
    note: MaybeText = Field(default=None, alias="ghi chú")


class Service(Record):
    """By post, or by paying online: whether, and what to know."""

    available: YesNo = Field(default=None, alias="có")
    note: MaybeText = Field(default=None, alias="ghi chú")


class Form(Record):
    name: Text = Field(alias="tên")
    code: MaybeText = Field(default=None, alias="mã")
    link: MaybeLink = Field(default=None, alias="đường dẫn")


class LegalBasis(Record):
    number: Text = Field(alias="số hiệu")
    name: MaybeText = Field(default=None, alias="tên")


class Source(Record):
    name: Text = Field(alias="tên")
    link: MaybeLink = Field(default=None, alias="đường dẫn")
    decision: MaybeText = Field(default=None, alias="quyết định")


class Doubt(Record):
    """Something for the staff to confirm: which field, and what is doubtful."""

    field: Text = Field(alias="mục")
    text: Text = Field(alias="nội dung")


class Variant(Record):
    """Says that a procedure is meant only when a group of signs is spoken of, else the common one (if there is one)."""

    of: MaybeText = Field(default=None, alias="thủ tục")
    signs: Text = Field(alias="khi nói")


class Procedure(Record):
    """One procedure. `stem` (the file's name without ending) identifies it inside the project."""

    stem: str = ""
    code: MaybeText = Field(default=None, alias="mã", pattern=r"^\d\.\d{6}$")
    other_codes: tuple[Text, ...] = Field(default=(), alias="mã khác")
    name: Text = Field(alias="tên")
    button: Annotated[str, Field(min_length=1, max_length=20)] = Field(alias="nhãn nút")
    aliases: tuple[Text, ...] = Field(alias="tên thường gọi")
    variant: Variant | None = Field(default=None, alias="bản riêng của")
    field: Text = Field(alias="lĩnh vực")
    levels: tuple[Level, ...] = Field(alias="cấp", min_length=1)
    depth: Depth = Field(default=Depth.FULL, alias="mức độ")
    audience: MaybeText = Field(default=None, alias="đối tượng")
    summary: MaybeText = Field(default=None, alias="tóm tắt")
    questions: tuple[Text, ...] = Field(alias="câu hỏi mẫu")
    cases: tuple[Case, ...] = Field(default=(), alias="trường hợp")
    documents: tuple[Document, ...] = Field(default=(), alias="hồ sơ")
    documents_note: MaybeText = Field(default=None, alias="lưu ý hồ sơ")
    steps: tuple[Text, ...] = Field(default=(), alias="các bước")
    time_limits: tuple[TimeLimit, ...] = Field(default=(), alias="thời hạn")
    citizen_deadline: MaybeText = Field(default=None, alias="hạn của người dân")
    fees: tuple[Fee, ...] = Field(default=(), alias="lệ phí")
    places: tuple[Place, ...] = Field(default=(), alias="nơi nộp")
    online: Online = Field(default=Online(), alias="trực tuyến")
    post: Service = Field(default=Service(), alias="bưu chính")
    payment: Service = Field(default=Service(), alias="thanh toán")
    results: tuple[Text, ...] = Field(default=(), alias="kết quả")
    conditions: tuple[Text, ...] = Field(default=(), alias="điều kiện")
    forms: tuple[Form, ...] = Field(default=(), alias="biểu mẫu")
    legal_basis: tuple[LegalBasis, ...] = Field(default=(), alias="căn cứ")
    related: tuple[Text, ...] = Field(default=(), alias="liên quan")
    source: Source = Field(alias="nguồn")
    effective_from: MaybeDate = Field(default=None, alias="hiệu lực từ")
    checked_on: date = Field(alias="kiểm tra ngày")
    owner: MaybeText = Field(default=None, alias="người phụ trách")
    doubts: tuple[Doubt, ...] = Field(default=(), alias="cần xác nhận")

    @property
    def id(self) -> str:
        """The official code, or `file:<stem>` where there is none."""
        return self.code or f"file:{self.stem}"

    @property
    def title(self) -> str:
        """What people call it: the first everyday name, else the official one."""
        return self.aliases[0] if self.aliases else self.name

    @property
    def at_ward(self) -> bool:
        return Level.WARD in self.levels

    def case(self, key: str | None) -> Case | None:
        return next((case for case in self.cases if case.key == key), None)

    def cases_of(self, keys: Cases) -> list[Case]:
        """The cases of these keys, in the order of the keys; a key that is none is left out."""
        return [case for key in keys if (case := self.case(key))]

    def with_case(self, keys: Cases, key: str) -> Cases:
        """`keys` and one more, which takes the place of another of its group."""
        added = self.case(key)
        if added is None:
            return keys
        kept = [case.key for case in self.cases_of(keys) if case.key != key and not (added.group and case.group == added.group)]
        return (*kept, key)

    @model_validator(mode="after")
    def _full_means_full(self) -> Procedure:
        if self.depth is Depth.FULL:
            missing = [key for value, key in (
                (self.summary, "tóm tắt"), (self.documents, "hồ sơ"), (self.steps, "các bước"),
                (self.time_limits, "thời hạn"), (self.fees, "lệ phí"), (self.places, "nơi nộp"),
                (self.results, "kết quả"), (self.legal_basis, "căn cứ"),
            ) if not value]
            if missing:
                raise ValueError(f"thiếu mục {', '.join(f'“{key}”' for key in missing)} (mức độ “đầy đủ” phải có)")
        return self

    @model_validator(mode="after")
    def _cases_exist(self) -> Procedure:
        keys = {case.key for case in self.cases}
        used = {"hồ sơ": [row.case for row in self.documents], "thời hạn": [row.case for row in self.time_limits],
                "lệ phí": [row.case for row in self.fees]}
        for name, cases in used.items():
            for number, key in enumerate(cases):
                if key and key not in keys:
                    raise RowError(f"“{key}” chưa khai ở mục “trường hợp”", "thêm trường hợp này, hoặc sửa khóa cho đúng",
                                   (name, number, "trường hợp"))
        return self


class Info(Record):
    """One question-and-answer entry about the ward or about administrative reform (hỏi đáp)."""

    stem: str = ""
    topic: Text = Field(alias="chủ đề")
    name: Text = Field(alias="tên")
    button: Annotated[str, Field(min_length=1, max_length=20)] = Field(alias="nhãn nút")
    questions: tuple[Text, ...] = Field(alias="câu hỏi mẫu", min_length=1)
    answer: Text = Field(alias="trả lời")
    links: tuple[Form, ...] = Field(default=(), alias="đường dẫn")
    source: Source = Field(alias="nguồn")
    checked_on: date = Field(alias="kiểm tra ngày")
    doubts: tuple[Doubt, ...] = Field(default=(), alias="cần xác nhận")


class Office(Record):
    """A place where papers are taken, as the ward publishes it."""

    key: Text = Field(alias="khóa")
    name: Text = Field(alias="tên")
    address: MaybeText = Field(default=None, alias="địa chỉ")
    phone: MaybeText = Field(default=None, alias="điện thoại")
    hours: MaybeText = Field(default=None, alias="giờ làm việc")
    map_link: MaybeLink = Field(default=None, alias="bản đồ")
    note: MaybeText = Field(default=None, alias="ghi chú")


class EmergencyNumber(Record):
    name: Text = Field(alias="tên")
    number: Annotated[str, Field(pattern=r"^\d{3,11}$")] = Field(alias="số")
    source: Text = Field(alias="nguồn")


class Ward(Record):
    """The ward itself (don-vi.yml). What is unknown stays None and is said to be unpublished."""

    name: Text = Field(alias="tên")
    province: Text = Field(alias="tỉnh")
    old_names: tuple[Text, ...] = Field(default=(), alias="tên cũ")
    address: MaybeText = Field(default=None, alias="địa chỉ")
    phone: MaybeText = Field(default=None, alias="điện thoại")
    email: MaybeText = Field(default=None, alias="thư điện tử")
    website: MaybeLink = Field(default=None, alias="trang web")
    hours: MaybeText = Field(default=None, alias="giờ làm việc")
    reception: MaybeText = Field(default=None, alias="lịch tiếp công dân")
    offices: tuple[Office, ...] = Field(alias="nơi tiếp nhận")
    emergency: tuple[EmergencyNumber, ...] = Field(default=(), alias="số khẩn cấp")
    portal: MaybeLink = Field(default=None, alias="cổng dịch vụ công")
    closed_days: tuple[date, ...] = Field(default=(), alias="ngày nghỉ riêng")
    privacy_days: Annotated[int, BeforeValidator(whole), Field(ge=1)] = Field(default=365, alias="số ngày lưu hội thoại")
    sources: tuple[Source, ...] = Field(default=(), alias="nguồn")
    checked_on: date = Field(alias="kiểm tra ngày")
    doubts: tuple[Doubt, ...] = Field(default=(), alias="cần xác nhận")

    def office(self, key: str) -> Office | None:
        return next((office for office in self.offices if office.key == key), None)
