"""What is wrong with rows that the mirror was given, or with the mirror itself."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongjian.kernel.errors import TongjianError

MESSAGES: Mapping[str, str | Promise] = {
    "mirror.row_twice": _(
        "The mirror's table %(table)s was given the row %(row)s twice. Nothing was changed."
    ),
    "mirror.inexact": _(
        "Row %(row)s of %(table)s has more decimals in %(column)s than the column holds (%(decimals)s)."
        " Nothing was changed."
    ),
    "mirror.absent": _("There is no mirror yet. Make it with: tongjian nightly"),
    "mirror.busy": _("Another program keeps the mirror open for writing. Close it, then try again."),
}


class MirrorError(TongjianError):
    """Nothing was changed."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code, MESSAGES[code], params)
