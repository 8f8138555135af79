"""The year's value as AutoETS, AutoTheta and AutoARIMA of statsforecast see it: their months ahead, added to what is known.

They know single months only, choose their model by information criteria, and are given the same window of years as ours.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

MODELS = ("AutoETS", "AutoTheta", "AutoARIMA")


def year_values(
    singles: NDArray[np.float64], month: int, kind: str, frequency: int, models: tuple[str, ...] = MODELS
) -> Mapping[str, float]:
    """singles: [year, 12] up to and with the year asked for; its months after `month` are not looked at."""
    import statsforecast.models

    warnings.simplefilter("ignore")
    step = 12 // frequency
    flat = singles[:-1].ravel()[step - 1 :: step]
    own = singles[-1].ravel()[step - 1 :: step][: month // step]
    history = np.concatenate([flat, own])
    history = history[int(np.flatnonzero(~np.isnan(history))[0]) :]
    ahead = frequency - len(own)
    found = {}
    for name in models:
        model = getattr(statsforecast.models, name)(season_length=frequency)
        mean = model.forecast(y=history, h=ahead)["mean"]
        found[name] = float(own.sum() + mean.sum()) if kind == "flow" else float(mean[-1])
    return found
