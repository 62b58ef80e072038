"""Parquet, for data frames: nested fields stay nested. Needs the extra `domainscout[parquet]`."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType
from typing import Any, BinaryIO, get_args, get_origin

from pydantic import BaseModel

from domainscout.errors import UsageError
from domainscout.profile import Profile


class ParquetWriter:
    """One row a company, one row group a batch."""

    def __init__(self, stream: BinaryIO, fields: Sequence[str]) -> None:
        arrow, parquet = libraries()
        self._arrow = arrow
        types = {info.alias or name: info.annotation for name, info in Profile.model_fields.items()}
        self._schema = arrow.schema([(name, _arrow_type(arrow, types[name])) for name in fields])
        self._writer = parquet.ParquetWriter(stream, self._schema, compression="zstd")

    def write(self, profiles: Sequence[dict[str, Any]]) -> None:
        """Add profiles."""
        self._writer.write_table(self._arrow.Table.from_pylist(list(profiles), schema=self._schema))

    def close(self) -> None:
        """Write the footer."""
        self._writer.close()


def libraries() -> tuple[ModuleType, ModuleType]:
    """Arrow and its Parquet part.

    Raises:
        UsageError: they are not installed.
    """
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise UsageError(
            "Parquet needs a library that is not installed.",
            why="pyarrow comes with an extra, because it is large.",
            fix="pip install 'domainscout[parquet]' · or another format: -o companies.csv",
        ) from error
    return pyarrow, pyarrow.parquet


def _arrow_type(arrow: Any, annotation: Any) -> Any:
    """The Arrow type of a field's annotation: models are structs, enumerations and times are strings as in JSON."""
    if get_origin(annotation) is list:
        return arrow.list_(_arrow_type(arrow, get_args(annotation)[0]))
    options = [option for option in get_args(annotation) if option is not type(None)]
    if options and isinstance(options[0], type):
        return _arrow_type(arrow, options[0])
    if options:
        return arrow.int64() if isinstance(options[0], int) else arrow.string()
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        members = annotation.model_fields.items()
        return arrow.struct([(name, _arrow_type(arrow, info.annotation)) for name, info in members])
    simple = {bool: arrow.bool_, int: arrow.int64, float: arrow.float64}
    return simple.get(annotation, arrow.string)()
