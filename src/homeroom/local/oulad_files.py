"""The CSV files of the Open University data set, as shipped (xz) or as downloaded."""

import csv
import io
import lzma
from collections.abc import Callable, Iterator
from importlib.resources import files
from operator import itemgetter
from pathlib import Path
from typing import TextIO, TypeVar

from homeroom_kit.errors import HomeroomError

T = TypeVar("T")

MISSING = frozenset({"", "?"})
"""How the files write that there is no value."""


def whole(text: str) -> int | None:
    """A whole number, also where it is written ``-159.0``."""
    return None if text in MISSING else int(float(text))


def number(text: str) -> int | float | None:
    """A number, whole where it is written so."""
    if text in MISSING:
        return None
    return float(text) if "." in text else int(text)


def read(
    folder: Path | None, name: str, columns: tuple[str, ...], make: Callable[..., T]
) -> Iterator[T]:
    """What ``make`` makes of the given columns of each row of ``name``.csv.

    Without a folder, of the files that homeroom ships. Raises HomeroomError where the file or a
    column is missing, and with the line where a row cannot be used.
    """
    with _opened(folder, name) as text:
        reader = csv.reader(text)
        header = next(reader, [])
        absent = [column for column in columns if column not in header]
        if absent:
            raise HomeroomError(f"{name}.csv has no column {', '.join(absent)}.")
        pick = itemgetter(*map(header.index, columns))
        for row in reader:
            try:
                made = make(*pick(row))
            except (KeyError, ValueError, IndexError) as error:
                problem = f"unknown: {error}" if isinstance(error, KeyError) else error
                raise HomeroomError(f"{name}.csv, line {reader.line_num}: {problem}.") from None
            yield made


def _opened(folder: Path | None, name: str) -> TextIO:
    if folder is None:
        shipped = files("homeroom.local").joinpath("data", "oulad", f"{name}.csv.xz")
        return io.StringIO(lzma.decompress(shipped.read_bytes()).decode(), newline="")
    try:
        return (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="")
    except OSError as error:
        raise HomeroomError(
            f"{folder / name}.csv cannot be read ({error.strerror}). Give the folder that holds "
            "the CSV files of the Open University data set, or none for those that homeroom ships."
        ) from None
