"""Hides personal numbers and addresses, and leaves the numbers of the procedures readable.

Hidden: identity cards (12 digits), old identity cards (9 digits), telephone numbers, e-mail addresses, bank cards, and
any other unbroken run of 9 digits or more (tax and insurance numbers, accounts). Kept: procedure codes (1.001193),
fees (8.000đ, 150.000), decisions (163/QĐ-BTP, 123/2015/NĐ-CP), dates, years, short numbers.
"""

from __future__ import annotations

import hashlib
import re

EMAIL = "[email]"
PHONE = "[số điện thoại]"
CCCD = "[số CCCD]"
CMND = "[số CMND]"
CARD = "[số thẻ]"
OTHER = "[dãy số]"

_GAP = r"[ \u00a0\u202f.\-\u2010\u2011\u2013]"  # what people write between the groups of a number
_UNIT = r"(?:đồng|đ|₫|vnđ|vnd|triệu|nghìn|ngàn)(?!\w)"

_EMAIL = re.compile(r"[\w.+\-]{1,64}@[\w\-]{1,63}(?:\.[\w\-]{2,63}){1,4}")

# The alternatives stand in the order of trust, and every one begins at a digit that no digit precedes.
_NUMBER = re.compile(
    rf"""
    (?P<date> (?<!\d) (?:
        (?:0?[1-9]|[12]\d|3[01]) (?P<d>[./\- ]) (?:0?[1-9]|1[0-2]) (?P=d) (?:19|20)\d\d
      | (?:19|20)\d\d (?P<e>[./\-]) (?:0?[1-9]|1[0-2]) (?P=e) (?:0?[1-9]|[12]\d|3[01])
      ) (?! [./\-]?\d) )
  | (?P<money> (?<!\d) [1-9]\d{{0,2}} (?: [ .,]\d{{3}} )+ \s? {_UNIT} )
  | (?P<abroad> \(? (?: (?: \+ | (?<!\d) 00 ) 84 \)? (?: {_GAP}? \(0\) )? (?: {_GAP}? \d ){{9,10}}
                      | (?<!\d) 84 \)? {_GAP}? [35789] (?: {_GAP}? \d ){{8}} ) (?!\d) )
  | (?P<amount> (?<!\d) [1-9]\d{{0,2}} (?: \.\d{{3}} ){{1,3}} (?! \.?\d) )
  | (?P<card> (?<!\d) (?: \d{{4}} (?P<c>{_GAP}) \d{{4}} (?P=c) \d{{4}} (?P=c) \d{{1,4}} (?: (?P=c) \d{{1,3}} )?
                        | \d{{4}} (?P<a>{_GAP}) \d{{6}} (?P=a) \d{{5}} ) (?!\d) )
  | (?P<groups> \(? (?<!\d) 0\d{{1,12}} (?: (?: \) | \)?{_GAP}{{1,2}} ) \d{{2,9}} (?!\d) ){{1,5}} )
  | (?P<spaced> (?<!\d) \d{{3}} (?P<s>[ \u00a0\u202f\-\u2010\u2011\u2013]) \d{{3}} (?P=s) \d{{3}} (?!\d) )
  | (?P<run> (?<!\d) \d{{9,}} )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d")


def mask(text: str) -> str:
    """Replace what identifies a person by a Vietnamese label in brackets."""
    text = _EMAIL.sub(EMAIL, text)
    parts: list[str] = []
    done = at = 0
    while found := _NUMBER.search(text, at):
        label, length = _judge(found)
        at = found.start() + length
        if label:
            parts += (text[done : found.start()], label)
            done = at
    return "".join(parts) + text[done:] if parts else text


def _judge(found: re.Match[str]) -> tuple[str | None, int]:
    """Return the label (None: keep as it is), and how many characters that settles."""
    number = found.group()
    match found.lastgroup:
        case "abroad":
            return PHONE, len(number)
        case "card":
            years = all(_YEAR.fullmatch(group) for group in re.findall(r"\d+", number))
            return None if years else CARD, len(number)
        case "groups":
            return _grouped(number)
        case "spaced":
            return None if number.endswith("000") else CMND, len(number)
        case "run":
            return _run(number), len(number)
        case _:
            return None, len(number)


def _run(digits: str) -> str:
    """Name an unbroken run of 9 digits or more."""
    size = len(digits)
    if size in (10, 11) and digits[0] == "0":
        return PHONE
    return {9: CMND, 12: CCCD}.get(size) or (CARD if 13 <= size <= 19 else OTHER)


def _grouped(number: str) -> tuple[str | None, int]:
    """Judge groups of digits of which the first begins with 0. The last ones may belong to something else.

    Without a label only the first group is settled, for the next one may begin a number of its own.
    """
    groups = list(re.finditer(r"\d+", number))
    first = groups[0].group()
    label, length = (_run(first) if len(first) >= 9 else None), groups[0].end()
    sizes: list[int] = []
    gaps: list[str] = []
    for index, group in enumerate(groups):
        if index:
            gaps.append(number[groups[index - 1].end() : group.start()])
        sizes.append(len(group.group()))
        total, alike = sum(sizes), len(set(gaps)) <= 1
        # After an area code another sign may stand: (024) 3825.1234. A first group of two digits is more often a
        # month (“tháng 05 150.000”), so there the signs must be the same throughout.
        like_phone = alike or (len(set(gaps[1:])) <= 1 and sizes[0] > 2)
        if total == 12 and alike and min(sizes) >= 3:
            return CCCD, group.end()
        if total == 9 and alike and set(sizes) == {3}:
            label, length = CMND, group.end()
        if total in _phone_sizes(first) and like_phone:
            label, length = PHONE, group.end()
    return label, length


def _phone_sizes(first: str) -> tuple[int, ...]:
    """How many digits a telephone number with this beginning has: mobiles 10, all others 10 or 11."""
    return () if first[1] == "0" else (10,) if first[1] in "35789" else (10, 11)


def pseudonym(identifier: str, key: bytes = b"") -> str:
    """Return a short stable name for an identifier, for logs.

    Args:
        identifier: A conversation, a user of a channel.
        key: A secret of the installation. Without one, whoever knows an identifier can recognise its name.
    """
    digest = hashlib.blake2b(identifier.encode("utf-8", "replace"), key=key[:64], digest_size=6, person=b"motcua-log")
    return digest.hexdigest()
