"""Column mappings 列映射: what the columns and rows of a department's own table are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongjian.facts.collection import actions, deliveries, guessing, labels, mapping, mappings
from tongjian.facts.collection.labels import bare
from tongjian.facts.collection.lines import lines_of
from tongjian.facts.collection.mapping import Headings, Layout, Row, Value
from tongjian.facts.collection.workbook import Sheet
from tongjian.facts.models import ColumnMapping, DeliveredFile, Submission
from tongjian.facts.queries import submissions_visible_to
from tongjian.kernel.access import files_visible_to
from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import EvidenceFile, Organisation
from tongjian.web.collection import forms
from tongjian.web.errors import refuse
from tongjian.web.requests import Asked, now, whole

LEFT_OUT, BY_NAME = "-", ""


@dataclass(frozen=True, slots=True)
class Source:
    """The table that a mapping is made for: a sheet of a file, where its headings stand; None for a saved one alone."""

    file: EvidenceFile | None = None
    sheets: Sequence[Sheet] = ()
    sheet: Sheet | None = None
    headings: Headings | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """One column on the page."""

    number: int
    heading: str
    sample: str
    role: str
    value: Value


@dataclass(frozen=True, slots=True)
class Named:
    """One row on the page. target: what its select says."""

    number: int
    name: str
    target: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What the form holds."""

    organisation: Organisation | None
    name: str
    layout: Layout
    choices: Sequence[tuple[str, str]] = field(default_factory=tuple)


@require_safe
def listing(request: Asked) -> HttpResponse:
    return render(request, "collection/mappings.html", {"mappings": mappings.visible_to(request.user)})


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: Asked, pk: int) -> HttpResponse:
    found = get_object_or_404(mappings.visible_to(request.user), pk=pk)
    layout = mapping.layout_of(found.body)
    return _editor(request, Source(), Draft(found.organisation, found.name, layout), found)


@require_http_methods(["GET", "HEAD", "POST"])
def of_item(request: Asked, item: int) -> HttpResponse:
    """For a file of a delivery that was not recognised; once saved, the file is taken in."""
    among = deliveries.visible_to(request.user)
    found = get_object_or_404(DeliveredFile.objects.filter(delivery__in=among, submission=None), pk=item)
    source = _source(request, get_object_or_404(files_visible_to(request.user), pk=found.file_id))
    return _editor(request, source, _guessed(source, None), None, item=found)


@require_http_methods(["GET", "HEAD", "POST"])
def of_submission(request: Asked, pk: int) -> HttpResponse:
    """For a workbook whose table was not found."""
    rows = submissions_visible_to(request.user).select_related("organisation__subject", "file")
    found = get_object_or_404(rows, pk=pk)
    source = _source(request, found.file)
    return _editor(request, source, _guessed(source, found.organisation), None, submission=found)


@require_POST
def delete(request: Asked, pk: int) -> HttpResponse:
    get_object_or_404(mappings.visible_to(request.user), pk=pk)
    mappings.delete(pk, by=request.user, at=now())
    messages.success(request, _("The mapping was deleted."))
    return redirect("collection:mappings")


def _source(request: Asked, file: EvidenceFile) -> Source:
    """The sheet that was chosen, its headings where they were put or where they most likely are."""
    chosen = request.POST if request.method == "POST" else request.GET
    sheets = actions.read(file.path.read_bytes(), file.name)
    sheet = next((s for s in sheets if s.name == chosen.get("sheet")), None)
    sheet = sheet or max(sheets, key=lambda s: len(s.cells))
    first, last = whole(chosen.get("first")), whole(chosen.get("last"))
    if first and last and 1 <= first <= last <= first + 4:
        return Source(file, sheets, sheet, mapping.headings_of(sheet, first, last))
    return Source(file, sheets, sheet, mapping.likely(sheet))


def _guessed(source: Source, organisation: Organisation | None) -> Draft:
    if source.sheet is None or source.headings is None:
        return Draft(organisation, "", Layout("", "", ()))
    layout = guessing.guess(source.sheet, source.headings, mappings.heading_words())
    return Draft(organisation, source.sheet.name, layout)


def _editor(
    request: Asked,
    source: Source,
    draft: Draft,
    saved: ColumnMapping | None,
    *,
    item: DeliveredFile | None = None,
    submission: Submission | None = None,
) -> HttpResponse:
    if request.method == "POST":
        draft = _posted(request, draft)
        if "save" in request.POST:
            return _save(request, source, draft, saved, item, submission)
    return _page(request, source, draft, saved)


def _save(
    request: Asked,
    source: Source,
    draft: Draft,
    saved: ColumnMapping | None,
    item: DeliveredFile | None,
    submission: Submission | None,
) -> HttpResponse:
    try:
        if draft.organisation is None:
            raise TongjianError("collection.unit", _("Choose a unit that you report for."))
        pk = saved.pk if saved else None
        how = {"by": request.user, "at": now(), "pk": pk}
        mappings.save(draft.organisation, draft.name, draft.layout, **how)  # type: ignore[arg-type]  # as above
    except TongjianError as error:
        return refuse(request, error, lambda: _page(request, source, draft, saved))
    messages.success(request, _("The mapping is kept. Workbooks of this shape are read by it from now on."))
    if item is not None:
        return _retaken(request, item)
    return redirect("collection:submission", submission.pk) if submission else redirect("collection:mappings")


def _retaken(request: Asked, item: DeliveredFile) -> HttpResponse:
    try:
        deliveries.retake(item.pk, by=request.user, at=now())
    except TongjianError as error:
        messages.error(request, str(error))
    return redirect("collection:delivery", item.delivery_id)


def _page(request: Asked, source: Source, draft: Draft, saved: ColumnMapping | None) -> HttpResponse:
    lines = lines_of(draft.organisation) if draft.organisation else []
    names = _names(source, draft.layout)
    layout = guessing.with_rows(draft.layout, names, lines)
    context = {
        "saved": saved,
        "source": source,
        "draft": draft,
        "units": forms.units(request.user),
        "columns": _columns(source, layout),
        "rows": [Named(n, name, _target(layout, name)) for n, name in enumerate(names)],
        "targets": sorted(
            {(_key(x.metric.key, "", x.breakdown), f"{x.metric}{_of(x.breakdown)}") for x in lines}
        ),
        "measures": list(labels.MEASURES),
        "bases": list(labels.BASES),
        "roles": _roles(),
        "left_out": LEFT_OUT,
    }
    return render(request, "collection/mapping.html", context)


def _of(breakdown: str) -> str:
    return f" · {breakdown}" if breakdown else ""


def _roles() -> list[tuple[str, str]]:
    return [
        ("", _("leave out")),
        ("name", _("names of the rows")),
        ("unit", _("unit of measure")),
        ("area", _("area")),
        ("value", _("numbers")),
    ]


def _columns(source: Source, layout: Layout) -> list[Column]:
    """Those of the sheet, else those of the saved mapping alone."""
    values = {bare(v.heading): v for v in layout.values}
    if source.sheet is None or source.headings is None:
        texts = [h for h in (layout.name, layout.unit, layout.area) if h]
        texts += [v.heading for v in layout.values]
        samples = [""] * len(texts)
    else:
        texts = list(source.headings.texts.values())
        below = source.headings.last + 1
        samples = [source.sheet.at(below, c).text for c in source.headings.texts]
    return [
        Column(n, text, samples[n], _role(layout, text, values), values.get(bare(text), Value(text)))
        for n, text in enumerate(texts)
    ]


def _role(layout: Layout, text: str, values: Mapping[str, Value]) -> str:
    for role, heading in (("name", layout.name), ("unit", layout.unit), ("area", layout.area)):
        if heading and bare(heading) == bare(text):
            return role
    return "value" if bare(text) in values else ""


def _names(source: Source, layout: Layout) -> list[str]:
    """The rows of the sheet under the column of names, and those that the mapping names already."""
    found: list[str] = []
    if source.sheet is not None and source.headings is not None and layout.name:
        found = guessing.names_of(source.sheet, source.headings, source.headings.column(layout.name))
    return found + [n for n in layout.rows if n not in {bare(f) for f in found}]


def _target(layout: Layout, name: str) -> str:
    row = layout.rows.get(bare(name), ...)
    if row is None:
        return LEFT_OUT
    return _key(row.metric, row.area, row.breakdown) if isinstance(row, Row) else BY_NAME


def _key(metric: str, area: str, breakdown: str) -> str:
    return "|".join((metric, area, breakdown))


# What was posted


def _posted(request: Asked, before: Draft) -> Draft:
    fields = request.POST
    columns = [n for n in range(200) if f"c{n}" in fields]
    roles = {fields.get(f"role{n}", ""): fields[f"c{n}"] for n in columns}
    layout = Layout(
        sheet=fields.get("sheet", before.layout.sheet),
        name=roles.get("name", ""),
        unit=roles.get("unit", ""),
        area=roles.get("area", ""),
        values=tuple(_value(fields, n) for n in columns if fields.get(f"role{n}") == "value"),
        rows=_rows(fields),
    )
    unit = forms.units(request.user).filter(pk=whole(fields.get("organisation")) or 0).first()
    return Draft(unit or before.organisation, fields.get("name", "")[:128], layout)


def _value(fields: Mapping[str, str], n: int) -> Value:
    measure, basis = fields.get(f"measure{n}", ""), fields.get(f"basis{n}", "")
    return Value(
        heading=fields[f"c{n}"],
        measure=measure if measure in labels.MEASURES else "数值",
        basis=basis if basis in labels.BASES else "自然口径",
        span="month" if fields.get(f"span{n}") == "month" else "to_date",
        back=1 if fields.get(f"back{n}") == "1" else 0,
        unit=fields.get(f"unit{n}", "")[:24],
    )


def _rows(fields: Mapping[str, str]) -> dict[str, Row | None]:
    found: dict[str, Row | None] = {}
    for n in range(2000):
        name, target = fields.get(f"r{n}"), fields.get(f"to{n}", BY_NAME)
        if name is None:
            break
        if target == LEFT_OUT:
            found[bare(name)] = None
        elif target.count("|") == 2:
            found[bare(name)] = Row(*target.split("|"))
    return found
