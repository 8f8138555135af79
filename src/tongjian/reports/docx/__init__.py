"""A bound report as a Word document by GB/T 9704-2012: bookmarks around figures, the manifest inside."""

from tongjian.reports.docx.package import write_docx

__all__ = ["write_docx"]
