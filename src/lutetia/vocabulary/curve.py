"""By which names is a time-activity curve asked for, in a course and in a site's file?

The names are those that a result bears; what each does is told in docs/time-activity.md.
"""

from __future__ import annotations

from typing import Final, Literal

CurveMethod = Literal[
    "automatic",
    "mono-exponential",
    "bi-exponential",
    "bi-exponential with uptake",
    "tri-exponential with uptake",
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
"""``automatic`` lets the samples decide; every other one is fitted because a person asks for it."""

WITH_HALF_LIFE: Final[frozenset[str]] = frozenset(
    {
        "automatic",
        "maximum a posteriori",
        "single time point",
        "single time point, Haenscheid 2017",
        "single time point, Haenscheid 2018",
        "single time point, Madsen 2018",
        "single time point, population half-life",
        "single time point, maximum a posteriori",
    }
)
"""Methods that can use the half-life of other patients."""
