"""A declaration, and why there is no number, in words of both languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tongjian.facts.measured.declaration import Condition, Declaration, Where
from tongjian.facts.measured.values import EMPTY, NO_WHOLE
from tongjian.kernel.mirrored import Column, MirrorTable
from tongjian.kernel.said import Said

NO_LONGER = "no_longer"
REASONS: Mapping[str, Said] = {
    EMPTY: Said("measured.empty", "台账没有任何条目", "the register holds no row"),
    NO_WHOLE: Said("measured.no_whole", "分母为零，没有比率", "the denominator is zero, so there is no rate"),
    NO_LONGER: Said("measured.no_longer", "该指标不再测算", "the metric is no longer measured"),
}
COMPARED: Mapping[str, tuple[str, str]] = {
    "ge": ("不小于", "at least"),
    "gt": ("大于", "above"),
    "le": ("不大于", "at most"),
    "lt": ("小于", "below"),
    "set": ("已填", "is known"),
    "unset": ("未填", "is not known"),
}


def reason(code: str) -> str:
    """Kept with the fact: Chinese first, English after it."""
    said = REASONS[code]
    return f"{said.zh} / {said.en}"


def declaration_said(made: Declaration, table: MirrorTable) -> Sequence[Said]:
    """What is counted, line by line."""
    return [
        _what(made, table),
        *([_rows(made.where, table)] if made.where else []),
        *_sides(made, table),
        _when(made, table),
        _by(made, table),
    ]


def parts_said(breakdowns: Sequence[str]) -> Said:
    names = "、".join(breakdowns)
    return Said("measured.parts", f"其中分别计：{names}", f"of these apart: {names}")


def _name(table: MirrorTable) -> tuple[str, str]:
    return table.label or table.name, table.label_en or table.name


def _what(made: Declaration, table: MirrorTable) -> Said:
    zh, en = _name(table)
    if made.sum:
        c_zh, c_en = _column(table, made.sum)
        if made.is_ratio:
            return Said("measured.what", f"“{zh}”中“{c_zh}”之和的比率", f"ratio of sums of {c_en} over {en}")
        return Said("measured.what", f"“{zh}”中“{c_zh}”之和", f"sum of {c_en} over {en}")
    if made.is_ratio:
        return Said("measured.what", f"“{zh}”条目数的比率", f"ratio of numbers of rows of {en}")
    return Said("measured.what", f"“{zh}”的条目数", f"number of rows of {en}")


def _rows(where: Where, table: MirrorTable) -> Said:
    zh, en = conditions_said(where, table)
    return Said("measured.where", f"条件：{zh}", f"where {en}")


def _sides(made: Declaration, table: MirrorTable) -> Iterable[Said]:
    for code, zh, en, where in (
        ("num", "分子", "numerator", made.num),
        ("den", "分母", "denominator", made.den),
    ):
        if where is not None:
            all_zh, all_en = conditions_said(where, table) if where else ("全部", "all of them")
            yield Said(f"measured.{code}", f"{zh}：{all_zh}", f"{en}: {all_en}")


def _when(made: Declaration, table: MirrorTable) -> Said:
    if made.on:
        zh, en = _column(table, made.on)
        return Said("measured.on", f"按“{zh}”归入当期", f"dated by {en}")
    parts_zh, parts_en = [], []
    for name, zh, en in (
        (made.start, "自“{}”起", "from {}"),
        (made.until, "至“{}”前一日", "to the day before {}"),
        (made.through, "至“{}”当日", "through {}"),
    ):
        if name:
            c_zh, c_en = _column(table, name)
            parts_zh.append(zh.format(c_zh))
            parts_en.append(en.format(c_en))
    if not parts_zh:
        return Said("measured.now", "按测算时的现状", "as it stands when measured")
    return Said(
        "measured.there",
        f"期末在册：{'、'.join(parts_zh)}",
        f"there at the end of the period: {', '.join(parts_en)}",
    )


def _by(made: Declaration, table: MirrorTable) -> Said:
    if not made.by:
        return Said("measured.whole", "只算全区", "for the district only")
    zh, en = _column(table, made.by)
    return Said("measured.by", f"按“{zh}”分到街道乡镇", f"for each town by {en}")


def conditions_said(where: Where, table: MirrorTable) -> tuple[str, str]:
    """In Chinese and in English."""
    both = [_condition(c, table) for c in where]
    return "；".join(zh for zh, _en in both), "; ".join(en for _zh, en in both)


def _condition(condition: Condition, table: MirrorTable) -> tuple[str, str]:
    zh, en = _column(table, condition.column)
    values = [_value(table.column(condition.column), v) for v in condition.values]
    if condition.op in COMPARED:
        c_zh, c_en = COMPARED[condition.op]
        end = [f"{v}" for v, _e in values][:1]
        return " ".join([f"“{zh}”{c_zh}", *end]), " ".join([f"{en} {c_en}", *end])
    word_zh, word_en = ("为", "is") if condition.op == "in" else ("不为", "is not")
    return (
        f"“{zh}”{word_zh}{'或'.join(v for v, _e in values)}",
        f"{en} {word_en} {' or '.join(e for _v, e in values)}",
    )


def _value(column: Column | None, value: object) -> tuple[str, str]:
    if isinstance(value, bool):
        return ("是", "yes") if value else ("否", "no")
    label = next((c[1] for c in (column.choices if column else ()) if str(c[0]) == value), None)
    return both(label) if label is not None else (str(value), str(value))


def both(label: object) -> tuple[str, str]:
    """A translated label in Chinese and in English."""
    from django.utils.translation import override

    with override("zh-hans"):
        zh = str(label)
    with override("en"):
        return zh, str(label)


def _column(table: MirrorTable, name: str) -> tuple[str, str]:
    column = table.column(name)
    assert column is not None  # the declaration was checked
    return column.label or name, column.label_en or name
