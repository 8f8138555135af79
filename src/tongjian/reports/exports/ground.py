"""What the ledger knows beside a report's manifest: definitions, who confirmed each file, the sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from tongjian.facts.models import Metric, Package, Submission
from tongjian.kernel.events import stream_of
from tongjian.kernel.models import Event, EvidenceFile, User
from tongjian.reports.exports import telling
from tongjian.reports.exports.book import Ground
from tongjian.reports.models import Report

APPROVED = "collection.approved"


def ground_of(report: Report) -> Ground:
    """Four queries, however many figures."""
    sentences = dict(report.quotes.values_list("anchor", "sentence"))
    return Ground(_definitions(report.manifest), _confirmed(report.manifest, report.known_at), sentences)


def _definitions(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Definition, where it stands, and whose metric it is."""
    keys = {entry["metric"] for entry in manifest["figures"].values()}
    found = Metric.objects.filter(key__in=keys).select_related("owner")
    return {m.key: _definition(m) for m in found}


def _definition(metric: Metric) -> str:
    said = (metric.definition, metric.source and f"（{metric.source}）")
    owner = f" 负责单位：{metric.owner}" if metric.owner else ""
    return "".join(filter(None, said)) + owner


def _confirmed(manifest: Mapping[str, Any], at: datetime) -> dict[str, str]:
    """Whoever approved the package that a workbook was sent in with, else who sent the file in."""
    hashes = set(_hashes(manifest))
    files = EvidenceFile.objects.filter(sha256__in=hashes).select_related("received_by__organisation")
    told = {f.sha256: f"{_came(f)}：{_person(f.received_by)} {_day(f.received_at)}" for f in files}
    sent = Submission.objects.filter(file__sha256__in=hashes, at__lte=at)
    packages = {s.file.sha256: s.package for s in sent.select_related("file", "package").order_by("at")}
    steps = _approvals({p.pk: p for p in packages.values()}, at)
    for sha, package in packages.items():
        if step := steps.get(stream_of(package)):
            told[sha] = f"填报：{package.organisation} · 审定：{_person(step.actor)} {_day(step.at)}"
        else:
            told[sha] = f"填报：{package.organisation} · 未审定"
    return told


def _approvals(packages: Mapping[int, Package], at: datetime) -> dict[str, Event]:
    """The last approval of each package by then."""
    streams = [stream_of(p) for p in packages.values()]
    found = Event.objects.filter(stream__in=streams, verb=APPROVED, at__lte=at)
    return {e.stream: e for e in found.select_related("actor__organisation").order_by("seq")}


def _hashes(manifest: Mapping[str, Any]) -> Iterator[str]:
    for entry in manifest["figures"].values():
        yield from (leaf["place"]["sha256"] for leaf in telling.leaves(entry) if leaf.get("place"))


def _came(file: EvidenceFile) -> str:
    """What was counted over the records was sent in by nobody."""
    return "测算" if file.name.endswith(".measured.json") else "收件"


def _person(user: User | None) -> str:
    if user is None:
        return "系统"
    of = f"（{user.organisation}）" if user.organisation else ""
    return (user.get_full_name() or user.username) + of


def _day(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d")
