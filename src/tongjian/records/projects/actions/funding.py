"""Money of a project by source and year, and the districts that share it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongjian.kernel import events
from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import Place, Relation, Subject, User
from tongjian.records.projects import queries
from tongjian.records.projects.choices import FundingSource, FundingState
from tongjian.records.projects.models import Funding, Project
from tongjian.records.projects.rules import pairing
from tongjian.records.projects.rules.pairing import Share
from tongjian.values import Number


class FundingRefused(TongjianError):
    """An amount that cannot be meant."""


class PairingRefused(TongjianError):
    """Shares that do not make one whole."""


@transaction.atomic
def fund(
    pk: int,
    source: str,
    year: int,
    state: str,
    amount: Number,
    *,
    evidence: Place,
    by: User | None,
    at: datetime,
) -> Funding:
    """What a source gives in a year, in 万元; a changed amount is an event. Raises NotAllowed, FundingRefused."""
    project = queries.editable_by(by, pk, lock=True)
    if amount.mantissa < 0:
        raise FundingRefused("projects.funding_negative", _("Funds cannot be less than nothing."))
    key = {"source": FundingSource(source), "state": FundingState(state), "year": year}
    before = Funding.objects.filter(project=project, **key).first()
    if before is not None and before.amount == amount:
        return before
    was = str(before.amount) if before else ""
    row = before or Funding(project=project, **key)
    row.amount_mantissa, row.amount_decimals, row.evidence = amount.mantissa, amount.decimals, evidence
    row.save()
    said = {"source": row.source, "year": year, "state": row.state, "was": was, "is": str(amount)}
    events.record("projects.funded", project, by=by, at=at, data=said)
    return row


@transaction.atomic
def pair(pk: int, shares: Sequence[Share], *, source: Place, by: User | None, at: datetime) -> list[Relation]:
    """The parties of a paired project with their dated shares, the own district among them; replaces those that stand.

    Raises NotAllowed, PairingRefused unless the shares sum to one on every day on which anyone has one.
    """
    project = queries.editable_by(by, pk, lock=True)
    parties = {s.key: s for s in Subject.objects.filter(key__in=[x.party for x in shares])}
    check(shares, parties)
    standing = project.subject.relations.filter(role=pairing.ROLE)
    was = {r.object.key: str(r.share) for r in standing.select_related("object")}
    standing.delete()
    project.changed_at = at
    project.save(update_fields=["changed_at"])
    made = Relation.objects.bulk_create(_relation(project, s, parties, source, at) for s in shares)
    said = {"was": was, "is": {s.party: str(s.share) for s in shares}}
    events.record("projects.paired", project, by=by, at=at, data=said)
    return made


def check(shares: Sequence[Share], parties: dict[str, Subject]) -> None:
    """Raises PairingRefused."""
    unknown = sorted({s.party for s in shares} - set(parties))
    if unknown:
        raise PairingRefused(
            "projects.party_unknown", _("No party has the key %(key)s."), {"key": unknown[0]}
        )
    twice = pairing.overlapping(shares)
    if twice is not None:
        raise PairingRefused(
            "projects.party_twice",
            _("%(party)s has two shares at one time."),
            {"party": str(parties[twice.party])},
        )
    if any(s.share.mantissa <= 0 for s in shares):
        raise PairingRefused("projects.share_positive", _("A share is more than nothing."))
    off = pairing.unbalanced(shares)
    if off is not None:
        raise PairingRefused(
            "projects.shares_sum",
            _("From %(since)s on the shares sum to %(total)s, not to 1."),
            {"since": off.since.isoformat(), "total": f"{float(off.total):g}"},
        )


def _relation(
    project: Project, share: Share, parties: dict[str, Subject], source: Place, at: datetime
) -> Relation:
    return Relation(
        subject=project.subject,
        role=pairing.ROLE,
        object=parties[share.party],
        share_mantissa=share.share.mantissa,
        share_decimals=share.share.decimals,
        since=share.since,
        until=share.until,
        source=source,
        recorded_at=at,
    )
