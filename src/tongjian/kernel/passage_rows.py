"""Passages of one track as rows, with their standings; many the fast way. In the transaction of the caller."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tongjian.kernel import bulk
from tongjian.kernel.choices import PassageResult
from tongjian.kernel.models import Passage, Standing
from tongjian.kernel.tracks import LEFT

AT_ONCE = 400  # subjects asked for in one query; every database takes so many
MANY = 200


def keep(made: Sequence[Passage]) -> list[Passage]:
    """Write them; where each subject stands follows its last one."""
    kept = _insert(made)
    if kept:
        _stand(kept)
    return kept


def some(subjects: Iterable[int]) -> Iterable[list[int]]:
    pks = list(subjects)
    return (pks[start : start + AT_ONCE] for start in range(0, len(pks), AT_ONCE))


def _insert(made: Sequence[Passage]) -> list[Passage]:
    """The passages as rows; of many the fast way, which has to ask for their keys afterwards."""
    if len(made) <= MANY:
        return Passage.objects.bulk_create(made)
    bulk.insert(Passage, _COLUMNS, (_values(p) for p in made))
    mine = {(p.subject_id, p.seq): p for p in made}
    keys: dict[tuple[int, int], int] = {}
    for few in some({p.subject_id for p in made}):
        rows = Passage.objects.filter(subject__in=few, track=made[0].track)
        keys |= {(subject, seq): pk for pk, subject, seq in rows.values_list("pk", "subject_id", "seq")}
    for where, passage in mine.items():
        passage.pk = keys[where]
    return list(made)


_COLUMNS = (
    "subject",
    "track",
    "version",
    "seq",
    "stage",
    "result",
    "on",
    "note",
    "evidence",
    "by",
    "recorded_at",
)


def _values(p: Passage) -> tuple[object, ...]:
    own = (p.subject_id, p.track, p.version, p.seq, p.stage, p.result, p.on, p.note)
    return (*own, p.evidence_id, p.by_id, p.recorded_at)


def _stand(kept: Sequence[Passage]) -> None:
    """Standings follow the last passage of each subject."""
    last = {p.subject_id: p for p in kept}
    old: set[int] = set()
    for few in some(last):
        rows = Standing.objects.filter(subject__in=few, track=kept[0].track)
        old |= set(rows.values_list("subject_id", flat=True))
    columns = ("subject", "track", "stage", "since", "passage")
    new = ((pk, p.track, _stands(p), p.on, p.pk) for pk, p in last.items() if pk not in old)
    bulk.insert(Standing, columns, new)
    rows_ = [
        Standing(
            subject_id=pk,
            track=last[pk].track,
            stage=_stands(last[pk]),
            since=last[pk].on,
            passage_id=last[pk].pk,
        )
        for pk in sorted(old)
    ]
    Standing.objects.bulk_create(
        rows_,
        update_conflicts=True,
        unique_fields=["subject", "track"],
        update_fields=["stage", "since", "passage"],
        batch_size=1000,
    )


def _stands(passage: Passage) -> str:
    return LEFT if passage.result == PassageResult.LEFT else passage.stage
