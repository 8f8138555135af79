"""A workbook made long without writing every row through a library."""

from __future__ import annotations

import io
import re
import zipfile

SHEET = "xl/worksheets/sheet1.xml"
_LAST = re.compile(r"<row r=\"(\d+)\".*?</row>(?=</sheetData>)", re.DOTALL)


def stretched(data: bytes, rows: int) -> bytes:
    """The same workbook with the last row of its first sheet repeated to `rows` rows below the heading."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as package,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as long,
    ):
        for name in package.namelist():
            content = package.read(name)
            long.writestr(name, _repeated(content.decode(), rows) if name == SHEET else content)
    return out.getvalue()


def _repeated(xml: str, rows: int) -> str:
    body = xml[: xml.index("</sheetData>")]
    start, row = body.rfind("<row "), int(re.findall(r"<row r=\"(\d+)\"", body)[-1])
    one = body[start:].replace(f'"{row}"', '"{0}"', 1)
    parts = re.split(rf"(?<=[A-Z]){row}(?=\")", one)
    lines = (str(n).join(parts).replace("{0}", str(n), 1) for n in range(row, rows + 2))
    return body[:start] + "".join(lines) + xml[xml.index("</sheetData>") :]
