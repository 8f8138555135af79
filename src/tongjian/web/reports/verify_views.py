"""核验: a written or bound docx sent in, and what hands have done to its figures; nothing of it stays."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tongjian.kernel.errors import TongjianError
from tongjian.reading import ReadingError
from tongjian.reports.trace import Trace
from tongjian.reports.trace.limited import trace_limited
from tongjian.reports.verify import State, Verdict, verify_traced
from tongjian.reports.verify.check import Now
from tongjian.reports.verify.ledger import now as on_ledger
from tongjian.reports.verify.messages import since_label, state_label, told
from tongjian.web import uploads
from tongjian.web.errors import refuse
from tongjian.web.intake.marks import Mark, marked
from tongjian.web.requests import Asked, district, now

KINDS = {State.WRONG: "error", State.LOST: "error", State.NEW: "hint", State.CONSISTENT: "question"}
TAGS = {**{s: f"tag-{k}" for s, k in KINDS.items()}, State.UNCHANGED: "tag-green"}


@dataclass(frozen=True, slots=True)
class Row:
    """A number beside the text. pk: counts from 1."""

    pk: int
    verdict: Verdict
    kind: str
    tag: str
    state: str
    why: str


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: Asked) -> HttpResponse:
    """The form; a file sent to it comes back as the page of its figures."""
    if request.method != "POST":
        return _form(request)
    try:
        return _verified(request)
    except (TongjianError, ReadingError) as error:
        return refuse(request, error, lambda: _form(request))


def _form(request: Asked) -> HttpResponse:
    return render(request, "reports/verify.html", {"tab": "verify"})


def _verified(request: Asked) -> HttpResponse:
    sent = uploads.one(request)
    traced = trace_limited(sent.data, sent.name)
    now_there = _on_ledger(traced) if request.POST.get("ledger") == "yes" else None
    found = verify_traced(traced, now=now_there)
    language = get_language() or "zh"
    rows = [_row(n, v, language) for n, v in enumerate(found.verdicts, 1)]
    counts = found.counts()
    context = {
        "tab": "verify",
        "name": sent.name,
        "title": found.title or sent.name,
        "holds": found.holds,
        "others": [o.message(language) for o in found.others],
        "rows": rows,
        "tallies": [
            (s.value, state_label(s, language), KINDS.get(s, "figure"), counts[s]) for s in State if counts[s]
        ],
        "since": len(found.changed_since),
        "since_label": since_label(language),
        "asked_ledger": now_there is not None,
        "touched": sum(r.kind != "figure" for r in rows),
        "lines": marked(
            traced.text,
            [
                Mark(r.pk, r.kind, "found", r.verdict.start, r.verdict.end)
                for r in rows
                if r.verdict.start >= 0
            ],
        ),
    }
    return render(request, "reports/verified.html", context)


def _on_ledger(traced: Trace) -> Now:
    expected = [str(entry.get("expression", "")) for entry in traced.figures.values()]
    return on_ledger(district().key, now(), expected)


def _row(pk: int, verdict: Verdict, language: str) -> Row:
    kind = KINDS.get(verdict.state, "question" if verdict.now else "figure")
    return Row(
        pk,
        verdict,
        kind,
        TAGS[verdict.state],
        state_label(verdict.state, language),
        told(verdict.why, verdict.about, language),
    )
