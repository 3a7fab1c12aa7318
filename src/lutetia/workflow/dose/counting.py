"""How long did one head count, and how many counts did it miss?

The duration is that of one head: its projections times their duration. A total over all heads is larger by their
number, and every activity or sensitivity as much wrong; the two are told apart here, or asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lutetia.errors import InputError
from lutetia.quantification import CountLoss, DeadTime, count_loss
from lutetia.site import Calibration
from lutetia.site.calibration import DeadTimeStated

if TYPE_CHECKING:
    from lutetia.dicom.read import SpectImage

SAME_DURATION = 0.01
"""Relative difference below which two durations are the same, rounded."""


@dataclass(frozen=True, slots=True)
class HeadDuration:
    """How long one head counted [s], and how that was told."""

    seconds: float
    told: str


def duration_of_head(
    header_s: float | None, stated_s: float | None, *, heads: int | None, found: str, where: str, remedy: str
) -> HeadDuration:
    """Return the duration of one head.

    Parameters
    ----------
    header_s : float or None
        What the header leaves as its only reading [s].
    stated_s : float or None
        What a person states [s]; it comes first.
    heads : int or None
    found : str
        What the header says, in words.
    where, remedy : str
        Names the image; what to write where nobody says how long it was.

    Raises
    ------
    InputError
        If nobody says it, or what is stated is the header's times the number of heads.
    """
    if stated_s is None and header_s is None:
        times = f"{heads} times" if heads else "several times"
        raise InputError(
            where,
            f"how long it was acquired cannot be told: {found}",
            remedy,
            f"counts are divided by the duration; a total over all heads would be {times} that of one",
        )
    if stated_s is None:
        assert header_s is not None
        return HeadDuration(header_s, found)
    if header_s is None:
        return HeadDuration(stated_s, f"as stated; the header leaves it open: {found}")
    if heads is not None and heads > 1 and abs(stated_s / (header_s * heads) - 1) <= SAME_DURATION:
        raise InputError(
            where,
            f"{stated_s:g} s are stated, which is {heads} heads times the {header_s:g} s of one ({found})",
            f"state the duration of one head, {header_s:g} s, or leave it out",
        )
    if abs(stated_s / header_s - 1) <= SAME_DURATION:
        return HeadDuration(header_s, found)
    return HeadDuration(stated_s, f"as stated, though the header says {header_s:g} s ({found})")


def loss_at(
    stated: DeadTimeStated,
    *,
    observed_cps: float | None,
    counts_accumulated: float | None,
    duration_s: float,
    heads: int,
) -> tuple[CountLoss | None, str]:
    """Return what gives back the lost counts of one head, and in words at which rate; None where no rate is known.

    Parameters
    ----------
    stated : DeadTimeStated
    observed_cps : float or None
        Rate of one head, as stated [1/s]; it comes first.
    counts_accumulated : float or None
        All counts of the object, as its header states them; they serve a dead time of the window only.
    duration_s : float
        Of one head [s].
    heads : int
    """
    rate, said = observed_cps, "as stated"
    if rate is None and stated.rate == "window" and counts_accumulated is not None:
        rate = counts_accumulated / (duration_s * heads)
        said = "CountsAccumulated of the header over duration and heads"
    if rate is None:
        return None, f"the dead time is stated for the rate of {stated.rate}, and the image does not tell that rate"
    model = DeadTime(model=stated.model, tau_us=stated.tau_us, relative_sigma=stated.relative_sigma)
    loss = count_loss(rate, model)
    return loss, f"lost counts given back: x {loss.factor:.4f} at {rate:,.0f} cps of one head ({said})"


def loss_of_scan(spect: SpectImage, calibration: Calibration, duration_s: float) -> tuple[float, tuple[str, ...]]:
    """Return what a scan's counts are multiplied by for lost ones, and what a reader should know.

    Nothing is given back where the calibration states no dead time.
    """
    if calibration.dead_time is None:
        return 1.0, ()
    loss, said = loss_at(
        calibration.dead_time,
        observed_cps=None,
        counts_accumulated=spect.counts_accumulated,
        duration_s=duration_s,
        heads=calibration.heads,
    )
    return (1.0, (f"{said}; lost counts are not given back",)) if loss is None else (loss.factor, (said,))
