"""The outlook in words, in the language that is active: what is expected, by which method, how far off it was before."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tongjian.facts import rules
from tongjian.facts.foresight.outlook import BLEND, Estimate, Kind
from tongjian.facts.foresight.queries import Outlook
from tongjian.facts.ledger import ref_of
from tongjian.kernel.errors import TongjianError
from tongjian.values import Period
from tongjian.values.unit_names import english

METHODS: Mapping[str, str | Promise] = {
    "growth": _("last year × growth"),
    "share": _("share of the year in earlier years"),
    "linear": _("progress of time"),
    "repeat": _("last year's rest"),
    "steps": _("last year's rest and the gain so far"),
    "recent": _("last three months' change"),
    "smoothing": _("exponential smoothing"),
    "last": _("stays where it is"),
    "last_rest": _("moves as last year"),
    "mean_rest": _("moves as in three years"),
    "blend": _("weighted mean"),
    "AutoETS": _("ETS (statsforecast)"),
    "AutoTheta": _("Theta (statsforecast)"),
    "AutoARIMA": _("ARIMA (statsforecast)"),
}
REASONS: Mapping[str, str | Promise] = {
    "facts.outlook_year": _("%(ref)s is no whole year. Write the year alone after the @, for example 2022."),
    "facts.outlook_kind": _(
        "%(ref)s has no year-end estimate: ranks and totals since a start are not estimated."
    ),
    "facts.outlook_no_months": _("%(ref)s has no year-end estimate yet: no month of the year is reported."),
    "facts.outlook_no_years": _(
        "%(ref)s has no year-end estimate: too little is known of this year and earlier ones."
    ),
    "facts.outlook_single": _(
        "%(ref)s has no year-end estimate: only single months are reported, and single months of a rate "
        "do not add up to a year. Report it since January."
    ),
    "facts.outlook_library": _(
        "statsforecast is not installed. Install the extra: pip install tongjian[forecast]."
    ),
}
SMALLEST_SHARE = 0.05  # of a blend, that is named


class NoOutlook(TongjianError):
    """Nothing can be said of the year."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code, REASONS[code], params)


def required(outlook: Outlook) -> Outlook:
    """The outlook. Raises NoOutlook with the reason where nothing could be estimated."""
    if outlook.missing:
        raise NoOutlook(outlook.missing, ref=_name(outlook))
    return outlook


def reason(outlook: Outlook) -> str:
    """Why there is no estimate; empty where there is one."""
    return str(REASONS[outlook.missing]) % {"ref": _name(outlook)} if outlook.missing else ""


def explained(outlook: Outlook) -> tuple[str, ...]:
    """Sentences on the newest estimate: the value, the method, the interval or its absence, the official estimate."""
    newest = outlook.newest
    if newest is None:
        return (reason(outlook),) if outlook.missing else ()
    lines = [
        _value(outlook, newest),
        _growth(outlook, newest),
        _method(outlook, newest),
        _trust(outlook, newest),
        _official(outlook),
    ]
    return tuple(str(line) for line in lines if line)


def method_of(estimate: Estimate) -> str:
    """The method in words; a weighted mean with its parts, the heaviest first."""
    name = str(METHODS[estimate.method])
    if estimate.method != BLEND:
        return name
    parts = sorted(estimate.methods, key=lambda m: -m.weight)
    named = [f"{METHODS[m.method]} {m.weight:.0%}" for m in parts if m.weight >= SMALLEST_SHARE]
    zh = not (get_language() or "").startswith("en")
    return f"{name}（{'，'.join(named)}）" if zh else f"{name} ({', '.join(named)})"


def _name(outlook: Outlook) -> str:
    return str(ref_of(outlook.series, Period.year(outlook.year)))


def _value(outlook: Outlook, estimate: Estimate) -> str:
    period = Period.month(outlook.year, estimate.month)
    if outlook.kind is not Kind.STOCK:
        period = Period.to_date(outlook.year, estimate.month)
    said = _(
        "%(year)s is expected to come to %(point)s %(unit)s, going by %(so_far)s %(unit)s in %(period)s."
    )
    return str(said) % {
        "year": outlook.year,
        "point": outlook.shown(estimate.point),
        "unit": _said(outlook.unit),
        "so_far": outlook.shown(estimate.so_far),
        "period": period.label(get_language() or "zh"),
    }


def _growth(outlook: Outlook, estimate: Estimate) -> str:
    growth = outlook.growth(estimate.point)
    if growth is None:
        return ""
    return str(_("That is %(growth)s%% on last year, from levels.")) % {"growth": growth}


def _method(outlook: Outlook, estimate: Estimate) -> str:
    if not estimate.tests or estimate.error is None:
        return str(_("Method: %(method)s; it could not be tested in an earlier year.")) % {
            "method": method_of(estimate)
        }
    said = _(
        "Method: %(method)s. At the same month of %(tests)s earlier years it was off by %(error)s %(unit)s on average."
    )
    return str(said) % {
        "method": method_of(estimate),
        "tests": estimate.tests,
        "error": outlook.shown(estimate.error),
        "unit": _said(_points(outlook)),
    }


def _said(unit: str) -> str:
    """The unit in the active language."""
    return english(unit) if (get_language() or "").startswith("en") else unit


def _points(outlook: Outlook) -> str:
    """A difference of percentages is in percentage points."""
    return rules.POINTS if outlook.unit == rules.PERCENT else outlook.unit


def _trust(outlook: Outlook, estimate: Estimate) -> str:
    if estimate.low is None or estimate.high is None:
        said = _("Short series: %(tests)s earlier years to test in, too few for an interval.")
        return str(said) % {"tests": estimate.tests}
    said = _("With four chances in five it will lie between %(low)s and %(high)s %(unit)s.")
    return str(said) % {
        "low": outlook.shown(estimate.low),
        "high": outlook.shown(estimate.high),
        "unit": _said(outlook.unit),
    }


def _official(outlook: Outlook) -> str:
    fact = outlook.official
    if fact is None or fact.number is None:
        return ""
    said = {
        True: _("The official estimate, %(number)s %(unit)s, lies inside."),
        False: _("The official estimate, %(number)s %(unit)s, lies outside."),
        None: _("The official estimate is %(number)s %(unit)s."),
    }[outlook.official_inside]
    return str(said) % {"number": fact.number, "unit": _said(outlook.unit)}
