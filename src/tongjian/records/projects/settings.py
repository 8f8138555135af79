"""What is data in the project library, read from the pack `projects`: thresholds, tolerances, names of stages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tongjian.kernel import deadlines, definitions
from tongjian.kernel.deadlines import DeadlineError, Plan
from tongjian.records.projects.rules import contradictions, entry, identities
from tongjian.records.projects.rules.entry import EntryRules, SettingsError


@dataclass(frozen=True, slots=True)
class Stages:
    """Keys of tracks, and the stages of them that say something of a project as a whole."""

    approval: str
    construction: str
    statistics: str
    started: str  # of the construction track: the project began
    finished: str  # of the construction track: it is completed
    mature: frozenset[str]  # of the approval track: works may begin


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes projects as open data. prefix: registered with the standard's keepers, oc4ids- and six characters."""

    name: str
    prefix: str
    uri: str


@dataclass(frozen=True, slots=True)
class Library:
    """The settings of the project library."""

    entry: EntryRules
    checks: identities.Settings
    contradictions: contradictions.Settings
    stages: Stages
    publisher: Publisher
    backward: Plan


def read(body: Mapping[str, Any]) -> Library:
    """From the pack's entry. Raises SettingsError naming what is wrong."""
    try:
        stages = dict(body["stages"])
        mature = frozenset(stages.pop("mature"))
        return Library(
            entry.read(body["entry"]),
            identities.Settings(**body["checks"]),
            contradictions.Settings(**body["contradictions"]),
            Stages(**stages, mature=mature),
            Publisher(**body["oc4ids"]),
            deadlines.read({"key": "projects", "nodes": body["backward"]}),
        )
    except (KeyError, TypeError, DeadlineError) as error:
        raise SettingsError(f"projects/{body.get('key')}: {error}") from error


def library() -> Library:
    """The installation's: the applied definition, else the shipped pack."""
    return read(next(b for b in definitions.bodies("projects") if b["key"] == "default"))
