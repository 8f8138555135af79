"""A person's answers to questions, as the file that the page gives and the command takes."""

from __future__ import annotations

import json
from typing import Any

from tongjian.comparing.types import Answer, Outcome


def read_answers(content: str | bytes) -> list[Answer]:
    """[{"key", "same", "outcome", "note"}, …]; outcome and note may be left out. Raises ValueError for anything else."""
    try:
        rows: list[dict[str, Any]] = json.loads(content)
        return [
            Answer(
                str(row["key"]),
                bool(row["same"]),
                Outcome(row["outcome"]) if row.get("outcome") else None,
                str(row.get("note", "")),
            )
            for row in rows
        ]
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"no list of answers: {error}") from error
