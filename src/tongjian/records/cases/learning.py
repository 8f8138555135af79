"""Who got cases like this one: a local model trained on the installation's own history, which says how sure it is and why.

Naive Bayes on bigrams of the text, the category's path and the area; confidence fitted on cases that it was not shown; below
a threshold it abstains. numpy only; nothing leaves the machine.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tongjian.records.cases.grams import grams

BUCKETS = 1 << 16
SMOOTHING = 0.2
ABSTAINS = 0.5
TEMPERATURES = tuple(float(t) for t in np.geomspace(0.5, 60, 40))
Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Example:
    """A case as the model sees it. unit: who had it in the end; 0 where that is asked."""

    text: str
    category: str
    area: str
    unit: int = 0


@dataclass(frozen=True, slots=True)
class Guess:
    """A unit, how sure (0 to 1, as often right as it says), and the words that speak for it most."""

    unit: int
    confidence: float
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """On the newest tenth of the history, which was not learned from. Shares; answered: of those it did not abstain from."""

    cases: int
    top1: float
    top3: float
    answered: float
    right_when_answered: float
    majority: float


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """units: ids [classes]. weights: log-likelihood float32 [classes, buckets]. prior: [classes]. temperature: > 0."""

    units: Ints
    weights: Floats
    prior: Floats
    temperature: float
    measured: Measured


def features(example: Example) -> list[str]:
    """Names of what the model counts: bigrams as they are, the levels of the category, the area."""
    parts = example.category.split("/") if example.category else []
    levels = ["类:" + "/".join(parts[: n + 1]) for n in range(len(parts))]
    area = ["地:" + example.area] if example.area else []
    return [*sorted(grams(example.text)), *levels * 3, *area * 3]


def buckets(names: Sequence[str]) -> Ints:
    return np.array([zlib.crc32(n.encode()) & (BUCKETS - 1) for n in names], dtype=np.int64)


def train(history: Sequence[Example]) -> Model | None:
    """history: oldest first. None with fewer than 50 cases or a single unit. The newest tenth sets the temperature."""
    if len(history) < 50 or len({e.unit for e in history}) < 2:
        return None
    cut = len(history) - max(len(history) // 10, 10)
    bags = [buckets(features(e)) for e in history]
    units, labels = np.unique([e.unit for e in history], return_inverse=True)
    weights, prior = _counted(bags[:cut], labels[:cut], len(units))
    scores = _scores(weights, prior, bags[cut:])
    temperature = min(TEMPERATURES, key=lambda t: _loss(scores, labels[cut:], t))
    measured = _measured(scores / temperature, labels[cut:], labels[:cut])
    weights, prior = _counted(
        bags, labels, len(units)
    )  # the newest cases count too, now that they have judged
    return Model(units.astype(np.int64), weights, prior, temperature, measured)


def guesses(model: Model, example: Example, most: int = 3) -> list[Guess]:
    """The likeliest units, best first; see `abstains`."""
    names = features(example)
    bag = buckets(names)
    scores = _scores(model.weights, model.prior, [bag])[0] / model.temperature
    chance = _softmax(scores[None, :])[0]
    best = np.argsort(-chance, kind="stable")[:most]
    return [
        Guess(int(model.units[n]), float(chance[n]), _because(model, int(n), best, names, bag))
        for n in best.tolist()
    ]


def abstains(found: Sequence[Guess], least: float = ABSTAINS) -> bool:
    """Whether the best guess is too unsure to be offered."""
    return not found or found[0].confidence < least


def dumped(model: Model) -> bytes:
    """The model as bytes, weights at half precision."""
    out = io.BytesIO()
    m = model.measured
    np.savez_compressed(
        out,
        units=model.units,
        weights=model.weights.astype(np.float16),
        prior=model.prior,
        numbers=np.array(
            [model.temperature, m.cases, m.top1, m.top3, m.answered, m.right_when_answered, m.majority]
        ),
    )
    return out.getvalue()


def loaded(data: bytes) -> Model:
    with np.load(io.BytesIO(data), allow_pickle=False) as found:
        numbers = found["numbers"].tolist()
        return Model(
            found["units"],
            found["weights"].astype(np.float32),
            found["prior"],
            numbers[0],
            Measured(int(numbers[1]), *numbers[2:]),
        )


def _counted(bags: Sequence[Ints], labels: Ints, classes: int) -> tuple[Floats, Floats]:
    """Log-likelihoods and log-priors by counting."""
    counts = np.zeros((classes, BUCKETS), dtype=np.float32)
    for label in range(classes):
        own = [bags[n] for n in np.flatnonzero(labels == label).tolist()]
        if own:
            counts[label] = np.bincount(np.concatenate(own), minlength=BUCKETS)
    seen = counts.sum(axis=0) > 0
    counts += SMOOTHING
    weights = np.log(counts / counts.sum(axis=1, keepdims=True)).astype(np.float32)
    weights -= weights.mean(axis=0)  # a bucket that tells nothing weighs nothing
    weights[:, ~seen] = 0
    many = np.bincount(labels, minlength=classes) + 1.0
    return weights, np.log(many / many.sum()).astype(np.float32)


def _scores(weights: Floats, prior: Floats, bags: Sequence[Ints]) -> Floats:
    found = np.empty((len(bags), len(prior)), dtype=np.float32)
    for n, bag in enumerate(bags):
        found[n] = weights[:, bag].sum(axis=1) + prior
    return found


def _softmax(scores: Floats) -> Floats:
    shifted = np.exp(scores - scores.max(axis=1, keepdims=True))
    chance: Floats = shifted / shifted.sum(axis=1, keepdims=True)
    return chance


def _loss(scores: Floats, labels: Ints, temperature: float) -> float:
    chance = _softmax(scores / temperature)
    return float(-np.log(np.maximum(chance[np.arange(len(labels)), labels], 1e-9)).mean())


def _measured(scores: Floats, labels: Ints, before: Ints) -> Measured:
    chance = _softmax(scores)
    order = np.argsort(-chance, axis=1, kind="stable")
    first = order[:, 0] == labels
    sure = chance.max(axis=1) >= ABSTAINS
    return Measured(
        cases=len(labels),
        top1=float(first.mean()),
        top3=float((order[:, :3] == labels[:, None]).any(axis=1).mean()),
        answered=float(sure.mean()),
        right_when_answered=float(first[sure].mean()) if sure.any() else 0.0,
        majority=float((labels == np.bincount(before).argmax()).mean()),
    )


def _because(model: Model, n: int, best: Ints, names: Sequence[str], bag: Ints) -> tuple[str, ...]:
    """The three features that speak for a unit most, against the best other one."""
    other = int(best[1] if n == best[0] and len(best) > 1 else best[0])
    lead = model.weights[n, bag] - model.weights[other, bag]
    if n == other:
        lead = model.weights[n, bag]
    told: dict[str, float] = {}
    for name, weight in zip(names, lead.tolist(), strict=True):
        told[name] = told.get(name, 0.0) + weight
    top = sorted((w, k) for k, w in told.items() if w > 0)
    return tuple(k for _w, k in reversed(top[-3:]))
