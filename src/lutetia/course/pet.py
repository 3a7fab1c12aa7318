"""What a person states about a PET that its header could not say, or said wrongly."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator

from lutetia.course.entry import Part, Words
from lutetia.fileform import Activity, ClockTime, Length, Mass, Misfit, MisfitError
from lutetia.reference.positron_emitter import PLAUSIBLE_INJECTED_MBQ
from lutetia.vocabulary.person import PLAUSIBLE_HEIGHT_CM, PLAUSIBLE_WEIGHT_KG


class PetScan(Part):
    """One image series of an examination, and what uptake values need that its header could not say.

    Attributes
    ----------
    series_uid : str
        SeriesInstanceUID of the PET.
    injected : Activity or None
        At ``injected_at``.
    acquired_at : datetime or None
        Start of the acquisition.
    corrected_to : datetime or None
        Moment to which values with decay correction ``START`` are corrected.
    decay : str or None
        To what the values are corrected for decay: ``START``, ``ADMIN`` or ``NONE``.
    weight, height : Mass, Length or None
        On the day of the scan.
    sex : str or None
        Whose formula of lean body mass or ideal weight is meant: ``M``, ``F``, or ``mean-of-both``, for which no
        agreement exists.
    """

    series_uid: Words
    injected: Activity | None = None
    injected_at: ClockTime | None = None
    acquired_at: ClockTime | None = None
    corrected_to: ClockTime | None = None
    decay: Literal["START", "ADMIN", "NONE"] | None = None
    weight: Mass | None = None
    height: Length | None = None
    sex: Literal["M", "F", "mean-of-both"] | None = None

    @property
    def injected_mbq(self) -> float | None:
        """Activity injected [MBq]."""
        return None if self.injected is None else self.injected.to("MBq")

    @property
    def weight_kg(self) -> float | None:
        """Weight [kg]."""
        return None if self.weight is None else self.weight.to("kg")

    @property
    def height_m(self) -> float | None:
        """Height [m]."""
        return None if self.height is None else self.height.to("m")

    @model_validator(mode="after")
    def _plausible(self) -> Self:
        height_cm = None if self.height is None else self.height.to("cm")
        stated = (
            ("injected", self.injected, self.injected_mbq, PLAUSIBLE_INJECTED_MBQ, "activity of a PET"),
            ("weight", self.weight, self.weight_kg, PLAUSIBLE_WEIGHT_KG, "weight of a man"),
            ("height", self.height, height_cm, PLAUSIBLE_HEIGHT_CM, "height of a man"),
        )
        misfits = [
            Misfit((name,), f"{quantity} is no {what}; check the unit")
            for name, quantity, value, plausible, what in stated
            if value is not None and not plausible[0] <= value <= plausible[1]
        ]
        later = [
            Misfit((name,), f"the scan, {at}, lies before the injection at {self.injected_at}; correct one of the two")
            for name, at in (("acquired_at", self.acquired_at), ("corrected_to", self.corrected_to))
            if at is not None and self.injected_at is not None and at < self.injected_at
        ]
        if misfits or later:
            raise MisfitError([*misfits, *later])
        return self
