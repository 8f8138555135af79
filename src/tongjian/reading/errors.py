"""Files that cannot be read: each with a stable code, what is wrong and what to do, in two languages."""

from __future__ import annotations


class ReadingError(Exception):
    """A file that cannot be read. `code` is stable; `en` and `zh` say what is wrong and what to do next."""

    def __init__(self, code: str, en: str, zh: str) -> None:
        super().__init__(en)
        self.code, self.en, self.zh = code, en, zh
