"""Writing a report: the plan office's, in one transaction, with every fact it quotes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tongjian.kernel import definitions, events, evidence
from tongjian.kernel.access import must_be_plan_office
from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import EvidenceFile, Subject, User
from tongjian.packs import PackError
from tongjian.reading.spans import sentences
from tongjian.reports import models
from tongjian.reports.grids import headed
from tongjian.reports.layout import USUAL, Layout, from_bodies
from tongjian.reports.problems import Problem, TemplateWrong
from tongjian.reports.resolver import LedgerResolver
from tongjian.reports.tree import Figure, Paragraph, Report, printed
from tongjian.reports.writing import Written, write

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MOMENTS = frozenset({"built_at"})  # what differs in the manifest of a report that says the same again


class TemplateRefused(TongjianError):
    """The template cannot be built; `problems` are all that is wrong with it, each with its line."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        message = _("The report was not written: %(count)s problem(s) in the template.")
        super().__init__("reports.template_refused", message, {"count": len(self.problems)})

    def __str__(self) -> str:
        lines = (p.told(get_language() or "zh") for p in self.problems)
        return "\n".join([super().__str__(), *lines])


def build(
    subject: Subject,
    year: int,
    template: EvidenceFile | bytes,
    *,
    by: User,
    at: datetime,
    name: str = "template.txt",
    layout: str = USUAL,
) -> models.Report:
    """Write the report of an area for a year, all figures as known at `at`. layout: key of docs/reference/layouts.md.

    A report that would say the same as the newest one from the same template is not written again: that one comes back.
    Raises NotAllowed, TemplateRefused (nothing is kept then), TongjianError for a layout that is not there.
    """
    must_be_plan_office(by)
    of = _layout(layout)
    data = template if isinstance(template, bytes) else template.path.read_bytes()
    try:
        written = write(data, LedgerResolver(subject.key, at), year=year, at=at, of=of)
    except TemplateWrong as error:
        raise TemplateRefused(error.problems) from error
    with transaction.atomic():
        kept = _template_file(template, name, by, at)
        return _same_as_newest(subject, year, kept, written) or _store(subject, year, kept, written, by, at)


def _layout(key: str) -> Layout:
    """Of the packs. Raises TongjianError naming what there is, or what is wrong with the pack."""
    try:
        found = from_bodies(definitions.bodies("layouts"))
    except PackError as error:
        raise TongjianError(
            "reports.layout", _("The layouts cannot be used: %(problem)s"), {"problem": str(error)}
        ) from error
    if key not in found:
        message = _("There is no layout %(key)s. Choose one of: %(known)s.")
        raise TongjianError("reports.layout", message, {"key": key, "known": ", ".join(found)})
    return found[key]


def _template_file(template: EvidenceFile | bytes, name: str, by: User, at: datetime) -> EvidenceFile:
    return evidence.keep(template, name, by=by, at=at) if isinstance(template, bytes) else template


def _same_as_newest(
    subject: Subject, year: int, template: EvidenceFile, written: Written
) -> models.Report | None:
    newest = models.Report.objects.filter(subject=subject, year=year).order_by("-built_at", "-pk").first()
    if newest is None or newest.template_id != template.pk or newest.html != written.html:
        return None
    return newest if _timeless(newest.manifest) == _timeless(written.manifest) else None


def _timeless(manifest: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in manifest.items() if key not in MOMENTS}


def _store(
    subject: Subject, year: int, template: EvidenceFile, written: Written, by: User, at: datetime
) -> models.Report:
    docx = evidence.keep(written.docx, f"{written.tree.title}.docx", by=by, at=at)
    report = models.Report.objects.create(
        subject=subject,
        year=year,
        title=written.tree.title[:200],
        template=template,
        docx=docx,
        html=written.html,
        manifest=written.manifest,
        known_at=at,
        built_at=at,
        built_by=by,
    )
    quotes = _store_quotes(report, written.tree)
    events.record(
        "reports.built", report, by=by, at=at, data={"quotes": quotes, "docx": docx.sha256, "year": year}
    )
    return report


def _store_quotes(report: models.Report, tree: Report) -> int:
    """One row for each figure, and its links to facts. Returns how many."""
    said = [(p, i) for p in tree.walk() for i in p.inlines if isinstance(i, Figure)]
    cells = headed(tree.walk())
    rows = models.Quote.objects.bulk_create(
        _quote(report, f, cells.get(f.anchor) or sentence_of(p, f)) for p, f in said
    )
    through = models.Quote.facts.through
    through.objects.bulk_create(
        through(quote_id=quote.pk, fact_id=pk)
        for quote, (_p, f) in zip(rows, said, strict=True)
        for pk in f.known.facts
    )
    return len(rows)


def _quote(report: models.Report, figure: Figure, sentence: str) -> models.Quote:
    return models.Quote(
        report=report,
        anchor=figure.anchor,
        expression=figure.known.expression,
        shown=figure.shown,
        line=figure.line,
        sentence=sentence,
    )


def sentence_of(paragraph: Paragraph, figure: Figure) -> str:
    """The sentence of the paragraph in which the figure stands."""
    at = 0
    for inline in paragraph.inlines:
        if inline is figure:
            break
        at += len(printed(inline))
    text = paragraph.text
    return next((text[a:b] for a, b in sentences(text) if a <= at < b), text)
