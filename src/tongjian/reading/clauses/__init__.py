"""Promises and deeds: the clauses of a report that commit to something or say that it was done."""

from tongjian.reading.clauses.achievements import find_achievements
from tongjian.reading.clauses.commitments import find_commitments

__all__ = ["find_achievements", "find_commitments"]
