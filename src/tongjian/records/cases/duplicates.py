"""Cases like a new text: same area, of the last days, by sketches that lie beside the rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from tongjian.kernel.access import Viewer
from tongjian.records.cases import queries
from tongjian.records.cases.likeness import PLACES, codes, exact, likeness, sketches
from tongjian.records.cases.models import Case

LEAST = 0.5
LOOKED = 30  # estimates that are reckoned exactly


@dataclass(frozen=True, slots=True)
class Alike:
    """A case that tells the same: likeness 0 to 1 by shared bigrams."""

    case: Case
    likeness: float


def alike(
    user: Viewer,
    text: str,
    *,
    area: int | None,
    at: datetime,
    days: int = 30,
    least: float = LEAST,
    limit: int = 5,
) -> list[Alike]:
    """Cases of the last `days` (of the area, where one is given) whose words are like these, most alike first."""
    recent = Case.objects.filter(opened_at__gt=at - timedelta(days=days), sketch__isnull=False)
    if area is not None:
        recent = recent.filter(area=area)
    rows = [(pk, bytes(s or b"")) for pk, s in recent.values_list("pk", "sketch")]
    rows = [r for r in rows if len(r[1]) == 2 * PLACES]
    if not rows:
        return []
    many = np.frombuffer(b"".join(s for _pk, s in rows), dtype=np.uint16).reshape(len(rows), PLACES)
    guess = likeness(sketches([text])[0], many)
    best = np.argsort(-guess, kind="stable")[:LOOKED]
    chosen = [rows[n][0] for n in best.tolist() if guess[n] >= least - 0.2]
    own = codes(text)
    seen = queries.visible_to(user).filter(pk__in=chosen)
    told = [Alike(case, exact(own, codes(case.text))) for case in seen]
    kept = [a for a in told if a.likeness >= least]
    return sorted(kept, key=lambda a: (-a.likeness, -a.case.pk))[:limit]


def sketch_bytes(text: str) -> bytes:
    """As a row keeps it: 128 bytes, little-endian."""
    return bytes(sketches([text])[0].astype("<u2").tobytes())
