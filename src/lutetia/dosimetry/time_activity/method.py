"""How does a person ask for a model or a single-time-point method, region by region?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

from lutetia.dosimetry.result import FitModel, TimeActivityFit
from lutetia.dosimetry.time_activity.population import PopulationHalfLife
from lutetia.errors import InputError

Method = Literal["automatic"] | FitModel
"""``automatic``, or the name that a result's ``model`` then bears."""

SINGLE_TIME_POINT: Final[frozenset[str]] = frozenset(
    {
        "single time point",
        "single time point, Haenscheid 2017",
        "single time point, Haenscheid 2018",
        "single time point, Madsen 2018",
        "single time point, population half-life",
        "single time point, earlier cycle",
    }
)
"""Methods that take one sample (the last) and the kinetics from elsewhere."""
NOT_MEASURED: Final[frozenset[str]] = SINGLE_TIME_POINT | {
    "single time point, maximum a posteriori",
    "physical decay only",
}
"""Models whose half-life was not measured in their own cycle."""
BY_PRIOR: Final[frozenset[str]] = frozenset({"maximum a posteriori", "single time point, maximum a posteriori"})
"""Methods that weigh samples and prior together: all samples, or the last alone."""
TAKES_A_HALF_LIFE: Final[frozenset[str]] = (
    (SINGLE_TIME_POINT - {"single time point, earlier cycle"}) | BY_PRIOR | {"automatic"}
)


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

    method: Method = "automatic"
    population: PopulationHalfLife | None = None

    def __post_init__(self) -> None:
        if self.method != "automatic" and self.method not in get_args(FitModel):
            raise InputError(
                "choice of a time-activity model",
                f"there is no method '{self.method}'",
                f"use one of: automatic, {', '.join(get_args(FitModel))}",
            )
        if self.population is not None and self.method not in TAKES_A_HALF_LIFE:
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
