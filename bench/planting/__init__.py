"""Errors planted into clean reports, apart from the rules: `plant(code, report, rng)` gives a text with one error.

A planting takes a report, a random number generator, and gives the text with one wrong statement of a kind, and where
it stands. Sentences are our own; numbers are drawn. What a rule looks for is not known here.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence

from planting.pairs import AGAINST_LAST, plant_in_both
from planting.sentences import SENTENCES
from planting.tables import k30
from planting.within import again, k02, k11, k17, k23, k27, k29
from planting.words import Planted, Report, added

__all__ = ["AGAINST_LAST", "CODES", "Planted", "Report", "all_plantings", "plant", "plant_in_both"]


def plant(code: str, report: Report, rng: random.Random) -> Planted | None:
    """One error of a code in a report. None where it cannot be planted."""
    text, plan_at = report.text, report.plan_at
    if code in SENTENCES and not (code in {"K19", "K21"} and rng.random() < 0.3):
        sentence = SENTENCES[code](rng)
        return _reviewed(code, report, sentence, rng) if sentence else None
    if code == "K23":
        return _reviewed(code, report, k23(report.reviewed - 1, rng), rng)
    if code == "K30":
        return k30(report, rng)
    makers: Mapping[str, Callable[[], tuple[str, int, int] | None]] = {
        "K01": lambda: again(text, rng, "K01", plan_at),
        "K02": lambda: k02(text, rng),
        "K11": lambda: k11(text, rng, plan_at),
        "K17": lambda: k17(text, rng, plan_at),
        "K19": lambda: again(text, rng, "K19", plan_at),
        "K20": lambda: again(text, rng, "K20", plan_at),
        "K21": lambda: None,
        "K27": lambda: k27(text, rng),
        "K29": lambda: k29(text, rng, plan_at),
    }
    made = makers[code]()
    return Planted(code, *made) if made else None


def _reviewed(code: str, report: Report, sentence: str, rng: random.Random) -> Planted:
    """The report with a sentence in its review."""
    head = report.text[: report.plan_at] if report.plan_at > 2000 else report.text
    out, at = added(head, sentence, rng)
    return Planted(code, out + report.text[len(head) :], at, at + len(sentence))


CODES = sorted({*SENTENCES, "K01", "K02", "K11", "K17", "K20", "K23", "K27", "K29", "K30"})


def all_plantings(reports: Sequence[Report], seed: int, each: int) -> Iterator[tuple[Report, Planted]]:
    """`each` plantings of every code, over the reports in turn."""
    for code in CODES:
        rng = random.Random(f"{seed}-{code}")
        made = tries = 0
        while made < each and tries < each * 20:
            report = reports[rng.randrange(len(reports))]
            tries += 1
            planted = plant(code, report, rng)
            if planted is not None:
                made += 1
                yield report, planted
