"""Tracing a docx: every number leads to a fact, or it is a problem. Needs no database and no Django."""

from tongjian.reports.trace.check import Finding, Trace, manifest_text, trace

__all__ = ["Finding", "Trace", "manifest_text", "trace"]
