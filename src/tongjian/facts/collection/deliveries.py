"""批量报送: a folder or zip of workbooks in one run, each recognised, checked and recorded whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tongjian.facts.choices import Outcome, SubmissionState
from tongjian.facts.collection import actions, bundles, packages, parcels, receiving, rounds, senders
from tongjian.facts.collection.ground import Catalogue, Ground, ground, read_catalogue
from tongjian.facts.collection.parcels import Aside, Parcel, Sent
from tongjian.facts.collection.senders import Sender, Senders
from tongjian.facts.collection.workbook import Sheet
from tongjian.facts.models import DeliveredFile, Delivery, Submission
from tongjian.kernel import events, evidence
from tongjian.kernel.access import Viewer, must_be_plan_office
from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import EvidenceFile, Organisation, User
from tongjian.reading.errors import ReadingError
from tongjian.values import Period

UNKNOWN: str | Promise = _(
    "Nobody is known who sends such a workbook. Give its file the unit's name, or save a column mapping for it."
)
Opened = tuple[Sheet, ...] | ReadingError


def visible_to(user: Viewer) -> QuerySet[Delivery]:
    """All for the plan office and leaders, none for others: a delivery holds many units' workbooks."""
    allowed = isinstance(user, User) and user.is_active and user.role in {"plan_office", "leader"}
    return Delivery.objects.all() if allowed else Delivery.objects.none()


def collect_zip(data: bytes, name: str, *, period: Period, by: User | None, at: datetime) -> Delivery:
    """Take in a zip; it is kept as received, for the plan office: it holds many units' workbooks. Raises NotAllowed, ParcelRefused, TongjianError."""
    _check_may(by)
    parcel = parcels.of_zip(data)
    file = evidence.keep(data, name, by=by, at=at, restricted=True)
    return collect(parcel, name, period=period, by=by, at=at, file=file)


def collect(
    parcel: Parcel,
    name: str,
    *,
    period: Period,
    by: User | None,
    at: datetime,
    file: EvidenceFile | None = None,
    opened: Sequence[Opened] | None = None,
) -> Delivery:
    """Take in all workbooks of a parcel, those of a sender in the order of their names. Raises NotAllowed.

    opened: the workbooks of the parcel, where they were read before (`bundles.open_all`). Each is a submission of its own, with its own transaction: one that is wrong leaves the others.
    """
    _check_may(by)
    _check_any(parcel)
    with transaction.atomic():
        delivery = Delivery.objects.create(
            name=name[-255:], period=str(rounds.round_of(period)), file=file, at=at, by=by
        )
        events.record("collection.delivered", delivery, by=by, at=at, data={"files": len(parcel.sent)})
    DeliveredFile.objects.bulk_create(_aside(delivery, a) for a in parcel.aside)
    run = _Run(delivery, by, at)
    found = bundles.open_all([s.data for s in parcel.sent]) if opened is None else opened
    for sent, one in zip(parcel.sent, found, strict=True):
        run.take(sent, one)
    return delivery


def _check_may(by: User | None) -> None:
    if by is not None:
        must_be_plan_office(by)


def _check_any(parcel: Parcel) -> None:
    if not parcel.sent and not parcel.aside:
        raise TongjianError("collection.empty_parcel", _("There is no file in it."))


def _aside(delivery: Delivery, aside: Aside) -> DeliveredFile:
    reason = {"code": aside.reason, "params": dict(aside.params)}
    return DeliveredFile(delivery=delivery, name=aside.name[-255:], outcome=Outcome.IGNORED, reason=reason)


class _Run:
    """One run over a parcel: the catalogue and the senders are read once."""

    def __init__(self, delivery: Delivery, by: User | None, at: datetime) -> None:
        self.delivery, self.by, self.at = delivery, by, at
        self.period = Period.parse(delivery.period)
        self.catalogue: Catalogue = read_catalogue()
        self.senders: Senders = senders.known(list(packages.reporting()))
        self.grounds: dict[int, Ground] = {}

    def ground(self, organisation: Organisation) -> Ground:
        if organisation.pk not in self.grounds:
            self.grounds[organisation.pk] = ground(organisation, self.period, self.catalogue)
        return self.grounds[organisation.pk]

    def take(self, sent: Sent, opened: Opened) -> None:
        sheets = () if isinstance(opened, ReadingError) else opened
        sender = senders.recognise(sent.name, sheets, self.period.end, self.senders)
        if sender.organisation is None:
            self._unknown(sent, opened)
            return
        done = self._submit(sent, opened, sender, sender.organisation)
        became = {"state": str(done.state), "facts": done.facts_written}
        self._note(sent, done.file, Outcome.TAKEN, sender.by, done, became)

    def _submit(self, sent: Sent, opened: Opened, sender: Sender, whose: Organisation) -> Submission:
        name = sent.name.rsplit("/", 1)[-1]
        new = actions.started(sent.data, name, organisation=whose, period=self.period, by=self.by, at=self.at)
        new.mapping = sender.mapping
        on = self.ground(whose)
        if isinstance(opened, ReadingError):
            return receiving.receive(new, actions.unreadable(opened), on)
        return receiving.receive(new, actions.checked(opened, on, sender.table), on)

    def _unknown(self, sent: Sent, opened: Opened) -> None:
        """Kept all the same: once its mapping is saved it can be taken in."""
        name = sent.name.rsplit("/", 1)[-1]
        file = evidence.keep(sent.data, name, by=self.by, at=self.at, restricted=True)
        reason: Mapping[str, object] = {"code": "unknown_sender", "params": {}}
        if isinstance(opened, ReadingError):
            reason = {"code": opened.code, "params": {"en": opened.en, "zh": opened.zh}}
        self._note(sent, file, Outcome.UNRECOGNISED, "", None, reason)

    def _note(
        self,
        sent: Sent,
        file: EvidenceFile,
        outcome: Outcome,
        by: str,
        submission: Submission | None,
        reason: Mapping[str, object] | None = None,
    ) -> None:
        DeliveredFile.objects.create(
            delivery=self.delivery,
            name=sent.name[-255:],
            file=file,
            outcome=outcome,
            recognised=by,
            submission=submission,
            reason=dict(reason or {}),
        )


def retake(pk: int, *, by: User, at: datetime) -> DeliveredFile:
    """Take in a file that was not recognised, now that a mapping or a name is known. Raises NotAllowed."""
    _check_may(by)
    item = DeliveredFile.objects.select_related("delivery", "file").filter(pk=pk).first()
    if item is None or item.file is None or item.outcome != Outcome.UNRECOGNISED:
        raise TongjianError(
            "collection.nothing_to_retake", _("The file was taken in already. Load the page again.")
        )
    run = _Run(item.delivery, by, at)
    sent = Sent(item.name, item.file.path.read_bytes())
    (opened,) = bundles.open_all([sent.data])
    run.take(sent, opened)
    made = DeliveredFile.objects.filter(delivery=item.delivery).latest("pk")
    item.delete()
    return made


def became(item: DeliveredFile) -> tuple[str, int]:
    """What a taken file came to in this delivery, and how many facts: one that said nothing new was accepted before.

    A held one that was let pass since then shows as it stands now.
    """
    state, facts = str(item.reason.get("state", "")), int(item.reason.get("facts", 0))
    done = item.submission
    if done is not None and state == SubmissionState.HELD and done.state != SubmissionState.HELD:
        return done.state, done.facts_written
    return state, facts


def why(item: DeliveredFile) -> str:
    """Why a file was left aside or not recognised, as a sentence; empty for one that was taken."""
    code, params = str(item.reason.get("code", "")), dict(item.reason.get("params", {}))
    if not code:
        return ""
    if code in parcels.REASONS:
        return Aside(item.name, code, params).message
    if "en" in params:
        return str(params["en" if (get_language() or "").startswith("en") else "zh"])
    return str(UNKNOWN)


def submissions_of(delivery: Delivery) -> Sequence[Submission]:
    """Those that came with it, in the order of their files."""
    rows = delivery.items.filter(submission__isnull=False).select_related(
        "submission__organisation__subject", "submission__file", "submission__package"
    )
    return [i.submission for i in rows if i.submission is not None]
