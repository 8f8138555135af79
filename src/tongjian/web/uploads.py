"""Files that come in through a form: present, of a size we take, and read whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tongjian.kernel.errors import TongjianError

REFUSED = "tongjian.uploads.refused"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as received."""

    data: bytes
    name: str


class Quota(FileUploadHandler):
    """Drops a file as soon as it grows over the limit, so that it never fills the disk."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        if start + len(raw_data) > settings.MAX_UPLOAD_BYTES:
            request = cast(HttpRequest, self.request)
            request.META.setdefault(REFUSED, []).append(self.file_name)
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


def several(request: HttpRequest, field: str) -> list[Upload]:
    """All files of a field. Raises TongjianError for one that is too large or empty."""
    files = request.FILES.getlist(field)  # the parsing happens here
    refused = request.META.get(REFUSED, [])
    if refused:
        raise TongjianError(
            "upload.too_large",
            _("%(name)s is larger than 20 MB. Make it smaller and send it again."),
            {"name": refused[0]},
        )
    return [_read(f) for f in files]


def one(request: HttpRequest, field: str = "file") -> Upload:
    """The one file of a field. Raises TongjianError where there is none."""
    files = several(request, field)
    if not files:
        raise TongjianError("upload.missing", _("No file was chosen. Choose one and send the form again."))
    return files[0]


def _read(file: UploadedFile[bytes]) -> Upload:
    name = (file.name or "")[-200:]
    data = file.read()
    if not data:
        raise TongjianError(
            "upload.empty", _("%(name)s is empty. Check that it was saved completely."), {"name": name}
        )
    return Upload(data, name)
