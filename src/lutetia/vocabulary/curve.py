"""By which names is a time-activity curve asked for, in a course and in a site's file, and which does a result bear?

What each does is told in docs/time-activity.md.
"""

from __future__ import annotations

from typing import Final, Literal, get_args

FitModel = Literal[
    "mono-exponential",
    "bi-exponential",
    "bi-exponential with uptake",
    "tri-exponential with uptake",
    "model average",
    "maximum a posteriori",
    "single time point",
    "single time point, Haenscheid 2017",
    "single time point, Haenscheid 2018",
    "single time point, Madsen 2018",
    "single time point, population half-life",
    "single time point, earlier cycle",
    "single time point, maximum a posteriori",
    "physical decay only",
]
"""``physical decay only`` is an upper bound that a person asks for by name; it is never chosen. ``single time point``
is a way to ask for one: the result names the method that was used."""

CurveMethod = Literal["automatic", FitModel]
"""``automatic`` lets the samples decide; every other one is fitted because a person asks for it."""

_ONE_SCAN: Final = frozenset(name for name in get_args(FitModel) if name.startswith("single time point"))

BY_PRIOR: Final = frozenset(name for name in get_args(FitModel) if name.endswith("maximum a posteriori"))
"""Methods that weigh samples and prior together: all samples, or the last alone."""
SINGLE_TIME_POINT: Final = _ONE_SCAN - BY_PRIOR
"""Methods that take one sample (the last) and the kinetics from elsewhere."""
NOT_MEASURED: Final = _ONE_SCAN | {"physical decay only"}
"""Models whose half-life was not measured in their own cycle."""
WITH_HALF_LIFE: Final = (SINGLE_TIME_POINT - {"single time point, earlier cycle"}) | BY_PRIOR | {"automatic"}
"""Methods that can use the half-life of other patients."""
