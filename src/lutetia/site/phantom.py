"""What a physicist writes down when a camera is calibrated: the source, when it was measured, how it was imaged."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from lutetia.fileform import (
    Activity,
    ClockTime,
    Day,
    Duration,
    FileError,
    Length,
    Misfit,
    MisfitError,
    Part,
    TissueVolume,
    compose,
    contents,
    read_as,
)
from lutetia.fileform.moment import ZoneName
from lutetia.site.calibration import DeadTimeStated, EnergyWindow, Words

_OF_KIND = {
    "cylinder": ("image", "volume", "volume_relative_sigma", "edge"),
    "point source": ("image", "radius"),
    "planar": ("views", "manufacturer", "model", "energy_windows", "heads"),
}
_WELCOME = {"heads", "manufacturer", "model", "energy_windows"}
"""Needed for planar counts, and for an image whose header does not state them."""


class PhantomFileError(FileError):
    """A measurement is refused; nothing was computed from it."""


class Reading(Part):
    """What the activity meter showed, and when."""

    activity: Activity
    at: ClockTime


class GeometryFactorStated(Part):
    """What readings are multiplied by for the geometry they were taken in, and where that is known from."""

    value: float = Field(ge=0.5, le=2)
    relative_sigma: float = Field(ge=0, lt=1)
    geometry: Words
    measured_on: Day
    source: Words


class MeterUsed(Part):
    """The activity meter, the relative standard uncertainty of its readings, and a factor where one is known."""

    name: Words
    relative_sigma: float = Field(gt=0, lt=0.5)
    geometry_factor: GeometryFactorStated | None = None


class View(Part):
    """Counts of one head, typed in from a planar image."""

    head: int = Field(ge=1, le=12)
    counts: float = Field(gt=0)
    duration: Duration
    at: ClockTime
    background_counts: float = Field(ge=0)
    background_duration: Duration


class Sphere(Part):
    """One sphere of a phantom: volume, the part of its activity that was seen, and the standard uncertainty of that."""

    volume: TissueVolume
    recovery: float = Field(gt=0)
    sigma: float | None = Field(default=None, gt=0)


class PhantomMeasurement(Part):
    """One measurement of a source of known activity.

    Attributes
    ----------
    id : str
        Of the calibration that is to come of it, and of its file.
    kind : {"cylinder", "point source", "planar"}
    syringe_before, syringe_after : Reading
        What was filled in; a residual that is nothing is written as 0.
    volume, volume_relative_sigma
        Of a cylinder.
    edge : Length or None
        Of a cylinder: what is left out along its edge, at least twice the resolution.
    radius : Length or None
        Of a point source: all counts within belong to it.
    image : str or None
        The reconstructed SPECT, or its folder; relative to this file.
    duration : Duration or None
        Of the acquisition, where the header allows more than one reading: that of one head.
    decay : str or None
        The answer where the header does not say whether the counts are corrected for decay.
    observed_cps : float or None
        Count rate that one head observed, in the energies that the dead time is stated for [1/s].
    views : tuple of View
        Planar counts, for each head.
    spheres : tuple of Sphere
        For the recovery by volume.
    """

    format: Literal["lutetia-phantom/1"]
    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    kind: Literal["cylinder", "point source", "planar"]
    timezone: ZoneName | None = None
    nuclide: Words
    collimator: Words
    reconstruction: Words
    activity_meter: MeterUsed
    syringe_before: Reading
    syringe_after: Reading
    image: Words | None = None
    duration: Duration | None = None
    decay: Literal["as-acquired"] | None = None
    heads: int | None = Field(default=None, ge=1, le=12)
    volume: TissueVolume | None = None
    volume_relative_sigma: float | None = Field(default=None, gt=0, lt=0.5)
    edge: Length | None = None
    radius: Length | None = None
    views: Annotated[tuple[View, ...], Field(strict=False)] = ()
    manufacturer: Words | None = None
    model: Words | None = None
    serial: Words | None = None
    energy_windows: Annotated[tuple[EnergyWindow, ...], Field(strict=False)] = ()
    dead_time: DeadTimeStated | None = None
    observed_cps: float | None = Field(default=None, ge=0)
    resolution_fwhm: Length | None = None
    spheres: Annotated[tuple[Sphere, ...], Field(strict=False)] = ()
    valid_from: Day | None = None
    valid_to: Day | None = None

    @model_validator(mode="after")
    def _has_what_its_kind_needs(self) -> Self:
        needed = _OF_KIND[self.kind]
        misfits = [
            Misfit((name,), f"a measurement of kind '{self.kind}' needs '{name}'; add '{name}: ...'")
            for name in needed
            if getattr(self, name) in (None, ())
        ]
        foreign = {name for names in _OF_KIND.values() for name in names} - set(needed) - _WELCOME
        if self.kind == "planar":
            foreign |= {"duration", "decay"}
        misfits += [
            Misfit((name,), f"'{name}' does not belong to kind '{self.kind}'; take it out, or correct the kind")
            for name in sorted(foreign)
            if getattr(self, name) not in (None, ())
        ]
        misfits += self._sizes()
        if self.heads is not None and any(view.head > self.heads for view in self.views):
            misfits.append(
                Misfit(("views",), f"a view is of a head beyond the {self.heads} stated; correct one of both")
            )
        if misfits:
            raise MisfitError(misfits)
        return self

    def _sizes(self) -> list[Misfit]:
        misfits = [
            Misfit((name,), f"'{size}' is nothing; state what was measured")
            for name in ("volume", "edge", "radius", "duration")
            if (size := getattr(self, name)) is not None and size.value == 0
        ]
        if self.edge is not None and self.resolution_fwhm is not None:
            least = 2 * self.resolution_fwhm.to("mm")
            if self.edge.to("mm") < least:
                text = f"{self.edge} is less than twice the resolution; leave out at least {least:g} mm"
                misfits.append(Misfit(("edge",), text))
        return misfits


def read_phantom(path: Path, *, timezone: str | None = None) -> PhantomMeasurement:
    """Read a measurement.

    Parameters
    ----------
    path : Path
    timezone : str, optional
        The site's, for clock times without an offset; the file's own comes first.

    Raises
    ------
    PhantomFileError
        With every finding.
    """
    text = contents(path, remedy="give the measurement's YAML file", refuse=PhantomFileError)
    document = compose(text, name=path.name, refuse=PhantomFileError)
    name = document.content.get("timezone", timezone)
    try:
        zone = ZoneInfo(name) if isinstance(name, str) else None
    except (KeyError, ValueError, OSError):
        zone = None  # the field itself is refused below
    return read_as(PhantomMeasurement, document, context={"timezone": zone}, refuse=PhantomFileError)
