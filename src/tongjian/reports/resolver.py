"""The ledger as known at one moment, for the writer: references in, plain values out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.utils import translation

from tongjian.facts import refs
from tongjian.facts.ledger import Ledger
from tongjian.facts.models import Metric
from tongjian.facts.refs import FactRef, RefError
from tongjian.facts.resolved import FactAmbiguous, FactMissing, Resolved
from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import Place
from tongjian.plans import targets
from tongjian.plans.models import Obligation
from tongjian.plans.targets import TargetMissing
from tongjian.reports import loops
from tongjian.reports.known import Known, Unresolved, Where
from tongjian.values import Bound

TARGET = "target "  # opens the expression of a target


@dataclass
class LedgerResolver:
    """Answers out of one Ledger and the plans' targets. subject: key of the report's area."""

    subject: str
    known_at: datetime
    ledger: Ledger = field(init=False)
    owed: targets.Owed = field(init=False)
    told: dict[str, Known | None] = field(default_factory=dict)  # expressions that were asked for before

    def __post_init__(self) -> None:
        self.ledger, self.owed = Ledger(self.known_at), targets.Owed(self.known_at)

    def read_ahead(self, refs: Sequence[str]) -> None:
        """What is no reference, or leads nowhere, is told when it is asked for. All places are fetched with the first one."""
        wanted = [ref for text in refs if (ref := self.readable(text)) is not None]
        self.ledger.read_ahead(wanted)
        for ref in wanted:
            self.ledger.look(ref)

    def fact(self, ref: str) -> Known:
        wanted = self.parsed(ref)
        try:
            found = self.ledger.resolve(wanted)
        except FactMissing as error:
            raise self.unresolved("template.fact_missing", wanted, error) from error
        except FactAmbiguous as error:
            raise self.unresolved("template.fact_ambiguous", wanted, error) from error
        return self.known(found, ref)

    def target(self, ref: str) -> Known:
        wanted = self.parsed(ref)
        try:
            obligation = targets.target_in(self.ledger, wanted, self.owed)
        except (TargetMissing, FactMissing) as error:
            raise self.unresolved("template.target_missing", wanted, error) from error
        except FactAmbiguous as error:
            raise self.unresolved("template.fact_ambiguous", wanted, error) from error
        return self.promised(obligation, ref)

    def figure(self, expression: str) -> Known | None:
        """The figure that an expression of a manifest names; None when it leads nowhere."""
        if expression not in self.told:
            self.told[expression] = self._figure(expression)
        return self.told[expression]

    def _figure(self, expression: str) -> Known | None:
        ref = expression.removeprefix(TARGET)
        try:
            if ref == expression:
                return self.fact(ref)
            return replace(self.target(ref), expression=expression)
        except Unresolved:
            return None

    def name(self, ref: str) -> str:
        return self.metric(self.parsed(ref)).name

    def rows(self, said: str) -> Sequence[Mapping[str, str]]:
        found = loops.rows(said, self.subject, self.known_at)
        if found is None:
            raise Unresolved("template.flow_rows", {"text": said})
        return found

    # Parts

    def parsed(self, ref: str) -> FactRef:
        try:
            wanted = refs.parse(ref)
        except RefError as error:
            raise Unresolved("template.reference", {"ref": ref, "detail": _told(error)}) from error
        return wanted if wanted.subject else replace(wanted, subject=self.subject)

    def readable(self, ref: str) -> FactRef | None:
        try:
            return self.parsed(ref)
        except Unresolved:
            return None

    def metric(self, ref: FactRef) -> Metric:
        try:
            return self.ledger.metric(ref)
        except FactMissing as error:
            about = {"ref": str(ref), "metric": ref.metric, "detail": _told(error)}
            raise Unresolved("template.fact_missing", about) from error

    def unresolved(self, code: str, ref: FactRef, error: TongjianError) -> Unresolved:
        found = Metric.objects.filter(key=ref.metric).first()
        names = {"zh": found.name, "en": found.name_en or found.name} if found else {}
        shown = {language: f"{name} ({ref.metric})" for language, name in names.items()}
        return Unresolved(code, {"ref": str(ref), "metric": shown or ref.metric, "detail": _told(error)})

    def known(self, found: Resolved, written: str = "") -> Known:
        """A resolved value with all below it as plain values. written: the reference as the template has it."""
        metric, ref = self.metric(found.ref), found.ref
        own = () if found.fact is None else (found.fact.pk,)
        inputs = tuple(self.known(i) for i in found.inputs)
        return Known(
            expression=written or str(ref),
            number=found.number,
            unit=found.unit,
            measure=ref.measure,
            metric=ref.metric,
            indicator=metric.name,
            subject=self.ledger.subject(ref).label,
            period=str(ref.period),
            basis=ref.basis,
            comparator=ref.comparator,
            breakdown=ref.breakdown,
            of=ref.of,
            bound=Bound(found.bound),
            words=found.words,
            status="target" if found.derived == "target" else found.status,
            derived=found.derived or "",
            inputs=inputs,
            place=_where(found.place),
            rounding=metric.rounding,
            facts=tuple(dict.fromkeys((*own, *(pk for i in inputs for pk in i.facts)))),
        )

    def promised(self, obligation: Obligation, written: str) -> Known:
        """A target; one without a number (稳步增长) keeps its words."""
        series = obligation.series
        return Known(
            expression=written,
            number=obligation.number,
            unit=series.unit,
            measure=series.measure,
            metric=series.metric.key,
            indicator=series.metric.name,
            subject=series.subject.label,
            period=obligation.due,
            basis=series.basis,
            comparator=series.comparator,
            breakdown=series.breakdown,
            of=series.of,
            bound=Bound(obligation.bound),
            words=obligation.words,
            status="target",
            derived="target",
            place=_where(obligation.origin),
            rounding=series.metric.rounding,
        )


def _where(place: Place | None) -> Where | None:
    if place is None:
        return None
    return Where(place.file.name, place.file.sha256, place.kind, place.locator, place.excerpt)


def _told(error: TongjianError) -> Mapping[str, str]:
    """The ledger's own sentence, in both languages."""
    told = {}
    for language in ("en", "zh-hans"):
        with translation.override(language):
            told[language[:2]] = str(error)
    return told
