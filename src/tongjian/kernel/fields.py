"""Columns that Django does not have."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    Base = models.Field[Any, Any]
else:
    Base = models.Field


class OrderedJSONField(Base):
    """JSON kept as text, so that the keys of an object keep their order: PostgreSQL's own type sorts them.

    For what is read whole, as definitions are; nothing inside it can be asked for in a query.
    """

    def get_internal_type(self) -> str:
        return "TextField"

    def from_db_value(self, value: str | None, _expression: object, _connection: object) -> Any:
        return None if value is None else json.loads(value)

    def get_prep_value(self, value: Any) -> str | None:
        return None if value is None else json.dumps(value, ensure_ascii=False)

    def value_to_string(self, obj: models.Model) -> str:
        """For dumps: the text itself."""
        return json.dumps(self.value_from_object(obj), ensure_ascii=False)

    def to_python(self, value: Any) -> Any:
        return json.loads(value) if isinstance(value, str) else value
