"""Sealed events: the chain holds, and says which batch was touched and how."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import transaction

from tongjian.cli.main import main
from tongjian.kernel import events, seals
from tongjian.kernel.models import Event, Seal, User

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seals, "MOST", 3)


def told(count: int) -> None:
    """So many events of one user, with what JSON can hold."""
    user, _made = User.objects.get_or_create(username="u")
    with transaction.atomic():
        for n in range(count):
            events.record(
                "user.told", user, by=user, at=AT, data={"n": n, "路": [None, 1.5, {"b": 1, "a": "灯"}]}
            )


def test_batches_follow_each_other_and_nothing_new_makes_none() -> None:
    told(7)
    made = seals.seal(AT)
    assert [s.count for s in made] == [3, 3, 1]
    assert made[0].previous == seals.BEGINNING
    assert [s.previous for s in made[1:]] == [s.digest for s in made[:-1]]
    assert seals.seal(AT) == []
    told(2)
    found = seals.audit()
    assert (found.seals, found.events, found.unsealed, found.broken) == (3, 7, 2, ())
    assert found.last == made[-1].digest


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda pk: Event.objects.filter(pk=pk).update(data={"n": 99}), "digest"),
        (lambda pk: Event.objects.filter(pk=pk).update(actor=None), "digest"),
        (lambda pk: Event.objects.filter(pk=pk).update(at=datetime(2026, 3, 2, 2, tzinfo=UTC)), "digest"),
        (lambda pk: Event.objects.filter(pk=pk).delete(), "count"),
        (lambda _pk: Seal.objects.order_by("pk")[1].delete(), "chain"),
    ],
)
def test_what_was_touched_is_found(change: object, code: str) -> None:
    told(9)
    made = seals.seal(AT)
    change(made[1].first + 1)  # type: ignore[operator]
    broken = seals.audit().broken
    assert [b.code for b in broken] == [code]
    assert broken[0].seal == (made[2] if code == "chain" else made[1])


def test_seals_made_anew_hide_nothing_from_who_kept_a_digest() -> None:
    told(4)
    kept = seals.seal(AT)[-1].digest
    Event.objects.filter(seq=2).update(data={})
    Seal.objects.all().delete()
    seals.seal(AT)
    assert seals.audit().broken == ()
    assert not seals.is_known(kept)


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    told(4)
    assert main(["--lang", "en", "audit", "--seal"]) == 0
    last = Seal.objects.order_by("-pk")[0]
    assert (
        f"2 batches with 4 events checked, 0 not sealed yet; last digest {last.digest}"
        in capsys.readouterr().out
    )
    assert main(["--lang", "en", "audit", "--kept", last.digest]) == 0
    assert main(["--lang", "en", "audit", "--kept", "0" * 64]) == 1
    Event.objects.filter(pk=last.first).update(verb="user.silent")
    assert main(["--lang", "zh", "audit"]) == 1
    assert f"第 {last.pk} 批（事件 {last.first}–{last.last}）: 内容已变" in capsys.readouterr().err
