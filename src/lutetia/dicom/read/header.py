"""What a header says, and where exactly it is silent or wrong.

A thin view of a pydicom dataset that knows which series it belongs to, returns None for what is absent or empty,
and refuses what cannot be read as the type the standard gives it.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lutetia.dicom.error import DicomInputError
from lutetia.dicom.package import pydicom_package


@contextmanager
def tolerant() -> Iterator[None]:
    """Read elements of the wrong length or with odd characters without a word; none of them carries a number."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        yield


@dataclass(frozen=True, slots=True)
class Header:
    """Attributes of one file or sequence item.

    Attributes
    ----------
    dataset : pydicom.Dataset
    where : str
        Names the series or file in errors.
    """

    dataset: Any
    where: str

    def text(self, keyword: str) -> str | None:
        """Return a single text value, or None where it is absent or blank."""
        words = self.words(keyword)
        return words[0] if words else None

    def words(self, keyword: str) -> tuple[str, ...]:
        """Return all values as text; empty where absent."""
        with tolerant():
            try:
                raw = self.dataset.get(keyword)
            except (ValueError, TypeError, ArithmeticError, NotImplementedError):
                raise DicomInputError(
                    self.where,
                    f"{keyword} cannot be read as what the standard has there",
                    "correct it at the source and export again",
                ) from None
        if raw is None:
            return ()
        many = raw if _is_list(raw) else [raw]
        return tuple(str(value).strip() for value in many if str(value).strip())

    def numbers(self, keyword: str) -> tuple[float, ...]:
        """Return all values as finite numbers; empty where absent."""
        try:
            values = tuple(float(word) for word in self.words(keyword))
        except ValueError:
            values = (math.nan,)
        if not all(math.isfinite(value) for value in values):
            raise DicomInputError(self.where, f"{keyword} is not a number", "correct it at the source and export again")
        return values

    def coordinates(self, keyword: str) -> NDArray[np.float64]:
        """Return a long list of numbers as an array, read at once where the file still holds it as text."""
        raw = self.dataset.get_item(keyword)
        text = getattr(raw, "value", None)
        if not isinstance(text, bytes):
            return np.asarray(self.numbers(keyword), dtype=np.float64)
        try:
            values = np.array(text.rstrip(b" \0\\").split(b"\\"), dtype=np.bytes_).astype(np.float64)
        except ValueError:
            return np.asarray(self.numbers(keyword), dtype=np.float64)
        if not np.isfinite(values).all():
            raise DicomInputError(self.where, f"{keyword} is not a number", "correct it at the source and export again")
        return values

    def number(self, keyword: str) -> float | None:
        """Return a single finite number, or None where it is absent or blank."""
        values = self.numbers(keyword)
        if len(values) > 1:
            raise DicomInputError(
                self.where,
                f"{keyword} has {len(values)} values where one is meant",
                "correct it at the source and export again",
            )
        return values[0] if values else None

    def vector(self, keyword: str, length: int) -> tuple[float, ...] | None:
        """Return exactly ``length`` numbers, or None where the attribute is absent or blank."""
        values = self.numbers(keyword)
        if values and len(values) != length:
            raise DicomInputError(
                self.where, f"{keyword} has {len(values)} values instead of {length}", "export the series again"
            )
        return values or None

    def items(self, keyword: str) -> tuple[Header, ...]:
        """Return the items of a sequence; empty where absent."""
        with tolerant():
            sequence = self.dataset.get(keyword)
        return tuple(Header(item, self.where) for item in sequence or ())

    def first(self, keyword: str) -> Header | None:
        """Return the first item of a sequence, or None."""
        items = self.items(keyword)
        return items[0] if items else None

    def private(self, group: int, creator: str, offset: int) -> str | None:
        """Return a private value as text, or None."""
        with tolerant():
            try:
                value = self.dataset.private_block(group, creator)[offset].value
            except KeyError:
                return None
        return _plain(value)

    def has_private_creator(self, group: int) -> bool:
        """Tell whether any block of a private group names its creator."""
        with tolerant():
            return bool(self.dataset.private_creators(group))

    def private_without_creator(self, group: int, element: int) -> str | None:
        """Return a private value of a group whose creators are lost, as text, or None."""
        with tolerant():
            found = self.dataset.get((group, element))
        return None if found is None else _plain(found.value)


def _plain(value: object) -> str | None:
    return (value.decode("ascii", "ignore") if isinstance(value, bytes) else str(value)).strip(" \0") or None


def _is_list(raw: object) -> bool:
    return (
        not isinstance(raw, str | bytes)
        and hasattr(raw, "__iter__")
        and hasattr(raw, "__len__")
        and not (hasattr(raw, "components"))
    )


def damage() -> tuple[type[Exception], ...]:
    """Return the exceptions by which the packages that read DICOM say that an object is damaged."""
    errors = pydicom_package().errors
    return (
        errors.InvalidDicomError, errors.BytesLengthException, EOFError, ValueError, TypeError, LookupError,
        AttributeError, ArithmeticError, MemoryError, RuntimeError,
    )  # fmt: skip


def open_header(path: Path, where: str, *, only: tuple[str, ...] | None = None, pixels: bool = False) -> Header:
    """Read a file's attributes, all or only some, without or with its pixels.

    Raises
    ------
    DicomInputError
        If the file is cut off or damaged.
    """
    pydicom = pydicom_package()
    try:
        with tolerant():
            dataset = pydicom.dcmread(path, stop_before_pixels=not pixels, specific_tags=list(only) if only else None)
    except OSError as error:
        raise DicomInputError(where, f"{path.name} cannot be opened ({error.strerror})", "check the file") from None
    except damage():
        raise DicomInputError(
            where, f"{path.name} is damaged or cut off and cannot be read as DICOM", "export or copy it again"
        ) from None
    return Header(dataset, where)
