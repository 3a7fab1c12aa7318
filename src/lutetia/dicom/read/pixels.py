"""The stored values of a file, whole or not at all."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lutetia.dicom.error import DicomInputError
from lutetia.dicom.read.header import Header, damage, open_header, tolerant


def stored_values(path: Path, where: str) -> tuple[Header, NDArray[np.float32]]:
    """Read a file and its stored values, shape (rows, columns) or (frames, rows, columns).

    Raises
    ------
    DicomInputError
        If pixels are missing or cut off, are in colour, or are compressed by a method that is not installed.
    """
    header = open_header(path, where, pixels=True)
    dataset = header.dataset
    rows, columns = header.number("Rows"), header.number("Columns")
    if rows is None or columns is None or "PixelData" not in dataset:
        raise DicomInputError(where, f"{path.name} holds no image", "export the series again with its pixels")
    if (header.number("SamplesPerPixel") or 1) != 1:
        raise DicomInputError(where, f"{path.name} is a colour picture", "give the image itself, not a screenshot")
    _refuse_truncated(header, path)
    try:
        with tolerant():
            return header, np.asarray(dataset.pixel_array, dtype=np.float32)
    except damage():
        syntax = getattr(getattr(dataset, "file_meta", None), "TransferSyntaxUID", None)
        stored = "no transfer syntax" if syntax is None else syntax.name
        raise DicomInputError(
            where,
            f"the pixels of {path.name} ({stored}) cannot be decoded",
            "export the series uncompressed (Explicit VR Little Endian)",
        ) from None


def _refuse_truncated(header: Header, path: Path) -> None:
    syntax = getattr(getattr(header.dataset, "file_meta", None), "TransferSyntaxUID", None)
    if syntax is None or syntax.is_compressed:
        return
    frames = header.number("NumberOfFrames") or 1
    size = (header.number("Rows") or 0) * (header.number("Columns") or 0) * frames
    expected = int(size * (header.number("BitsAllocated") or 16) / 8)
    found = len(header.dataset.PixelData)
    if found < expected:
        raise DicomInputError(
            header.where,
            f"the pixel data of {path.name} are truncated: {found:,} of {expected:,} bytes",
            "copy or export the file again",
        )
