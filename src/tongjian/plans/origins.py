"""A place in a file that someone sends: the passage they quote, found in its text, or the whole file."""

from __future__ import annotations

import re
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from tongjian.kernel import evidence
from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import Organisation, Place, User
from tongjian.plans import uploads
from tongjian.plans.intake.seam import IntakeRefused
from tongjian.plans.uploads import Upload
from tongjian.reading.errors import ReadingError

READ = ("docx", "pdf", "txt")


class OriginRefused(TongjianError):
    """A file or a passage that cannot be an origin; nothing was kept."""


def place(
    file: Upload, passage: str, *, by: User | None, at: datetime, owner: Organisation | None = None
) -> Place:
    """Keep the file and name the place of `passage` in it; empty: the file itself.

    Blanks and line ends do not count when the passage is looked for. Raises OriginRefused, IntakeRefused (a file
    that cannot be read); nothing is kept then.
    """
    _check(file)
    span = _span(file, passage.strip()) if passage.strip() else None
    kept = evidence.keep(file.data, file.name, by=by, at=at, owner=owner)
    return evidence.whole(kept) if span is None else evidence.span(kept, *span)


def _check(file: Upload) -> None:
    wrong = uploads.problem(file) if not file.name.lower().endswith(".txt") or not file.data else None
    if wrong is not None:
        raise OriginRefused(wrong.code, uploads.MESSAGES[wrong.code], wrong.params)


def _span(file: Upload, passage: str) -> tuple[int, int, str]:
    """Start, end and text of the passage in the text as read."""
    text = _text(file)
    loose = r"\s*".join(re.escape(c) for c in re.sub(r"\s+", "", passage))
    found = re.search(loose, text)
    if found is None:
        raise OriginRefused(
            "supervision.passage_missing",
            _(
                "The passage “%(passage)s” is not in the text of %(name)s. Copy it from there, or leave it empty to "
                "name the whole file."
            ),
            {"passage": passage[:40], "name": file.name},
        )
    return found.start(), found.end(), found.group()


def _text(file: Upload) -> str:
    from tongjian.reading.limited import open_limited

    if file.name.rpartition(".")[2].lower() not in READ:
        raise OriginRefused(
            "supervision.passage_unreadable",
            _("A passage can be found in docx, pdf and txt files only. Leave it empty for %(name)s."),
            {"name": file.name},
        )
    try:
        return open_limited(file.data, file.name).text
    except ReadingError as error:
        raise IntakeRefused(error) from error
