"""What must be known of a PET before its values are uptake values, and who said each of it?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Final, Literal

from lutetia.quantification.suv.body import Body

DecayCorrection = Literal["START", "ADMIN", "NONE"]

HEADER: Final = "header"
STATED: Final = "stated for this PET"
"""Origin of a fact that a person stated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceTime:
    """When a slice was acquired; None where its header does not say.

    Attributes
    ----------
    acquired_at : datetime or None
    frame_reference_s, duration_s : float or None
        Frame reference time, and length of the frame [s].
    """

    acquired_at: datetime | None = None
    frame_reference_s: float | None = None
    duration_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SuvFacts:
    """The facts of one PET series, as header or person stated them.

    Attributes
    ----------
    where : str
        Names the series in errors.
    units, suv_type : str or None
        What the values are, as the header writes it.
    philips_suv_factor, philips_activity_factor : float or None
        From counts to SUVbw, and from counts to Bq/mL.
    decay_correction : str or None
    decay_factors : tuple of float
        Of the slices; empty where not all have one.
    series_at, vendor_scan_at, vendor_decay_at, stated_reference_at : datetime or None
        Series time; GE's private start of the scan; Siemens' private time of decay correction; the time to which the
        values are corrected, as a person stated it.
    slices : tuple of SliceTime
        In the order of the volume.
    administered_mbq : float or None
        At ``administered_at`` [MBq].
    nuclide : str or None
        As ``"Ga-68"``.
    half_life_s : float or None
        As stated [s].
    origins : mapping of str to str
        Name of a fact to the words of where it comes from.
    doubts : mapping of str to str
        Name of a fact that is missing to what was found in its place.
    notes : tuple of str
        What was found in the header and what became of it.
    """

    where: str
    units: str | None
    suv_type: str | None = None
    philips_suv_factor: float | None = None
    philips_activity_factor: float | None = None
    decay_correction: DecayCorrection | None = None
    decay_factors: tuple[float, ...] = ()
    series_at: datetime | None = None
    vendor_scan_at: datetime | None = None
    vendor_decay_at: datetime | None = None
    stated_reference_at: datetime | None = None
    slices: tuple[SliceTime, ...] = ()
    administered_mbq: float | None = None
    administered_at: datetime | None = None
    nuclide: str | None = None
    half_life_s: float | None = None
    body: Body = field(default_factory=Body)
    origins: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    doubts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    notes: tuple[str, ...] = ()

    @property
    def first_acquired_at(self) -> datetime | None:
        """The earliest acquisition time of all slices."""
        return min((one.acquired_at for one in self.slices if one.acquired_at is not None), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedFact:
    """A fact that an uptake value rests on, as it is printed.

    Attributes
    ----------
    name, shown : str
        What it is; value with its unit.
    origin : str
        Header attribute, person, or table.
    """

    name: str
    shown: str
    origin: str
