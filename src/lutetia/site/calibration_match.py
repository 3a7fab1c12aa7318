"""Was an image taken and made as the calibration that is to be used for it?

A sensitivity holds for its energy windows. 177Lu has two lines that cameras use, 113 and 208 keV; whether a camera adds
them up changes the counts by a third and more, and nothing in the image would look wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from lutetia.errors import InputError
from lutetia.site.calibration import Calibration

ROUNDING_KEV: Final = 1.0
"""Limits of a window are written with and without decimals."""
LINES_KEV: Final = {"lu177": (112.9, 208.4), "tc99m": (140.5,), "i131": (364.5,), "in111": (171.3, 245.4)}
"""Lines that cameras use [keV] (ICRP 107)."""
_WORDS: Final = {
    "attenuation": (r"attenuation|\bac\b|\battn\b|\bctac\b", "ATTN"),
    "scatter": (r"scatter|\bsc\b|\btew\b|\bdew\b|\bscat\b", "SCAT"),
}
_NOT: Final = re.compile(r"\b(no|without|not)\b[^,;.]*", re.IGNORECASE)

Window = tuple[float, float]


class MatchError(InputError):
    """An image and a calibration do not belong together."""


def require_same_windows(calibration: Calibration, windows_kev: Sequence[Window], *, where: str) -> tuple[str, ...]:
    """Refuse an image whose energy windows are not the calibration's; return what a reader should know.

    Windows beside the lines of the nuclide, as for the correction of scatter, may be listed as well.

    Parameters
    ----------
    calibration : Calibration
    windows_kev : sequence of (float, float)
        Of the image [keV]; empty where its header states none.
    where : str
        Names the image.

    Raises
    ------
    MatchError
        If a window of the calibration is missing, or another one lies over a line of the nuclide.
    """
    if not windows_kev:
        return (f"its header states no energy window, and calibration {calibration.id} holds for {_of(calibration)}",)
    wanted = [(window.lower_kev, window.upper_kev) for window in calibration.energy_windows]
    missing = [window for window in wanted if not any(_same(window, other) for other in windows_kev)]
    others = [window for window in windows_kev if not any(_same(window, other) for other in wanted)]
    further = [window for window in others if holds_line(window, calibration.nuclide)]
    if not (missing or further):
        return ()
    raise MatchError(
        where,
        f"its energy windows are {shown(windows_kev)}, and calibration {calibration.id} holds for {_of(calibration)}",
        "reconstruct the calibrated windows, or add a calibration for these to calibration/*.yaml",
        "the counts of another window stand for another activity",
    )


def reconstruction_doubts(words: str, corrections: Iterable[str]) -> tuple[str, ...]:
    """Return where a calibration's words and an image's list of corrections say different things.

    Parameters
    ----------
    words : str
        The calibration's ``reconstruction``.
    corrections : iterable of str
        As DICOM lists them (``ATTN``, ``SCAT``, ...); empty where the header lists none, and nothing is compared.
    """
    listed = {word.upper() for word in corrections}
    if not listed:
        return ()
    said = _NOT.sub("", words)
    doubts = []
    for what, (pattern, code) in _WORDS.items():
        claimed = re.search(pattern, said, re.IGNORECASE) is not None
        if claimed and code not in listed:
            doubts.append(f"the calibration's reconstruction ('{words}') corrects {what}; the image does not list it")
        if not claimed and code in listed:
            doubts.append(f"the image is corrected for {what}; the calibration's reconstruction ('{words}') is not")
    return tuple(doubts)


def holds_line(window: Window, nuclide: str) -> bool:
    """Whether a window lies over a line of a nuclide that cameras use; True for a nuclide whose lines are not known."""
    letters = "".join(re.findall("[a-z]", nuclide.casefold()))
    lines = LINES_KEV.get(letters + "".join(re.findall("[0-9]", nuclide)))
    return lines is None or any(window[0] <= line <= window[1] for line in lines)


def shown(windows_kev: Iterable[Window]) -> str:
    """Return windows as a person reads them."""
    return ", ".join(f"{low:g}-{high:g} keV" for low, high in windows_kev)


def _of(calibration: Calibration) -> str:
    return shown((window.lower_kev, window.upper_kev) for window in calibration.energy_windows)


def _same(one: Window, other: Window) -> bool:
    return abs(one[0] - other[0]) <= ROUNDING_KEV and abs(one[1] - other[1]) <= ROUNDING_KEV
