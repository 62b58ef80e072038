"""Profiles out of the database into files: JSON lines, CSV, Excel, Parquet. A stream from end to end: memory stays
flat.

A file is written beside its final name, flushed to the disk and renamed, so that nobody ever sees half of one. Owns the
formats; which profiles there are, and what a skipped or failed target looks like, is in `store.companies`.
"""

from domainscout.export.files import ExportReport, Format, Progress, export, refuse_early

__all__ = ["ExportReport", "Format", "Progress", "export", "refuse_early"]
