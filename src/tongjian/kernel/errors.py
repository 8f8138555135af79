"""Errors that people see: a stable code, a sentence in their language, and the parameters."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise


class TongjianError(Exception):
    """Something a user did that cannot be done. `message` is a lazy translated sentence with named places."""

    code = "error"

    def __init__(self, code: str, message: str | Promise, params: Mapping[str, object] | None = None) -> None:
        self.code, self.message, self.params = code, message, dict(params or {})
        super().__init__(code)

    def __str__(self) -> str:
        return str(self.message) % self.params


class NotAllowed(TongjianError):
    """The user may not do this, or the thing is not there for them: both look the same."""


class StepNotAllowed(TongjianError):
    """The thing is not in a state from which this step leads on."""
