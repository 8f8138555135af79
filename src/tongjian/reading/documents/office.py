"""Old Word, WPS, RTF and ODT files turned into docx, and docx into pdf, by LibreOffice where it is installed.

LibreOffice runs with a profile of its own that is thrown away, bounded in time, memory and file size. It is never
started for anonymous visitors: `open_limited` does so only when asked.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

from tongjian.reading.failures import failure

OLE_START = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
WORKBOOK_STREAM = "Workbook".encode("utf-16-le")
_ODT = b"mimetypeapplication/vnd.oasis.opendocument.text"
_PROGRAMS = ("soffice", "libreoffice")
FONTS = "fonts.conf"
_SECONDS = 90.0
_MEMORY = 4 * 1024**3
_LARGEST = 200 * 1024 * 1024


def needs_office(data: bytes) -> bool:
    """Whether only LibreOffice can open these bytes: doc, wps (both OLE files), rtf, odt."""
    if data.startswith(OLE_START):
        return ENCRYPTED_STREAM not in data and WORKBOOK_STREAM not in data
    return data[:64].lstrip().startswith(b"{\\rtf") or _ODT in data[:200]


def program() -> str | None:
    """Where LibreOffice is, or None."""
    return next((found for name in _PROGRAMS if (found := shutil.which(name))), None)


def as_docx(data: bytes, name: str) -> bytes:
    """The same document as docx. Raises reading.office_missing, office_failed."""
    office = program()
    if office is None:
        raise failure("reading.office_missing", name)
    with tempfile.TemporaryDirectory(prefix="tongjian-office-") as folder:
        source = Path(folder) / "source.doc"
        source.write_bytes(data)
        return _converted(office, source, "docx", name)


def as_pdf(data: bytes, name: str, fonts: str = "") -> bytes:
    """A docx as pdf. fonts: a fontconfig file's text that says what to take for fonts that are not there.

    Raises reading.office_missing, office_failed.
    """
    office = program()
    if office is None:
        raise failure("reading.office_missing", name)
    with tempfile.TemporaryDirectory(prefix="tongjian-office-") as folder:
        source = Path(folder) / "source.docx"
        source.write_bytes(data)
        if fonts:
            (Path(folder) / FONTS).write_text(fonts, encoding="utf-8")
        return _converted(office, source, "pdf", name)


def _converted(office: str, source: Path, to: str, name: str) -> bytes:
    _convert(office, source, to, name)
    made = source.with_suffix(f".{to}")
    if not made.is_file() or made.stat().st_size == 0:
        raise failure("reading.office_failed", name)
    return made.read_bytes()


def _convert(office: str, source: Path, to: str, name: str) -> None:
    folder = source.parent
    command = [
        office,
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--headless",
        "--norestore",
        "--convert-to",
        to,
        "--outdir",
        str(folder),
        str(source),
    ]
    try:
        subprocess.run(
            command,
            capture_output=True,
            timeout=_SECONDS,
            cwd=folder,
            env=_environment(folder),
            check=False,
            preexec_fn=_bounded if os.name == "posix" else None,
            start_new_session=True,
        )
    except (subprocess.TimeoutExpired, OSError) as error:
        raise failure("reading.office_failed", name) from error


def _environment(folder: Path) -> dict[str, str]:
    """Nothing of ours but where programs and the system are."""
    kept = {key: value for key, value in os.environ.items() if key.upper() in ("PATH", "SYSTEMROOT", "LANG")}
    fonts = folder / FONTS
    told = {"FONTCONFIG_FILE": str(fonts)} if fonts.is_file() else {}
    return kept | told | {"HOME": str(folder), "TMPDIR": str(folder)}


def _bounded() -> None:
    import resource

    for kind, most in (
        (resource.RLIMIT_CPU, int(_SECONDS)),
        (resource.RLIMIT_AS, _MEMORY),
        (resource.RLIMIT_FSIZE, _LARGEST),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))
