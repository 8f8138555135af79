"""Files that leave as attachments."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from itertools import chain, islice

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ROWS_AT_ONCE = 500
FORMULA = frozenset("=+-@\t\r\n＝＋－＠")  # how a formula may begin, also in full width


def attachment(data: bytes, name: str, media_type: str) -> HttpResponse:
    disposition = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return HttpResponse(data, content_type=media_type, headers={"Content-Disposition": disposition})


def workbook(data: bytes, name: str) -> HttpResponse:
    return attachment(data, name, XLSX)


def streamed_csv(
    heads: Sequence[object], rows: Iterable[Sequence[object]], name: str
) -> StreamingHttpResponse:
    """UTF-8 with a byte order mark, so that spreadsheets read Chinese; some hundred rows leave at once."""
    disposition = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    answer = StreamingHttpResponse(_csv(chain([heads], rows)), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = disposition
    return answer


def _csv(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield "\ufeff"
    for some in _batches(rows, ROWS_AT_ONCE):
        text = StringIO()
        csv.writer(text).writerows(map(_plain, some))
        yield text.getvalue()


def _batches(rows: Iterable[Sequence[object]], size: int) -> Iterator[Sequence[Sequence[object]]]:
    given = iter(rows)
    while some := list(islice(given, size)):
        yield some


def _plain(row: Sequence[object]) -> list[object]:
    """A text that a spreadsheet would reckon as a formula is kept text by an apostrophe."""
    return [f"'{c}" if isinstance(c, str) and c[:1] in FORMULA else c for c in row]
