"""The catalogue of metrics as a workbook: what rules now, and every version that ever did."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tongjian.facts import specs
from tongjian.facts.choices import Basis, Measure, SourceState
from tongjian.facts.collection import packages
from tongjian.facts.measured.checked import in_words
from tongjian.facts.mirror.tables import all_tables
from tongjian.facts.models import Metric
from tongjian.kernel import definitions
from tongjian.kernel.mirrored import MirrorTable
from tongjian.kernel.models import Definition
from tongjian.reading import xlsx

Body = Mapping[str, Any]
# heading and width in characters
COLUMNS: Sequence[tuple[str | Promise, float]] = (
    (_lazy("Key"), 34),
    (_lazy("Name"), 30),
    (_lazy("English name"), 40),
    (_lazy("Other names"), 30),
    (_lazy("Theme"), 12),
    (_lazy("Unit"), 12),
    (_lazy("Kind"), 8),
    (_lazy("Direction"), 14),
    (_lazy("Allowed bases"), 22),
    (_lazy("Reported series"), 36),
    (_lazy("Derived by"), 30),
    (_lazy("How it is counted"), 60),
    (_lazy("Reported by"), 18),
    (_lazy("How often"), 10),
    (_lazy("Due day"), 9),
    (_lazy("First published month"), 12),
    (_lazy("Definition"), 60),
    (_lazy("Definition from"), 40),
    (_lazy("Standing of the definition"), 20),
    (_lazy("Version"), 8),
    (_lazy("In force since"), 18),
)
VERSION_COLUMNS: Sequence[tuple[str | Promise, float]] = (
    (_lazy("Key"), 34),
    (_lazy("Version"), 8),
    (_lazy("In force since"), 18),
    (_lazy("What changed"), 100),
)


def export(metrics: Iterable[Metric]) -> bytes:
    """An xlsx of these metrics, one row each, and a second sheet with all versions of their definitions.

    In the language that is active.
    """
    rows, book = list(metrics), xlsx.started()
    rulings, day = definitions.newest("metrics"), packages.defaults()["due_day"]
    tables = all_tables() if any(m.measured for m in rows) else {}
    sheet = book.create_sheet(_("Metrics"))
    xlsx.head(sheet, [(str(label), width) for label, width in COLUMNS], "C2")
    for number, metric in enumerate(rows, 2):
        for column, value in enumerate(_row(metric, rulings.get(metric.key), day, tables), 1):
            xlsx.put(sheet.cell(number, column), value)
    sheet.auto_filter.ref = sheet.dimensions
    _versions(book.create_sheet(_("Versions")), {m.key for m in rows})
    return xlsx.saved(book)


def _row(
    metric: Metric, ruling: Definition | None, usual_day: int, tables: Mapping[str, MirrorTable]
) -> Iterator[xlsx.Value]:
    body: Body = ruling.body if ruling else {"collect": metric.collect, "derive": metric.derive}
    yield from (metric.key, metric.name, metric.name_en, "、".join(metric.aliases), metric.theme, metric.unit)
    yield from (metric.get_kind_display(), metric.get_direction_display(), bases(body))
    yield "、".join(dict.fromkeys(_series(c) for c in specs.collected(metric.collect)))
    yield "、".join(dict.fromkeys(d.operator for d in specs.derived(metric.derive)))
    yield _counted(metric, tables)
    yield str(metric.owner) if metric.owner else ""
    yield from (metric.get_frequency_display(), metric.due_day or usual_day, metric.first_month)
    yield from (metric.definition, metric.source, standing(body))
    yield from (metric.version, _day(ruling.applied_at) if ruling else "")


def _counted(metric: Metric, tables: Mapping[str, MirrorTable]) -> str:
    """The declaration of a measured metric in words; empty for others."""
    english = (get_language() or "").startswith("en")
    return ("; " if english else "；").join(s.en if english else s.zh for s in in_words(metric, tables))


def bases(body: Body) -> str:
    """The allowed bases of a definition, as a reader says them."""
    return "、".join(str(Basis(b).label) for b in specs.bases(body))


def standing(body: Body) -> str:
    """What the definition rests on, as a reader says it."""
    return str(SourceState(specs.source_state(body)).label)


def ruling(metric: Metric) -> Body:
    """A metric's newest definition; its series where it came without one."""
    found = Definition.objects.filter(kind="metrics", key=metric.key).order_by("version").last()
    return found.body if found else {"collect": metric.collect, "derive": metric.derive}


def _series(one: specs.Collected) -> str:
    """增速·不变价（hedong、capital）"""
    said = str(Measure(one.measure).label)
    if one.basis != Basis.NATURAL:
        said += f"·{Basis(one.basis).label}"
    named = [*one.subjects, *(b for b in one.breakdowns if b)]
    return f"{said}（{'、'.join(named)}）" if named else said


def _versions(sheet: Any, keys: set[str]) -> None:
    xlsx.head(sheet, [(str(label), width) for label, width in VERSION_COLUMNS], "B2")
    before: dict[str, Body] = {}
    number = 2
    for one in Definition.objects.filter(kind="metrics", key__in=keys).order_by("key", "version"):
        changed = _changed(before.get(one.key), one.body)
        row: tuple[xlsx.Value, ...] = (one.key, one.version, _day(one.applied_at), changed)
        for column, value in enumerate(row, 1):
            xlsx.put(sheet.cell(number, column), value)
        before[one.key], number = one.body, number + 1


def _changed(before: Body | None, after: Body) -> str:
    """What a version changed, field by field; of the first one that it is new."""
    if before is None:
        return _("new")
    fields = [f for f in dict.fromkeys((*before, *after)) if before.get(f) != after.get(f)]
    return "; ".join(f"{f}: {before.get(f, '–')} → {after.get(f, '–')}" for f in fields)


def _day(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")
