"""Series maths on a dense array metric × unit × year × month: pure numpy, no Django, no database.

A cube holds scaled integers in float64 (−3.2 with one place is −32.0; NaN is missing, 0 is a value), so that sums
and differences are exact and quotients round as they do on paper; see `digits`. Calendar position, never row order,
says what "last year" is.
"""

from tongjian.facts.cube.build import Axes, Columns, Cube, TooManyDigits, build, put
from tongjian.facts.cube.engine import Derived, Extras, derive_all, patch

__all__ = [
    "Axes",
    "Columns",
    "Cube",
    "Derived",
    "Extras",
    "TooManyDigits",
    "build",
    "derive_all",
    "patch",
    "put",
]
