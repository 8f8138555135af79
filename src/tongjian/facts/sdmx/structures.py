"""The catalogue as SDMX structures: dataflow, data structure, concepts, code lists. SDMX-JSON 2.0.0 structure message."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from tongjian.facts import rules, specs
from tongjian.facts.choices import Basis, Bound, Comparator, FactSource, FactStatus, Measure, PeriodKind
from tongjian.facts.queries import metrics_visible_to, series_visible_to
from tongjian.facts.sdmx import codes
from tongjian.facts.sdmx.asking import matches
from tongjian.facts.sdmx.codes import AGENCY, DIMENSIONS, FLOW, VERSION
from tongjian.kernel.access import Viewer
from tongjian.kernel.models import Area, Subject

SCHEMA = (
    "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master/structure-message/tools/schemas/2.0.0/"
    "sdmx-json-structure-schema.json"
)
CONCEPTS = "CS_FACTS"
_MODEL = "urn:sdmx:org.sdmx.infomodel"
Json = dict[str, object]
Name = str | Promise
Codes = Iterable[tuple[str, Name, Name]]  # id, name in English, name in Chinese


@dataclass(frozen=True, slots=True)
class Concept:
    """A component of the data structure. codelist: of its codes; none: `form` is its data type."""

    id: str
    name: Name
    codelist: str = ""
    form: str = "String"


COMPONENTS: Mapping[str, Concept] = {
    c.id: c
    for c in (
        Concept("FREQ", _("Frequency"), "CL_FREQ"),
        Concept("SUBJECT", _("Subject"), "CL_SUBJECT"),
        Concept("METRIC", _("Metric"), "CL_METRIC"),
        Concept("MEASURE", _("Measure"), "CL_MEASURE"),
        Concept("OF", _("What is ranked, compared, shared or completed"), "CL_OF"),
        Concept("BASIS", _("Basis"), "CL_BASIS"),
        Concept("COMPARATOR", _("Compared with"), "CL_COMPARATOR"),
        Concept("BREAKDOWN", _("Group within the metric"), "CL_BREAKDOWN"),
        Concept("PERIOD_KIND", _("Kind of period"), "CL_PERIOD_KIND"),
        Concept("TIME_PERIOD", _("Period"), form="ObservationalTimePeriod"),
        Concept("OBS_VALUE", _("Value"), form="Decimal"),
        Concept("UNIT_MEASURE", _("Unit"), "CL_UNIT_MEASURE"),
        Concept("UNIT_MULT", _("Power of ten in front of the unit"), form="Integer"),
        Concept("DECIMALS", _("Decimal places as printed"), form="Integer"),
        Concept("OBS_STATUS", _("Observation status"), "CL_OBS_STATUS"),
        Concept("STATUS", _("Status on the ledger"), "CL_STATUS"),
        Concept("BOUND", _("How the number limits the true one"), "CL_BOUND"),
        Concept("WORDS", _("As printed")),
        Concept("MISSING_REASON", _("Why nothing was reported")),
        Concept("SOURCE", _("Class of source"), "CL_SOURCE"),
        Concept("EVIDENCE", _("Number of the place in the file it came from")),
        Concept("FACT", _("Number of the fact"), form="Integer"),
        Concept("RECORDED_AT", _("Recorded at"), form="DateTime"),
        Concept("SIMULATED", _("Simulated, never published"), form="Boolean"),
        Concept("DERIVED_BY", _("Operator that it is derived by"), "CL_DERIVED_BY"),
    )
}


def _choices(pairs: Iterable[tuple[str, Name]]) -> Codes:
    return [(code or codes.NOT_APPLICABLE, label, label) for code, label in pairs]


def _subjects(viewer: Viewer) -> Codes:
    """Whoever a series is about; the rest of the number plates is not for this list."""
    used = series_visible_to(viewer).values("subject")
    above = Area.objects.filter(children__subject__in=used).values("subject")  # totals are made for them
    found = Subject.objects.filter(Q(pk__in=used) | Q(pk__in=above)).order_by("key")
    return [(s.key, s.label_en or s.label, s.label) for s in found]


def _metrics(viewer: Viewer) -> Codes:
    return [(m.key, m.name_en or m.name, m.name) for m in metrics_visible_to(viewer).order_by("order", "key")]


def _breakdowns(viewer: Viewer) -> Codes:
    found = series_visible_to(viewer).exclude(breakdown="").order_by("breakdown")
    texts = found.values_list("breakdown", flat=True).distinct()
    return [(codes.TOTAL, _("Total"), _("Total")), *((codes.breakdown_code(t), t, t) for t in texts)]


def _units(viewer: Viewer) -> Codes:
    printed = set(series_visible_to(viewer).values_list("unit", flat=True).distinct().order_by())
    for metric in metrics_visible_to(viewer).exclude(derive=[]):
        printed |= {rules.unit_of(metric.unit, d.measure, d.of) for d in specs.derived(metric.derive)}
    bases = sorted({codes.unit_parts(symbol)[0] for symbol in printed})
    return [(codes.unit_code(b), codes.UNITS.get(b, ("", b))[1], b) for b in bases]


CODELISTS: Mapping[str, tuple[Name, Callable[[Viewer], Codes]]] = {
    "CL_FREQ": (_("Frequency"), lambda viewer: _choices(codes.FREQUENCIES.items())),
    "CL_SUBJECT": (_("Subject"), _subjects),
    "CL_METRIC": (_("Metric"), _metrics),
    "CL_MEASURE": (
        _("Measure"),
        lambda viewer: _choices(
            [*Measure.choices, *((m, codes.OPERATORS[m]) for m in codes.DERIVED_MEASURES)]
        ),
    ),
    "CL_OF": (
        _("What is ranked, compared, shared or completed"),
        lambda viewer: _choices([("", _("None")), *Measure.choices]),
    ),
    "CL_BASIS": (_("Basis"), lambda viewer: _choices(Basis.choices)),
    "CL_COMPARATOR": (_("Compared with"), lambda viewer: _choices(Comparator.choices)),
    "CL_BREAKDOWN": (_("Group within the metric"), _breakdowns),
    "CL_PERIOD_KIND": (_("Kind of period"), lambda viewer: _choices(PeriodKind.choices)),
    "CL_UNIT_MEASURE": (_("Unit"), _units),
    "CL_OBS_STATUS": (_("Observation status"), lambda viewer: _choices(codes.OBS_STATUSES.items())),
    "CL_STATUS": (_("Status on the ledger"), lambda viewer: _choices(FactStatus.choices)),
    "CL_BOUND": (_("How the number limits the true one"), lambda viewer: _choices(Bound.choices)),
    "CL_DERIVED_BY": (
        _("Operator that it is derived by"),
        lambda viewer: _choices([("", _("None")), *codes.OPERATORS.items()]),
    ),
    "CL_SOURCE": (
        _("Class of source"),
        lambda viewer: _choices([*FactSource.choices, (codes.DERIVED_SOURCE, _("Derived"))]),
    ),
}
TYPES = {
    "dataflow": "dataflows",
    "datastructure": "dataStructures",
    "conceptscheme": "conceptSchemes",
    "codelist": "codelists",
}
_CHILDREN = {"dataflow": ("datastructure",), "datastructure": ("conceptscheme", "codelist")}


def message(found: Json, at: datetime) -> Json:
    """A structure message; `meta` with its schema comes first, where readers look for the version."""
    meta = {
        "schema": SCHEMA,
        "id": f"{FLOW}-{at:%Y%m%d%H%M%S}",
        "prepared": at.isoformat(timespec="seconds"),
        "test": False,
        "contentLanguages": ["en", "zh"],
        "sender": {"id": AGENCY},
    }
    return {"meta": meta, "data": found}


def select(kind: str, agency: str, name: str, version: str, references: str, viewer: Viewer) -> Json:
    """The artefacts of a kind (`*`: all) that the identifiers take in, and what `references` draws in; maybe none."""
    if not (matches(agency, AGENCY) and matches(version, VERSION)):
        return {}
    kinds = list(TYPES) if kind == "*" else [kind]
    ids = {k: [i for i in _ids(k) if matches(name, i)] for k in kinds}
    drawn = {c for k in kinds if ids[k] for c in _drawn(k, references)}
    ids |= {k: list(_ids(k)) for k in drawn}
    return {TYPES[k]: [_artefact(k, i, viewer) for i in ids[k]] for k in TYPES if ids.get(k)}


def _drawn(kind: str, references: str) -> set[str]:
    if references == "none":
        return set()
    if references == "all":
        return set(TYPES)
    children = set(_CHILDREN.get(kind, ()))
    if references == "descendants":
        return children | {g for c in children for g in _drawn(c, references)}
    return children


def _ids(kind: str) -> Sequence[str]:
    found = {"conceptscheme": [CONCEPTS], "codelist": list(CODELISTS), "dataflow": list(codes.FLOWS)}
    return found.get(kind, [FLOW])


def _artefact(kind: str, name: str, viewer: Viewer) -> Json:
    if kind == "codelist":
        return _codelist(name, viewer)
    if kind == "dataflow":
        return _dataflow(name)
    return {"datastructure": _data_structure, "conceptscheme": _concept_scheme}[kind]()


def _dataflow(name: str) -> Json:
    """Both are of one data structure, so that a client reads them alike."""
    structure = f"{_MODEL}.datastructure.DataStructure={codes.STRUCTURE_ID}"
    label = _("Facts on the ledger") if name == FLOW else _("Values derived from the facts")
    return {**_maintained(name, label), "structure": structure}


def _data_structure() -> Json:
    shown = {n: c for n, c in COMPONENTS.items() if n in codes.ATTRIBUTES}
    components = {
        "dimensionList": {
            "id": "DimensionDescriptor",
            "dimensions": [{**_component(d), "position": n} for n, d in enumerate(DIMENSIONS)],
            "timeDimension": _component(codes.TIME),
        },
        "measureList": {"id": "MeasureDescriptor", "measures": [_component(codes.VALUE)]},
        "attributeList": {"id": "AttributeDescriptor", "attributes": [_attribute(a) for a in shown]},
    }
    return {**_maintained(FLOW, _("Facts on the ledger")), "dataStructureComponents": components}


def _component(name: str) -> Json:
    found = COMPONENTS[name]
    if found.codelist:
        urn = f"{_MODEL}.codelist.Codelist={AGENCY}:{found.codelist}({VERSION})"
        local: Json = {"enumeration": urn}
    else:
        local = {"format": {"dataType": found.form}}
    concept = f"{_MODEL}.conceptscheme.Concept={AGENCY}:{CONCEPTS}({VERSION}).{name}"
    return {"id": name, "conceptIdentity": concept, "localRepresentation": local}


def _attribute(name: str) -> Json:
    """Units belong to the series whatever its frequency, all else to the observation."""
    series = name in codes.SERIES_ATTRIBUTES
    relation: Json = {"dimensions": list(DIMENSIONS[1:])} if series else {"observation": {}}
    return {**_component(name), "usage": "optional", "attributeRelationship": relation}


def _concept_scheme() -> Json:
    concepts = [{"id": c.id, **_named(c.name, c.name)} for c in COMPONENTS.values()]
    return {**_maintained(CONCEPTS, _("Concepts of facts")), "concepts": concepts}


def _codelist(name: str, viewer: Viewer) -> Json:
    label, listed = CODELISTS[name]
    found = [{"id": code, **_named(en, zh)} for code, en, zh in listed(viewer)]
    return {**_maintained(name, label), **({"codes": found} if found else {})}


def _maintained(name: str, label: Name) -> Json:
    return {"id": name, "agencyID": AGENCY, "version": VERSION, **_named(label, label)}


def _named(en: Name, zh: Name) -> Json:
    """In both languages; `name` in that of the request."""
    with override("en"):
        english = str(en)
    with override("zh-hans"):
        chinese = str(zh)
    own = english if (get_language() or "").startswith("en") else chinese
    return {"name": own, "names": {"en": english, "zh": chinese}}
