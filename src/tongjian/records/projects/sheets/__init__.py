"""The project library as a workbook: sheets in and out, all bad cells told at once."""

from tongjian.records.projects.sheets.giving import export
from tongjian.records.projects.sheets.taking import ImportRefused, Taken, take

__all__ = ["ImportRefused", "Taken", "export", "take"]
