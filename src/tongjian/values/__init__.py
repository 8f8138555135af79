"""Numbers, units and periods: plain values that every floor shares. Imports nothing of the house."""

from tongjian.values.bounds import Bound
from tongjian.values.number import Number
from tongjian.values.periods import Period, PeriodError, PeriodKind
from tongjian.values.units import IncompatibleUnits, Unit, UnknownUnit, convert, unit

__all__ = [
    "Bound",
    "IncompatibleUnits",
    "Number",
    "Period",
    "PeriodError",
    "PeriodKind",
    "Unit",
    "UnknownUnit",
    "convert",
    "unit",
]
