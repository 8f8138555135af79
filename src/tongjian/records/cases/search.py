"""Full-text search in Chinese: exact for words of any length, newest first. The index follows; what it lacks is looked through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from tongjian.kernel.access import Viewer
from tongjian.records.cases import queries
from tongjian.records.cases.bulk import is_sqlite
from tongjian.records.cases.grams import asked, grams, normal, runs
from tongjian.records.cases.models import Case, SearchMark

AT_ONCE = 5_000
LOOKED = 400  # index entries looked at in one go
MOST = 60  # goes: beyond that a search gives what it has
FIELDS = ("title", "text", "place")


def indexed_text(case: Case) -> str:
    return " ".join((case.title, case.text, case.place))


def index_waiting(most: int | None = None) -> int:
    """Bring the index up to date; returns how many cases were added. A job: safe to run at any time, by one at a time."""
    done = 0
    while most is None or done < most:
        with transaction.atomic():
            mark, _new = SearchMark.objects.select_for_update().get_or_create(pk=1)
            found = Case.objects.filter(pk__gt=mark.upto).order_by("pk")
            rows = list(found.values_list("pk", *FIELDS)[:AT_ONCE])
            if not rows:
                return done
            _add([(pk, " ".join(words)) for pk, *words in rows])
            mark.upto = rows[-1][0]
            mark.save(update_fields=["upto"])
        done += len(rows)
    return done


def rebuild() -> int:
    """Drop the index and make it anew."""
    with transaction.atomic(), connection.cursor() as cursor:
        if is_sqlite():
            cursor.execute("INSERT INTO cases_words(cases_words) VALUES ('delete-all')")
        else:
            cursor.execute("TRUNCATE cases_words")
        SearchMark.objects.update_or_create(pk=1, defaults={"upto": 0})
    return index_waiting()


def reword(changed: Iterable[tuple[int, str, str]]) -> None:
    """Cases whose words have changed: (case, indexed text before, after). In the caller's transaction."""
    upto = mark()
    known = [c for c in changed if c[0] <= upto and c[1] != c[2]]
    if not known:
        return
    if is_sqlite():
        gone = [(pk, " ".join(sorted(grams(old)))) for pk, old, _new in known]
        connection.connection.cursor().executemany(
            "INSERT INTO cases_words(cases_words, rowid, grams) VALUES ('delete', ?, ?)", gone
        )
    else:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM cases_words WHERE case_id = ANY(%s)", [[c[0] for c in known]])
    _add([(pk, new) for pk, _old, new in known if new.strip()])


def mark() -> int:
    """Up to which case the index goes."""
    return SearchMark.objects.filter(pk=1).values_list("upto", flat=True).first() or 0


def _add(rows: Sequence[tuple[int, str]]) -> None:
    if is_sqlite():
        told = ((pk, " ".join(sorted(grams(text)))) for pk, text in rows)
        with connection.cursor():  # opens the connection
            connection.connection.cursor().executemany(
                "INSERT INTO cases_words(rowid, grams) VALUES (?, ?)", told
            )
        return
    with connection.cursor() as cursor, cursor.cursor.copy("COPY cases_words FROM STDIN") as copy:
        for pk, text in rows:
            copy.write_row((pk, sorted(grams(text))))


# Finding


def find(
    user: Viewer, words: str, *, before: int | None = None, limit: int = 50, only: Q | None = None
) -> list[int]:
    """Ids of cases that hold all the words (parted by blanks), newest first, as far as the user may see them.

    before: the last id of the page before. Words without a letter or character find nothing.
    """
    wanted = [w for w in words.split() if any(True for _ in runs(w))]
    if not wanted:
        return []
    found: list[int] = []
    upto = mark()
    visible = queries.visible_to(user) if only is None else queries.visible_to(user).filter(only)
    tail = visible.filter(pk__gt=upto) if before is None else visible.filter(pk__gt=upto, pk__lt=before)
    for pk, *parts in tail.order_by("-pk").values_list("pk", *FIELDS).iterator(chunk_size=2000):
        if _holds(parts, wanted):
            found.append(pk)
            if len(found) == limit:
                return found
    sure = all(_is_sure(w) for w in wanted)
    sees_all = only is None and queries.seen_by(user) == queries.ALL
    for ids in _indexed(wanted, upto + 1 if before is None else min(before, upto + 1)):
        found += _kept(ids, wanted, visible, sure=sure, sees_all=sees_all)
        if len(found) >= limit:
            break
    return found[:limit]


def _kept(
    ids: Sequence[int], wanted: Sequence[str], visible: QuerySet[Case], *, sure: bool, sees_all: bool
) -> list[int]:
    if sure and sees_all:
        return list(ids)
    read = ("pk",) if sure else ("pk", *FIELDS)
    rows = {r[0]: r[1:] for r in visible.filter(pk__in=ids).values_list(*read)}
    return [pk for pk in ids if pk in rows and (sure or _holds(rows[pk], wanted))]


def _is_sure(word: str) -> bool:
    """Whether the index alone tells: one run of at most two characters."""
    found = list(runs(word))
    return len(found) == 1 and len(found[0]) <= 2 and not found[0].isascii()


def _holds(parts: Iterable[str], wanted: Iterable[str]) -> bool:
    text = "\n".join(map(normal, parts))
    return all(normal(w) in text for w in wanted)


def _indexed(wanted: Sequence[str], before: int) -> Iterator[list[int]]:
    """Ids below `before` whose grams fit, newest first, in goes."""
    whole: list[str] = []
    begins: list[str] = []
    for word in wanted:
        exact, starts = asked(word)
        whole += exact
        begins += starts
    for _go in range(MOST):
        ids = _lookup(whole, begins, before)
        if ids:
            yield ids
        if len(ids) < LOOKED:
            return
        before = ids[-1]


def _lookup(whole: Sequence[str], begins: Sequence[str], before: int) -> list[int]:
    with connection.cursor() as cursor:
        if is_sqlite():
            terms = [f'"{g}"' for g in whole] + [f'"{g}"*' for g in begins]
            cursor.execute(
                "SELECT rowid FROM cases_words WHERE cases_words MATCH %s AND rowid < %s ORDER BY rowid DESC LIMIT %s",
                [" AND ".join(terms), before, LOOKED],
            )
        else:
            starts = "".join(" AND EXISTS (SELECT 1 FROM unnest(grams) g WHERE g LIKE %s)" for _b in begins)
            cursor.execute(
                "SELECT case_id FROM cases_words WHERE grams @> %s AND case_id < %s"  # noqa: S608 - marks only
                + starts
                + " ORDER BY case_id DESC LIMIT %s",
                [list(whole), before, *(f"{b}%" for b in begins), LOOKED],
            )
        return [int(r[0]) for r in cursor.fetchall()]
