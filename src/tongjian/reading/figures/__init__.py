"""Figures in a report: numbers with unit, indicator, period, kind, status, bound, basis and comparator."""

from tongjian.reading.figures.find import find_figures

__all__ = ["find_figures"]
