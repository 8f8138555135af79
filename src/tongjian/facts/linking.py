"""From the phrase that names an indicator in a text to a metric of the catalogue. Never forced: in doubt, none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tongjian.facts.collection.labels import bare
from tongjian.facts.models import Metric
from tongjian.kernel.models import Area
from tongjian.values import UnknownUnit, unit

# Words around an indicator that say where, when or how far, and do not change what is measured.
BEFORE = (
    "全区",
    "我区",
    "本区",
    "全市",
    "我市",
    "全年",
    "全域",
    "其中",
    "累计",
    "预计",
    "确保",
    "力争",
    "完成",
    "实现",
    "共",
)
_AFTER = (
    "同比增长率",
    "同比增速",
    "同比增长",
    "同比",
    "增长率",
    "增长速度",
    "增速",
    "增幅",
    "降幅",
    "增长",
    "下降",
    "达到",
    "实现",
    "完成",
    "目标",
    "预期目标",
    "控制目标",
    "增速目标",
    "排名",
    "位次",
    "占比",
    "比重",
    "完成率",
)
AFTER = sorted(_AFTER, key=len, reverse=True)  # 控制目标 before 目标
_NOISE = re.compile(r"[“”\"'‘’《》（）()、,，:：]")


@dataclass(frozen=True, slots=True)
class Linker:
    """The catalogue's names, read once. names: bare name → metrics; places: bare names of areas, longest first."""

    names: Mapping[str, tuple[Metric, ...]]
    places: tuple[str, ...]

    @classmethod
    def load(cls) -> Linker:
        areas = Area.objects.select_related("subject")
        return cls.of(Metric.objects.select_related("owner"), [a.subject.label for a in areas])

    @classmethod
    def of(cls, metrics: Iterable[Metric], areas: Iterable[str]) -> Linker:
        places = {bare(a) for a in areas} | {bare(a)[:-1] for a in areas if len(a) > 2}
        names: dict[str, tuple[Metric, ...]] = {}
        for metric in metrics:
            for name in {plain(str(n)) for n in (metric.name, metric.name_en, *metric.aliases)}:
                names[name] = (*names.get(name, ()), metric)
        return cls(names, tuple(sorted(places, key=len, reverse=True)))

    def link(self, indicator: str, unit_text: str, kind: str) -> Metric | None:
        """The one metric of this name whose unit the figure's can be. None for none and for several.

        The phrase is tried whole, then with less and less around it; the first form that is a name decides.
        """
        for form in forms(indicator, self.places):
            if found := [m for m in self.names.get(form, ()) if fits(m.unit, unit_text, kind)]:
                return found[0] if len(found) == 1 else None
        return None


def link(indicator: str, unit_text: str, kind: str) -> Metric | None:
    """One indicator phrase linked; for many, load a Linker once.

    unit_text: as printed; kind: of the figure (level growth difference share rate rank count duration index threshold).
    """
    return Linker.load().link(indicator, unit_text, kind)


def plain(text: str) -> str:
    """For comparing: full-width forms made plain, no blanks, quotes and brackets, lower case."""
    return _NOISE.sub("", bare(text))


def forms(indicator: str, places: Sequence[str]) -> Iterator[str]:
    """The phrase whole, then shorter by one word around it at a time: 全区贸易额增速, 贸易额增速, 贸易额."""
    text = plain(indicator)
    fronts = (*places, *BEFORE)
    while text:
        yield text
        shorter = _without(text, fronts)
        if shorter == text:
            return
        text = shorter


def _without(text: str, fronts: Iterable[str]) -> str:
    for word in fronts:
        if word and text.startswith(word) and len(text) > len(word) + 1:
            return text.removeprefix(word).removeprefix("的")
    for word in AFTER:
        if text.endswith(word) and len(text) > len(word) + 1:
            return text.removesuffix(word).removesuffix("的")
    return text


def fits(metric_unit: str, unit_text: str, kind: str) -> bool:
    """Whether a figure of this unit and kind can be a value of a metric kept in `metric_unit`."""
    if kind == "rank":
        return True
    try:
        given, kept = unit(unit_text).dimension, unit(metric_unit).dimension
    except UnknownUnit:
        return kind == "index"
    if kind == "growth":
        return given == "ratio" != kept  # a rate changes by points; what grows by percent is an amount
    if kind in {"share", "completion"}:
        return given == "ratio"
    if kind == "difference" and given == "points":
        return True
    return given == kept
