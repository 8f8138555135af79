"""Every sentence of the interface has its Chinese, and the compiled catalogue is the written one."""

from __future__ import annotations

import gettext
import re
from pathlib import Path

from django.conf import settings

SOURCE = Path(settings.LOCALE_PATHS[0]).parent
FOLDER = SOURCE / "locale" / "zh_Hans" / "LC_MESSAGES"
CALL = re.compile(r"""\b(?:_|gettext|gettext_lazy|ngettext|gettext_noop)\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+)""")
TAG = re.compile(r"""\{%\s*(?:trans|translate)\s+(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')""")
BLOCK = re.compile(
    r"\{%\s*(?:blocktrans|blocktranslate)([^%]*)%\}(.*?)\{%\s*(?:plural|endblocktrans|endblocktranslate)\s*%\}",
    re.S,
)


def catalogue() -> gettext.GNUTranslations:
    with (FOLDER / "django.mo").open("rb") as compiled:
        return gettext.GNUTranslations(compiled)


def messages_in_code() -> set[str]:
    found: set[str] = set()
    for file in SOURCE.rglob("*.py"):
        if "cli" in file.parts or "migrations" in file.parts:
            continue
        for literal in CALL.findall(file.read_text(encoding="utf-8")):
            found.add("".join(eval(part) for part in re.findall(r'"(?:[^"\\]|\\.)*"', literal)))
    for file in SOURCE.rglob("*.html"):
        text = file.read_text(encoding="utf-8")
        found |= {(a or b).replace('\\"', '"') for a, b in TAG.findall(text)}
        for options, body in BLOCK.findall(text):
            body = re.sub(r"\{\{\s*(\w+)\s*\}\}", r"%(\1)s", body)
            found.add(re.sub(r"\s*\n\s*", " ", body.strip()) if "trimmed" in options else body)
    return {m for m in found if re.search(r"[A-Za-z]{2}", m)}


def test_every_message_has_its_chinese() -> None:
    known = catalogue()._catalog  # type: ignore[attr-defined]
    keys = {k[0] if isinstance(k, tuple) else k for k in known}
    missing = sorted(messages_in_code() - keys)
    assert missing == []


def test_the_compiled_catalogue_is_the_written_one() -> None:
    text = (FOLDER / "django.po").read_text(encoding="utf-8")
    pair = re.compile(
        r'^msgid ((?:"(?:[^"\\]|\\.)*"\s*)+)(?:^msgid_plural (?:"(?:[^"\\]|\\.)*"\s*)+)?^msgstr(?:\[0\])? ((?:"(?:[^"\\]|\\.)*"\s*)+)',
        re.M,
    )
    written = {joined(key): joined(said) for key, said in pair.findall(text)}
    compiled = {
        (k[0] if isinstance(k, tuple) else k).split("\x04")[-1]: v for k, v in catalogue()._catalog.items()
    }  # type: ignore[attr-defined]
    assert len(written) > 600
    assert {k: v for k, v in written.items() if k and compiled.get(k) != v} == {}


def joined(literals: str) -> str:
    return "".join(eval(part) for part in re.findall(r'"(?:[^"\\]|\\.)*"', literals))


def test_placeholders_agree() -> None:
    places = re.compile(r"%\((\w+)\)[sd]")
    known = catalogue()._catalog  # type: ignore[attr-defined]
    pairs = [(k[0] if isinstance(k, tuple) else k, v) for k, v in known.items()]
    assert [k for k, v in pairs if k and set(places.findall(k)) != set(places.findall(v))] == []
