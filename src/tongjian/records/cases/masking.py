"""脱敏: personal data in running text and in names. Pure; what it leaves over goes into rows, events, index and mirror."""

from __future__ import annotations

import re
from collections.abc import Iterable

_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
_NO_DIGIT = re.compile(r"[^0-9]+")
_GAP = r"[-－—·.\s]?"
_PLATE = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
# In this order: the longer number first, so that an identity number is not taken for a telephone.
PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("邮箱", re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}")),
    ("号码", re.compile(rf"(?<!\d)\d(?:{_GAP}\d){{15,18}}[Xx]?(?!\d)")),  # identity and bank card numbers
    ("号码", re.compile(r"(?<!\d)\d{15}(?!\d)")),
    ("电话", re.compile(rf"(?<!\d)(?:\+?86{_GAP})?1{_GAP}[3-9](?:{_GAP}\d){{9}}(?!\d)")),
    ("电话", re.compile(r"(?<!\d)[(（]?0\d{2,3}[)）]?[-－—\s]?\d{7,8}(?!\d)")),
    (
        "电话",
        re.compile(r"(?<![一二三四五六七八九零〇幺])[一幺][三四五六七八九][一二三四五六七八九零〇幺]{9}"),
    ),
    ("车牌", re.compile(rf"[{_PLATE}][A-Z][·\s]?[A-Z0-9]{{5,6}}(?![A-Z0-9])")),
)


# One look that tells whether any of them could be there at all. It begins with a set of signs, so that the engine runs
# past all others without trying the parts.
_SPOKEN = "一二三四五六七八九零〇幺"
SUSPECT = re.compile(
    rf"[\d@)）{_SPOKEN}{_PLATE}](?:(?<=\d)(?:{_GAP}\d){{6}}|(?<=@)|(?<=[{_SPOKEN}])[{_SPOKEN}]{{10}}"
    rf"|(?<=[{_PLATE}])[A-Z]|(?<=[)）])[-－—\s]?\d)"
)


def mask(text: str, known: Iterable[str] = ()) -> str:
    """The text with telephone, identity, card and plate numbers and addresses of mail replaced by what they were: [电话].

    known: names and numbers of the parties, masked wherever they stand.
    """
    found = text
    there = {word for k in known if len(word := k.strip()) >= 2 and word in text}
    for word in sorted(there, key=len, reverse=True) if there else ():
        found = found.replace(word, "[号码]" if any(c.isdigit() for c in word) else "[姓名]")
    if SUSPECT.search(found) is None:
        return found
    found = found.translate(_DIGITS)
    for what, pattern in PATTERNS:
        found = pattern.sub(f"[{what}]", found)
    return found


def shown_name(name: str) -> str:
    """张三 → 张*; a compound or foreign name keeps its first character too."""
    name = name.strip()
    return name[:1] + "*" * min(len(name) - 1, 3) if name else ""


def shown_phone(phone: str) -> str:
    """13800001234 → 138****1234; short numbers show their last two digits."""
    return shown_digits(normal_phone(phone))


def shown_digits(digits: str) -> str:
    if len(digits) >= 11:
        return f"{digits[:3]}****{digits[-4:]}"
    return "****" + digits[-2:] if digits else ""


def normal_phone(phone: str) -> str:
    """Digits only, without the country's prefix."""
    plain = phone.isascii() and phone.isdecimal()
    digits = phone if plain else _NO_DIGIT.sub("", phone.translate(_DIGITS))
    return digits[2:] if len(digits) == 13 and digits.startswith("86") else digits
