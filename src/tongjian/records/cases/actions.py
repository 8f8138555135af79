"""Writes: receive a case, take a step on it, on many at once. Permission, rule, transaction, event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from tongjian.kernel.errors import NotAllowed, TongjianError
from tongjian.kernel.models import Organisation, User
from tongjian.records.cases import actors, catalogue, forms, personal, queries, reply_check, store, timing
from tongjian.records.cases.choices import Channel, StateKind, UnitRole
from tongjian.records.cases.duplicates import sketch_bytes
from tongjian.records.cases.engine.case_types import CaseType, Effect, Transition
from tongjian.records.cases.engine.deciding import Actor, Refused, Why, decide, open_to
from tongjian.records.cases.engine.state import Change, replay
from tongjian.records.cases.masking import mask
from tongjian.records.cases.models import Attachment, Case, Party
from tongjian.records.cases.personal import Person
from tongjian.records.cases.refusals import StepRefused

RECEIVE = "receive"
REGISTER = "register"
WORDS = (
    "reason",
    "reply",
    "words",
    "plan",
    reply_check.OVERRIDE,
)  # of a payload: masked before they are kept


@dataclass(frozen=True, slots=True)
class Intake:
    """What comes in. opened_at None: now. people: sealed apart; their names and numbers are masked in title and text."""

    type: str
    text: str
    title: str = ""
    channel: str = Channel.OTHER.value
    category: str = ""
    area: int | None = None
    place: str = ""
    lon: float | None = None
    lat: float | None = None
    tier: str = ""
    subject: int | None = None
    parent: int | None = None
    attrs: Mapping[str, Any] = field(default_factory=dict)
    people: Sequence[Person] = ()
    source: str = ""
    source_id: str = ""
    opened_at: datetime | None = None
    simulated: bool = False


@transaction.atomic
def receive(
    intake: Intake, *, by: User | None, at: datetime, payload: Mapping[str, Any] | None = None
) -> Case:
    """受理: a new case, registered and received. by None: the system. Raises StepRefused with all reasons, NotAllowed."""
    case_type = _type(intake.type)
    register = Change(REGISTER, at, fields=_registered(intake, case_type, at))
    state = replay([register])
    view = actors.standpoint(by) if by else None
    whys = list(forms.faults(case_type, intake.attrs))
    if not intake.text.strip():
        whys.append(Why("cases.wanting", {"field": "text"}))
    if intake.tier and intake.tier not in case_type.tiers:
        whys.append(Why("cases.bad_value", {"field": "tier", "value": intake.tier}))
    try:
        actor = actors.actor(view, state, case_type)
        received = decide(case_type, state, RECEIVE, payload or {}, actor=actor, at=at, due=timing.due)
    except Refused as refused:
        whys += refused.reasons
    if whys:
        raise StepRefused("", whys, case_type)
    return _create(intake, case_type, [register, received], by, at)


def _create(
    intake: Intake, case_type: CaseType, changes: Sequence[Change], by: User | None, at: datetime
) -> Case:
    known = [w for p in intake.people for w in p.known]
    text = mask(intake.text, known)
    row = Case(
        title=(mask(intake.title, known) or text)[:200] if intake.title else first_words(text),
        text=text,
        place=mask(intake.place, known)[:200],
        sketch=sketch_bytes(text),
    )
    try:
        with transaction.atomic():
            store.create(row, changes, by=by)
    except IntegrityError:
        raise TongjianError(
            "cases.source_twice",
            _("The work order %(source)s %(id)s is here already."),
            {"source": intake.source, "id": intake.source_id},
        ) from None
    people = _people(intake, text)
    if people:
        key = personal.set_key(case_type.key, at)
        Party.objects.bulk_create([personal.party(p, key, row.pk) for p in people])
    return row


def _people(intake: Intake, masked: str) -> list[Person]:
    """The parties; the first keeps the words as they came where masking changed them."""
    people = list(intake.people)
    if masked != intake.text:
        first = people[0] if people else Person()
        people[:1] = [
            Person(first.name, first.phone, first.id_number, first.address, first.role, intake.text)
        ]
    return people


def first_words(text: str, length: int = 40) -> str:
    """A title out of a text: its first clause."""
    line = text.strip().split("\n", 1)[0]
    return line if len(line) <= length else line[: length - 1] + "…"


def _registered(intake: Intake, case_type: CaseType, at: datetime) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "type": case_type.key,
        "type_version": case_type.version,
        "state": case_type.initial,
        "kind": case_type.states[case_type.initial].kind,
        "opened_at": intake.opened_at or at,
        "visibility": case_type.visibility,
        "channel": intake.channel,
        "source": intake.source,
        "source_id": intake.source_id or None,
        "category": intake.category,
        "area_id": intake.area,
        "lon": intake.lon,
        "lat": intake.lat,
        "tier": intake.tier,
        "subject_id": intake.subject,
        "parent_id": intake.parent,
        "simulated": intake.simulated,
        "attrs": dict(intake.attrs),
    }
    kept = {"type", "type_version", "state", "kind", "opened_at", "visibility", "channel"}
    return {k: v for k, v in fields.items() if k in kept or v not in (None, "", False, {})}


# Steps


def perform(
    pk: int,
    step: str,
    payload: Mapping[str, Any] | None = None,
    *,
    by: User | None,
    at: datetime,
    seq: int | None = None,
) -> Case:
    """One named step on one case. seq: of the case as the user saw it; None: as it is now.

    A reply is checked first (`reply_check`): the payload's `override` says why it stands as it is.
    Raises NotAllowed, StepRefused with all reasons, ReplyHeld, ChangedMeanwhile.
    """
    with transaction.atomic():
        if seq is not None:
            row = Case.objects.select_for_update(of=("self",)).filter(pk=pk).first()
            if row is not None and row.seq != seq:
                raise store.changed_meanwhile(row)
        return perform_many([pk], step, payload, by=by, at=at)[0]


@transaction.atomic
def perform_many(
    pks: Sequence[int], step: str, payload: Mapping[str, Any] | None = None, *, by: User | None, at: datetime
) -> list[Case]:
    """The same step on many cases, all or none; one event each. Raises as `perform`, for the first that is refused."""
    found = _held(pks, by, lock=True)
    if by is not None:
        reply_check.must_stand(payload or {})
    masked = _masked(payload or {}, pks)
    why = masked.pop(reply_check.OVERRIDE, "")
    view = actors.standpoint(by) if by else None
    changes = []
    for one in found:
        try:
            change = _decided(one, step, masked, view, at)
            kept = {**change.words, reply_check.OVERRIDE: why} if why else change.words
            changes.append(replace(change, words=kept))
        except Refused as refused:
            raise StepRefused(one.row.ref, refused.reasons, _type(one.row.type)) from None
    return store.apply(found, changes, by=by)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a step would do to one case: `refusal` None: it would be taken."""

    case: Case
    change: Change | None
    refusal: StepRefused | None


def preview_many(
    pks: Sequence[int], step: str, payload: Mapping[str, Any] | None = None, *, by: User | None, at: datetime
) -> list[Preview]:
    """The same without writing: for a selection, before the button is pressed."""
    masked = _masked(payload or {}, pks)
    masked.pop(reply_check.OVERRIDE, "")
    view = actors.standpoint(by) if by else None
    shown = []
    for one in _held(pks, by, lock=False):
        try:
            shown.append(Preview(one.row, _decided(one, step, masked, view, at), None))
        except Refused as refused:
            shown.append(
                Preview(one.row, None, StepRefused(one.row.ref, refused.reasons, _type(one.row.type)))
            )
    return shown


@transaction.atomic
def follow_up(
    pk: int,
    *,
    reached: bool,
    solved: bool | None = None,
    score: int | None = None,
    words: str = "",
    by: User | None,
    at: datetime,
) -> Case:
    """回访: record a round by the type's own step, then what follows: done again where it is unsolved, else closed.

    Where neither is open the case stays as it is. Raises as `perform`; NotAllowed where the type has no such step now.
    """
    said = {"reached": reached, "solved": solved, "score": score, "words": words}
    payload = {k: v for k, v in said.items() if v not in (None, "")}
    asking = [t.key for t in _open_steps(pk, by, at) if t.does("survey")]
    row = perform(pk, asking[0] if asking else "survey", payload, by=by, at=at)
    if not reached:
        return row
    following = _open_steps(pk, by, at)
    again = [t.key for t in following if Effect("count", "redos") in t.effects and t.does("start") and t.when]
    close = [t.key for t in following if t.target and t.when and not t.needs and _closes(row, t)]
    for step in [*(again if solved is False else ()), *close][:1]:
        return perform(pk, step, by=by, at=at)
    return row


def _open_steps(pk: int, by: User | None, at: datetime) -> list[Transition]:
    one = _held([pk], by, lock=True)[0]
    case_type = _type(one.row.type)
    actor = actors.actor(actors.standpoint(by) if by else None, one.state, case_type)
    return open_to(case_type, one.state, actor=actor, at=at, due=timing.due)


def _closes(row: Case, step: Transition) -> bool:
    return _type(row.type).states[str(step.target)].kind == StateKind.CLOSED


def _decided(
    one: store.Held, step: str, payload: Mapping[str, Any], view: actors.Standpoint | None, at: datetime
) -> Change:
    case_type = _type(one.row.type)
    actor: Actor = actors.actor(view, one.state, case_type)
    return decide(case_type, one.state, step, payload, actor=actor, at=at, due=timing.due)


def _held(pks: Sequence[int], by: User | None, *, lock: bool) -> list[store.Held]:
    rows = Case.objects.filter(pk__in=pks) if by is None else queries.visible_to(by).filter(pk__in=pks)
    rows = rows.order_by("pk")  # locked in one order by everybody
    if lock:
        rows = rows.select_for_update(of=("self",))
    by_pk = {r.pk: r for r in rows}
    gone = [pk for pk in pks if pk not in by_pk]
    if gone:
        raise NotAllowed(
            "cases.not_there",
            _("There is no case %(pk)s that you may change. Check the number."),
            {"pk": gone[0]},
        )
    return store.held([by_pk[pk] for pk in dict.fromkeys(pks)])


def _masked(payload: Mapping[str, Any], pks: Sequence[int]) -> dict[str, Any]:
    """Words without personal data; units that exist. Raises TongjianError."""
    found = {k: mask(v) if k in WORDS and isinstance(v, str) else v for k, v in payload.items()}
    named = {u for role in UnitRole.values for u in _units(found.get(role))}
    if named:
        there = set(Organisation.objects.filter(pk__in=named).values_list("pk", flat=True))
        for unit in sorted(named - there):
            raise TongjianError(
                "cases.unit_unknown", _("There is no unit with the number %(unit)s."), {"unit": unit}
            )
    _check_attachments(found, pks)
    return found


def _check_attachments(payload: Mapping[str, Any], pks: Sequence[int]) -> None:
    """Evidence and proof are attachments of the cases themselves."""
    named = {a for name in ("evidence", "proof") for a in _units(payload.get(name))}
    if not named:
        return
    own = Attachment.objects.filter(pk__in=named, case__in=pks, erased_at__isnull=True)
    gone = named - set(own.values_list("pk", flat=True))
    if gone:
        raise TongjianError(
            "cases.attachment_unknown",
            _("The case has no attachment %(number)s. Attach the file first."),
            {"number": min(gone)},
        )


def _units(value: Any) -> list[int]:
    listed = value if isinstance(value, list | tuple) else [value]
    return [v for v in listed if isinstance(v, int) and not isinstance(v, bool)]


def _type(key: str) -> CaseType:
    try:
        return catalogue.case_type(key)
    except KeyError:
        raise TongjianError(
            "cases.type_unknown",
            _("There is no case type %(key)s. Look it up in the packs, or apply them first."),
            {"key": key},
        ) from None
