"""How a camera's counts become becquerels: one calibration of one camera, with its uncertainty and validity."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from lutetia.fileform import Day, Length, Misfit, MisfitError, Part

Words = Annotated[str, Field(min_length=1)]

LEAST_CPS_PER_MBQ, MOST_CPS_PER_MBQ = 0.5, 500.0
"""No gamma camera counts less or more of 177Lu [cps/MBq]; beyond, the unit was mistaken (cps/kBq, cpm)."""
FINEST_MM, COARSEST_MM = 1.0, 40.0


class EnergyWindow(Part):
    """An energy window around a photopeak [keV]."""

    lower_kev: float = Field(gt=0, lt=1000)
    upper_kev: float = Field(gt=0, lt=1000)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.lower_kev >= self.upper_kev:
            text = f"the window ends ({self.upper_kev:g} keV) where it has not begun ({self.lower_kev:g} keV)"
            raise MisfitError([Misfit(("upper_kev",), f"{text}; exchange the two")])
        return self


class SensitivityStated(Part):
    """Counts per second for each MBq, and its relative standard uncertainty (0.03 for 3 %)."""

    value: float = Field(ge=LEAST_CPS_PER_MBQ, le=MOST_CPS_PER_MBQ)
    unit: Literal["cps/MBq"]
    relative_sigma: float = Field(gt=0, lt=1)


class Calibration(Part):
    """One calibration of one camera.

    Attributes
    ----------
    manufacturer, model, serial : str
        As the camera writes them into its images.
    reconstruction : str
        The reconstruction it holds for, in words: algorithm, iterations, corrections.
    sensitivity_of : {"system", "head"}
        Whether ``sensitivity`` is that of all heads together or of one; ``heads`` counts them.
    resolution_fwhm : Length or None
        Resolution of images reconstructed so; without it no recovery is computed.
    valid_from, valid_to : date
        Without ``valid_to`` it holds until another replaces it.
    """

    format: Literal["lutetia-calibration/1"]
    id: Words
    manufacturer: Words
    model: Words
    serial: Words | None = None
    collimator: Words
    nuclide: Words
    energy_windows: Annotated[tuple[EnergyWindow, ...], Field(min_length=1, strict=False)]
    reconstruction: Words
    sensitivity: SensitivityStated
    sensitivity_of: Literal["system", "head"]
    heads: int = Field(ge=1, le=12)
    resolution_fwhm: Length | None = None
    valid_from: Day
    valid_to: Day | None = None
    source: str | None = None

    @model_validator(mode="after")
    def _plausible(self) -> Self:
        misfits = []
        if self.valid_to is not None and self.valid_to < self.valid_from:
            text = f"it ends ({self.valid_to}) before it begins ({self.valid_from}); correct one of the two"
            misfits.append(Misfit(("valid_to",), text))
        fwhm = self.resolution_fwhm
        if fwhm is not None and not FINEST_MM <= fwhm.to("mm") <= COARSEST_MM:
            text = f"{fwhm} is no resolution of a camera; write {FINEST_MM:g} to {COARSEST_MM:g} mm"
            misfits.append(Misfit(("resolution_fwhm",), text))
        if misfits:
            raise MisfitError(misfits)
        return self

    @property
    def system_cps_per_mbq(self) -> float:
        """Sensitivity of all heads together [cps/MBq]."""
        return self.sensitivity.value * (self.heads if self.sensitivity_of == "head" else 1)

    def holds_on(self, day: date) -> bool:
        """Whether it is valid on a day, both ends included."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)
