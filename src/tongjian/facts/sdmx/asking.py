"""What a data request asks for: path, key and parameters into a Wanted. Plain values in and out.

Source: SDMX REST API 2.2, data queries; the older form of path and key is that of 1.5.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from django.utils.translation import gettext_lazy as _

from tongjian.facts.sdmx import codes
from tongjian.facts.sdmx.codes import DIMENSIONS, SdmxError, SdmxNotFoundError, SdmxNotServedError
from tongjian.values import Period

ANY = frozenset({"", "*", "all", "latest", "~", "+"})
CONTEXTS = ("dataflow", "datastructure", "provisionagreement", "*")
# of the standard, but not served: silence would give other data than was asked for
NOT_SERVED = frozenset(
    {
        "firstNObservations",
        "lastNObservations",
        "offset",
        "limit",
        "sort",
        "attributes",
        "measures",
        "reportingYearStartDay",
        "detail",
    }
)
SERVED = frozenset(
    {"startPeriod", "endPeriod", "updatedAfter", "includeHistory", "asOf", "dimensionAtObservation"}
)
HARMLESS = {"detail": "full", "attributes": "dsd", "measures": "all"}
_COMPONENT = re.compile(r"c\[(\w+)\]\Z")


@dataclass(frozen=True, slots=True)
class Slice:
    """One part of the cube: allowed codes by dimension; a dimension that is not named takes all."""

    codes: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def holds(self, key: Mapping[str, str]) -> bool:
        return all(key[d] in allowed for d, allowed in self.codes.items() if d in key)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Observations asked for. flow: of codes.FLOWS. slices: one of them must hold, and `also`. start, end: month indices that a period
    must lie within; exactly: the one period. at: as known then. after: recorded later than this. history: all vintages.
    """

    context: str = "dataflow"
    flow: str = codes.FLOW
    slices: tuple[Slice, ...] = (Slice(),)
    also: Slice = Slice()
    start: int | None = None
    end: int | None = None
    exactly: Period | None = None
    at: datetime | None = None
    after: datetime | None = None
    history: bool = False

    def holds(self, key: Mapping[str, str]) -> bool:
        return self.also.holds(key) and any(s.holds(key) for s in self.slices)

    def only(self, dimension: str) -> frozenset[str] | None:
        """The codes that this dimension is narrowed to; None where some slice takes all."""
        found = [s.codes.get(dimension) for s in self.slices]
        if self.also.codes.get(dimension) is not None:
            return self.also.codes[dimension]
        return None if None in found else frozenset().union(*(f for f in found if f is not None))


def data_request(path: str, parameters: Mapping[str, str]) -> Wanted:
    """From what follows `/data/` and the query string. Raises SdmxError (400, 404, 501)."""
    parts = [p for p in path.split("/") if p]
    if not parts or parts[0] in CONTEXTS:
        context, flow, key = _new_path(parts)
        slices = parse_keys(key)
    else:
        context, flow, key = _old_path(parts)
        slices = (parse_key(key, "+"),)
    wanted = _with_parameters(Wanted(context, _flow(context, *flow), slices), parameters)
    if wanted.history and wanted.flow == codes.DERIVED:
        raise _not_served("includeHistory")
    return wanted


def _new_path(parts: Sequence[str]) -> tuple[str, tuple[str, str, str], str]:
    if len(parts) > 5:
        raise bad_path()
    context, agency, flow, version, key = [*parts, *"*****"][:5]
    if context == "provisionagreement":
        raise nothing_found()
    return "dataflow" if context == "*" else context, (agency, flow, version), key


def _old_path(parts: Sequence[str]) -> tuple[str, tuple[str, str, str], str]:
    """flowRef is ID, AGENCY,ID or AGENCY,ID,VERSION; a provider may follow the key."""
    flow = parts[0].split(",")
    if len(parts) > 3 or len(flow) > 3:
        raise bad_path()
    if len(parts) == 3 and parts[2] not in ANY:
        raise nothing_found()
    agency, name, version = ["*", *flow, "*"] if len(flow) == 1 else [*flow, "*"][:3]
    return "dataflow", (agency, name, version), parts[1] if len(parts) > 1 else "all"


def _flow(context: str, agency: str, flow: str, version: str) -> str:
    """The dataflow that the identifiers name, FACTS where they take in both. A data structure means that of FACTS."""
    known = codes.FLOWS if context == "dataflow" else (codes.FLOW,)
    found = [own for own in known if matches(flow, own)]
    if not (found and matches(agency, codes.AGENCY) and matches(version, codes.VERSION)):
        raise SdmxNotFoundError(
            "sdmx.unknown_flow",
            _("There are two dataflows here: %(flow)s and %(derived)s."),
            {"flow": codes.STRUCTURE_ID, "derived": codes.DERIVED_ID},
        )
    return found[0]


def _not_served(name: str) -> SdmxNotServedError:
    return SdmxNotServedError(
        "sdmx.not_served", _("“%(name)s” is not served here. Leave it out."), {"name": name}
    )


def matches(asked: str, own: str) -> bool:
    """Whether an identifier of a path, which may list several, takes this one in."""
    return any(one in ANY or one == own for one in asked.split(","))


def parse_keys(text: str) -> tuple[Slice, ...]:
    """Keys of REST 2: several by comma. Raises SdmxError."""
    return tuple(parse_key(one) for one in text.split(","))


def parse_key(text: str, several: str = "") -> Slice:
    """`M.hedong.gdp`: codes by position; `*` or nothing takes all, and so do dimensions left out at the end.

    several: what stands between codes of one dimension (`+` in REST 1). Raises SdmxError.
    """
    if text in ANY:
        return Slice()
    parts = text.split(".")
    if len(parts) > len(DIMENSIONS):
        raise SdmxError(
            "sdmx.long_key",
            _("The key has %(got)s parts; this dataflow has %(most)s: %(dimensions)s."),
            {"got": len(parts), "most": len(DIMENSIONS), "dimensions": ".".join(DIMENSIONS)},
        )
    named = {d: p for d, p in zip(DIMENSIONS, parts, strict=False) if p not in ANY}
    return Slice({d: frozenset(p.split(several) if several else [p]) for d, p in named.items()})


def _with_parameters(wanted: Wanted, parameters: Mapping[str, str]) -> Wanted:
    components = {f[1]: v for k, v in parameters.items() if (f := _COMPONENT.match(k))}
    plain = {k: v for k, v in parameters.items() if not _COMPONENT.match(k)}
    _check_names(plain)
    wanted = replace(
        wanted,
        start=codes.first_month(plain["startPeriod"]) if plain.get("startPeriod") else None,
        end=codes.last_month(plain["endPeriod"]) if plain.get("endPeriod") else None,
        at=_moment(plain.get("asOf", "")),
        after=_moment(plain.get("updatedAfter", "")),
        history=_truth(plain.get("includeHistory", "")),
    )
    if wanted.at and wanted.after and wanted.after > wanted.at:
        raise SdmxError("sdmx.after_as_of", _("updatedAfter is later than asOf. Nothing can lie between."))
    return _with_components(wanted, components)


def _check_names(plain: Mapping[str, str]) -> None:
    for name, value in plain.items():
        if name in NOT_SERVED and value != HARMLESS.get(name):
            raise _not_served(name)
        if name not in NOT_SERVED | SERVED:
            raise SdmxError("sdmx.unknown_parameter", _("There is no parameter “%(name)s”."), {"name": name})


def _with_components(wanted: Wanted, components: Mapping[str, str]) -> Wanted:
    also: dict[str, frozenset[str]] = {}
    for name, text in components.items():
        if name == codes.TIME:
            wanted = _within(wanted, text)
        elif name in DIMENSIONS:
            also[name] = frozenset(_equal(name, one) for one in text.split(","))
        else:
            raise _no_filter(name)
    return replace(wanted, also=Slice(also))


def _equal(name: str, text: str) -> str:
    """A code, with or without `eq:`. Other operators are not served for codes."""
    operator, found, code = text.rpartition(":")
    if (found and operator != "eq") or re.search(r"[ +]", text):
        raise _no_filter(f"{name}={text}")
    return code


def _within(wanted: Wanted, text: str) -> Wanted:
    """`ge:2021+le:2022`; the plus of a query string arrives as a blank."""
    for part in re.split(r"[ +]+", text.strip()):
        operator, _colon, time = part.rpartition(":") if part[2:3] == ":" else ("eq", "", part)
        match operator:
            case "ge":
                wanted = replace(wanted, start=codes.first_month(time))
            case "gt":
                wanted = replace(wanted, start=codes.last_month(time) + 1)
            case "le":
                wanted = replace(wanted, end=codes.last_month(time))
            case "lt":
                wanted = replace(wanted, end=codes.first_month(time) - 1)
            case "eq":
                wanted = replace(wanted, exactly=codes.parse_time(time))
            case _:
                raise _no_filter(f"{codes.TIME}={text}")
    return wanted


def _no_filter(name: str) -> SdmxNotServedError:
    return SdmxNotServedError(
        "sdmx.no_such_filter",
        _(
            "The filter “%(name)s” is not served. Dimensions take codes, TIME_PERIOD takes ge, gt, le, lt, eq."
        ),
        {"name": name},
    )


def _moment(text: str) -> datetime | None:
    """xs:dateTime; a plus of its offset arrives as a blank; no offset: UTC."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text.strip().replace(" ", "+"))
    except ValueError as error:
        raise SdmxError(
            "sdmx.bad_moment", _("“%(got)s” is no moment. Write 2022-11-30T08:00:00Z."), {"got": text}
        ) from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _truth(text: str) -> bool:
    if text not in {"", "true", "false"}:
        raise SdmxError("sdmx.bad_truth", _("includeHistory is true or false, not “%(got)s”."), {"got": text})
    return text == "true"


def bad_path() -> SdmxError:
    return SdmxError(
        "sdmx.bad_path",
        _("The path has too many parts. Write data/dataflow/%(flow)s/key or data/FACTS/key."),
        {"flow": f"{codes.AGENCY}/{codes.FLOW}/{codes.VERSION}"},
    )


def nothing_found() -> SdmxNotFoundError:
    return SdmxNotFoundError(
        "sdmx.no_results", _("Nothing on the ledger fits. Check key and period against the code lists.")
    )
