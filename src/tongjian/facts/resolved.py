"""What a reference resolves to, and why it may not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongjian.facts.models import Fact
from tongjian.facts.refs import FactRef
from tongjian.kernel.errors import TongjianError
from tongjian.kernel.instances import quick
from tongjian.kernel.models import EvidenceFile, Place
from tongjian.values import Number

MESSAGES: Mapping[str, str | Promise] = {
    "facts.unknown_metric": _("No metric has the key %(metric)s. Look it up in the catalogue of metrics."),
    "facts.unknown_subject": _("No area or organisation has the key %(subject)s."),
    "facts.missing": _(
        "%(metric)s has no fact for %(ref)s, and nothing to derive it from. Ask %(owner)s to report it."
    ),
    "facts.missing_near": _(
        "%(metric)s has no fact for %(ref)s. On the ledger for this period are: %(near)s. Name one of them."
    ),
    "facts.not_reported": _("%(metric)s for %(ref)s was not reported: %(reason)s"),
    "facts.no_quotient": _("%(ref)s cannot be derived: %(input)s is zero or below."),
    "facts.not_computed": _("%(ref)s cannot be derived: %(why)s. Look at its inputs and its derive line."),
    "facts.rank_incomplete": _(
        "%(ref)s cannot be ranked: %(count)s of %(all)s have no comparable figure (%(peers)s)."
    ),
    "facts.total_incomplete": _(
        "%(ref)s cannot be added up: %(count)s of %(all)s have not reported (%(areas)s)."
    ),
    "facts.published_together": _(
        "%(ref)s is not published alone. Ask for the months that are published together: %(together)s."
    ),
    "facts.merged": _(
        "%(ref)s has no comparable base: %(areas)s were merged into it since, and such a figure does not add up."
    ),
    "facts.rank_alone": _("%(ref)s cannot be ranked: no other area has a figure to compare with."),
    "facts.no_target": _("%(ref)s cannot be derived: no target stands for this series and period."),
    "facts.no_comparator": _("%(ref)s cannot be derived: there is nothing to compare with."),
    "facts.too_deep": _("%(ref)s is derived in a circle. Correct the derive lines of its metric."),
    "facts.ambiguous": _(
        "%(ref)s fits more than one series: %(choices)s. Say which, for example with of:growth."
    ),
}


class FactMissing(TongjianError):
    """No fact and no derivation fits."""

    def __init__(self, code: str, ref: FactRef, **params: object) -> None:
        self.ref = ref
        super().__init__(code, MESSAGES[code], {"ref": str(ref), **params})


class FactAmbiguous(TongjianError):
    """Two series fit: an error, not a choice."""

    def __init__(self, ref: FactRef, choices: str) -> None:
        self.ref = ref
        super().__init__(
            "facts.ambiguous", MESSAGES["facts.ambiguous"], {"ref": str(ref), "choices": choices}
        )


def fetch_places(facts: Iterable[Fact]) -> None:
    """The places of these facts with their files, as far as they were not fetched yet: two queries."""
    todo = [f for f in facts if not Fact.evidence.is_cached(f)]
    if not todo:
        return
    places = {p.pk: p for p in quick(Place.objects.filter(pk__in={f.evidence_id for f in todo}))}
    wanted = EvidenceFile.objects.filter(pk__in={p.file_id for p in places.values()})
    files = {f.pk: f for f in quick(wanted)}
    for place in places.values():
        Place.file.field.set_cached_value(place, files[place.file_id])
    for fact in todo:
        Fact.evidence.field.set_cached_value(fact, places[fact.evidence_id])


@dataclass(slots=True)
class Shelf:
    """Facts whose places were not fetched yet: asked for one, it fetches those of all."""

    waiting: list[Fact] = field(default_factory=list)

    def put(self, fact: Fact) -> None:
        if not Fact.evidence.is_cached(fact):
            self.waiting.append(fact)

    def place(self, fact: Fact) -> Place:
        if not Fact.evidence.is_cached(fact):
            fetch_places([*self.waiting, fact])
            self.waiting.clear()
        return fact.evidence


@dataclass(frozen=True, slots=True)
class Resolved:
    """A value with its way back. fact None: derived by the operator `derived` from `inputs`.

    ref: completed (subject and `of` filled in). unit: of the series. words: as printed, "" when derived.
    origin: of a target, the sentence that promised it. shelf: where the fact's place waits to be fetched.
    """

    ref: FactRef
    number: Number
    unit: str
    bound: str = "eq"
    words: str = ""
    status: str = "actual"
    fact: Fact | None = None
    derived: str | None = None
    inputs: tuple[Resolved, ...] = ()
    origin: Place | None = None
    shelf: Shelf = field(default_factory=Shelf, repr=False, compare=False)

    @property
    def place(self) -> Place | None:
        """Where it stands: its cell or its sentence; None for a derived value."""
        return self.origin if self.fact is None else self.shelf.place(self.fact)

    def facts(self) -> tuple[Fact, ...]:
        """All facts at the leaves, each once, in the order of the inputs."""
        own = (self.fact,) if self.fact else ()
        found = {f.pk: f for f in (*own, *(f for i in self.inputs for f in i.facts()))}
        return tuple(found.values())
