"""A comparison as plain data."""

from __future__ import annotations

from typing import Any

from tongjian.comparing.types import Comparison, Link, Question


def as_json(found: Comparison) -> dict[str, Any]:
    """links: one object a link, texts and offsets of both sides; questions; counts by outcome."""
    return {
        "last": _frame(found.last),
        "this": _frame(found.this),
        "counts": {o.value: n for o, n in found.counts().items()},
        "links": [_link(found, link) for link in found.links],
        "questions": [_question(found, q) for q in found.questions],
    }


def _frame(reading: Any) -> dict[str, Any]:
    outline = reading.outline
    return {
        "title": outline.title,
        "area": outline.area,
        "reviewed": outline.reviewed,
        "planned": outline.planned,
    }


def _link(found: Comparison, link: Link) -> dict[str, Any]:
    promise = found.last.commitments[link.commitment]
    return {
        "commitment": {**_clause(promise), "action": promise.action, "firmness": promise.firmness},
        "achievement": None if link.achievement is None else _said(found, link.achievement),
        "figure": None if link.figure is None else _figure(found, link.figure),
        "following": None if link.following is None else _clause(found.this.commitments[link.following]),
        "outcome": link.outcome.value,
        "finer": link.finer.value if link.finer else None,
        "likeness": link.likeness,
        "why": {"zh": link.why.zh, "en": link.why.en},
        "decided": link.decided,
    }


def _question(found: Comparison, question: Question) -> dict[str, Any]:
    return {
        "key": question.key,
        "commitment": _clause(found.last.commitments[question.commitment]),
        "achievement": _said(found, question.achievement),
        "likeness": question.likeness,
        "linked": question.linked,
    }


def _said(found: Comparison, n: int) -> dict[str, Any]:
    said = found.this.achievements[n]
    return {**_clause(said), "state": said.state, "state_words": said.state_words}


def _figure(found: Comparison, n: int) -> dict[str, Any]:
    figure = found.this.figures[n]
    return {
        "start": figure.start,
        "end": figure.end,
        "text": figure.text,
        "indicator": figure.indicator,
        "period": figure.period,
    }


def _clause(row: Any) -> dict[str, Any]:
    return {"start": row.start, "end": row.end, "text": row.text, "object": row.object}
