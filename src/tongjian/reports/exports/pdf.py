"""The docx as pdf through LibreOffice; fonts that are not installed are printed in the free ones that the layout names."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape

from tongjian.reading.documents import office
from tongjian.reports.layout import Layout, layout

HEAD = '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">\n<fontconfig>'
SYSTEM = '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>'


def available() -> bool:
    """Whether LibreOffice is installed."""
    return office.program() is not None


def as_pdf(docx: bytes, name: str, of: Layout | None = None) -> bytes:
    """Raises reading.office_missing, reading.office_failed. Takes some seconds."""
    return office.as_pdf(docx, name, fonts_conf(of or layout()))


def fonts_conf(of: Layout) -> str:
    """What fontconfig takes for each font of the layout where it is missing."""
    return HEAD + SYSTEM + "".join(_matches(of)) + "</fontconfig>\n"


def _matches(of: Layout) -> Iterator[str]:
    fonts = [(f.name, f.other) for f in of.fonts] + [(of.latin, of.other_latin)]
    for name, other in fonts:
        names = "".join(f"<string>{escape(o)}</string>" for o in other)
        yield (
            f'<match target="pattern"><test name="family" compare="eq"><string>{escape(name)}</string></test>'
            f'<edit name="family" mode="append" binding="same">{names}</edit></match>'
        )
