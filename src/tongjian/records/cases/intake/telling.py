"""What the event of an imported order holds, as JSON text: put together from parts, of which a file has few different ones.

Read back by `engine.state.from_json`; defaults of `CaseState` and empty values are left out, as `to_json` does.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any

import numpy as np

from tongjian.records.cases import bulk
from tongjian.records.cases.engine.state import CaseState
from tongjian.records.cases.intake.batch import Batch, RunClock
from tongjian.records.cases.intake.reading import NAT, TIMES

encoded = json.JSONEncoder(separators=(",", ":")).encode
DEFAULTS = {f.name: f.default for f in fields(CaseState)}


class _Parts(dict[Any, str]):
    """Value of a column → `,"column":value`; nothing where it need not be told."""

    def __init__(self, name: str) -> None:
        super().__init__({None: "", DEFAULTS[name]: ""})
        self.head = f',"{name}":'

    def __missing__(self, value: Any) -> str:
        self[value] = found = self.head + encoded(value)
        return found


def told(batch: Batch) -> list[str]:
    """The data of each row's event."""
    columns = [_column(name, values) for name, values in batch.fields.items()]
    columns += [_moments(name, batch.utc[name]) for name in TIMES if name in batch.utc]
    columns.append(_moments("closed_at", np.where(batch.closed, batch.time("surveyed_at"), NAT)))
    head = f'{{"set":{encoded(_same(batch))[:-1]}'
    parts = zip(zip(*columns, strict=True), _clocks(batch), _units(batch), strict=True)
    return [
        f'{head}{"".join(told)}}},"clocks":[{clocks[1:]}],"units":[{unit}]}}' for told, clocks, unit in parts
    ]


def _same(batch: Batch) -> dict[str, Any]:
    t = batch.case_type
    found = {
        "type": t.key,
        "type_version": t.version,
        "channel": batch.feed.channel,
        "source": batch.feed.key,
    }
    return found if t.visibility == "internal" else {**found, "visibility": t.visibility}


def _column(name: str, values: Sequence[Any]) -> Iterable[str]:
    if name == "attrs":
        return [f',"attrs":{encoded(a)}' if a else "" for a in values]
    return map(_Parts(name).__getitem__, values)


def _moments(name: str, moments: Any) -> list[str]:
    return [f',"{name}":"{text}"' if text else "" for text in bulk.isos(moments)]


def _units(batch: Batch) -> list[str]:
    since = bulk.isos(batch.dispatched())
    return [
        f'{{"unit":{lead},"role":"lead","hop":1,"since":"{when}"}}' if lead else ""
        for lead, when in zip(batch.leads, since, strict=True)
    ]


def _clocks(batch: Batch) -> Iterable[str]:
    """All clocks of each row, each behind a comma."""
    each = [_clock(c, batch.case_type.version) for c in batch.clocks]
    return map("".join, zip(*each, strict=True)) if each else [""] * batch.count


def _clock(clock: RunClock, version: int) -> list[str]:
    head = f',{{"name":"{clock.name}","unit":null,"round":1,"policy":{version},"allow":"'
    end = ("false}", "true}")
    columns = (
        clock.allows,
        bulk.isos(clock.start),
        bulk.isos(clock.due),
        bulk.isos(clock.stop),
        clock.met.tolist(),
    )
    return [
        ""
        if start is None
        else f'{head}{allow}","started":"{start}","due":"{due}"}}'
        if stop is None
        else f'{head}{allow}","started":"{start}","due":"{due}","stopped":"{stop}","met":{end[met]}'
        for allow, start, due, stop, met in zip(*columns, strict=True)
    ]
