"""How does a person ask for a model or a single-time-point method, region by region?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from lutetia.dosimetry.result import TimeActivityFit
from lutetia.dosimetry.time_activity.population import PopulationHalfLife
from lutetia.errors import InputError
from lutetia.vocabulary.curve import NOT_MEASURED, WITH_HALF_LIFE, CurveMethod


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeActivityChoice:
    """What a person chose for a region.

    Attributes
    ----------
    method : str
        ``automatic``: by the samples. A model by its name: fitted whatever else would describe the samples better. A
        single-time-point method by its name: applied to the last sample.
    population : PopulationHalfLife or None
        The half-life of other patients that the method uses; where a single-time-point method or
        ``maximum a posteriori`` is asked for by name, the published one of the region's tissue stands in.

    Raises
    ------
    InputError
        If the method is unknown, or a half-life is stated for a method that uses none.
    """

    method: CurveMethod = "automatic"
    population: PopulationHalfLife | None = None

    def __post_init__(self) -> None:
        if self.method not in get_args(CurveMethod):
            raise InputError(
                "choice of a time-activity model",
                f"there is no method '{self.method}'",
                f"use one of: {', '.join(get_args(CurveMethod))}",
            )
        if self.population is not None and self.method not in WITH_HALF_LIFE:
            raise InputError(
                "choice of a time-activity model",
                f"a half-life is stated and '{self.method}' uses none",
                "leave the half-life out, or choose a single-time-point method or 'maximum a posteriori'",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """Kinetics that were not measured in this cycle.

    Attributes
    ----------
    population : PopulationHalfLife or None
        As stated.
    earlier : TimeActivityFit or None
        The same region's curve in an earlier cycle of the same patient.
    physical_h : float
        Physical half-life [h].
    region : str
    """

    population: PopulationHalfLife | None
    earlier: TimeActivityFit | None
    physical_h: float
    region: str

    @property
    def measured_earlier(self) -> TimeActivityFit | None:
        """The earlier curve, if its kinetics were measured and not themselves taken from elsewhere."""
        if self.earlier is None or self.earlier.model in NOT_MEASURED:
            return None
        return self.earlier
