"""ETS, Theta and ARIMA of statsforecast, where they are installed and were better than ours in earlier years.

The extra `forecast` brings them. They know single months only; each is fitted anew for every year that it is tested
in, on what was known then, so that a series takes seconds: for one page, not for all.
"""

from __future__ import annotations

import importlib
import importlib.util
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from tongjian.facts.foresight import choosing, estimators
from tongjian.facts.foresight.estimators import Floats
from tongjian.facts.foresight.outlook import Estimate, Kind, MethodError

MODELS = ("AutoETS", "AutoTheta", "AutoARIMA")
BETTER = 0.8  # of our error, that theirs must stay below
# History, periods ahead, periods a year → the values to come.
Forecaster = Callable[[Floats, int, int], Floats]


def is_installed() -> bool:
    return importlib.util.find_spec("statsforecast") is not None


def forecasters() -> Mapping[str, Forecaster]:
    """The library's models by name; none where it is not installed."""
    return {name: _forecaster(name) for name in MODELS} if is_installed() else {}


def _forecaster(name: str) -> Forecaster:
    def forecast(history: Floats, ahead: int, periods: int) -> Floats:
        models = importlib.import_module("statsforecast.models")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model = getattr(models, name)(season_length=periods)
            found: Floats = np.asarray(model.forecast(y=history, h=ahead)["mean"], dtype=np.float64)
        return found

    return forecast


@dataclass(frozen=True, slots=True)
class Tested:
    """A model's value for the year and its errors in earlier years, by year; NaN where it could not say."""

    name: str
    point: float
    errors: Floats


def second(months: Floats, kind: Kind, estimate: Estimate) -> Estimate:
    """Our estimate, or a model's where it was clearly better in the same years. months: [years, periods]."""
    return weighed(months, kind, estimate, forecasters())


def weighed(months: Floats, kind: Kind, estimate: Estimate, models: Mapping[str, Forecaster]) -> Estimate:
    """`estimate` with the models among its methods; the best of them in its place if it was clearly better."""
    if estimate.error is None:
        return estimate
    at = estimate.month // (12 // months.shape[1]) - 1
    tested = [_tested(name, model, months, kind, at) for name, model in models.items()]
    listed = (*estimate.methods, *(_listed(t) for t in tested))
    fit = [t for t in tested if np.isfinite(t.point) and _count(t) >= max(estimate.tests, choosing.FEWEST)]
    best = min(fit, key=_error, default=None)
    if best is None or _error(best) >= BETTER * estimate.error:
        return replace(estimate, methods=listed)
    half = float(choosing.quantile(np.abs(best.errors[None]))[0])
    return replace(
        estimate,
        method=best.name,
        point=best.point,
        low=best.point - half,
        high=best.point + half,
        error=_error(best),
        tests=_count(best),
        methods=listed,
    )


def _tested(name: str, model: Forecaster, months: Floats, kind: Kind, at: int) -> Tested:
    first = choosing.FIRST_TESTED
    values = [_year(model, months, kind, year, at) for year in range(first, len(months))]
    return Tested(name, values[-1], np.array(values[:-1]) - months[first:-1, -1])


def _year(model: Forecaster, months: Floats, kind: Kind, year: int, at: int) -> float:
    """One year's value from what was known after its period `at`; NaN where the model fails or too little is known."""
    periods = months.shape[1]
    known = months[: year + 1].copy()
    known[-1, at + 1 :] = np.nan
    flat = (estimators.singles(known[None])[0] if kind is Kind.FLOW else known).reshape(-1)
    flat = flat[: year * periods + at + 1]
    there = np.flatnonzero(~np.isnan(flat))
    if not len(there) or np.isnan(flat[there[0] :]).any() or len(flat) - there[0] < 2 * periods:
        return float("nan")
    try:
        ahead = model(flat[there[0] :], periods - at - 1, periods)
    except Exception:  # a model that finds no fit is one that cannot say
        return float("nan")
    return float(known[-1, at] + ahead.sum()) if kind is Kind.FLOW else float(ahead[-1])


def _count(tested: Tested) -> int:
    return int((~np.isnan(tested.errors)).sum())


def _error(tested: Tested) -> float:
    return float(np.nanmean(np.abs(tested.errors)))


def _listed(tested: Tested) -> MethodError:
    point = tested.point if np.isfinite(tested.point) else None
    return MethodError(tested.name, point, _error(tested) if _count(tested) else None, 0.0)
