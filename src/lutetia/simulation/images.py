"""What the scanners of a simulated patient hand over: images, contours and what a header would say."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from lutetia.simulation.body import Body
from lutetia.volume import Mask, Volume

CONTOURS: Final[Mapping[str, str]] = {
    "Kidney L": "kidney_left",
    "Kidney R": "kidney_right",
    "Liver": "liver",
    "Spleen": "spleen",
    "Parotid L": "parotid_left",
    "Parotid R": "parotid_right",
    "Submandibular L": "submandibular_left",
    "Submandibular R": "submandibular_right",
    "Bladder": "bladder",
    "Lesion 1 ilium R": "L1",
    "Lesion 2 T9": "L2",
    "Lesion 3 acetabulum L": "L3",
    "Lesion 4 node para-aortic L": "L4",
    "Lesion 5 node supraclavicular L": "L5",
}
"""Contour name to organ code or lesion id."""

UNUSED: Final = frozenset({"Bladder"})
"""Contoured for the picture; its filling follows the urine, so that no curve is fitted to it."""


def uid(seed: int, name: str) -> str:
    """Return a DICOM UID that belongs to a name within one patient: the same for the same seed."""
    digest = hashlib.sha256(f"lutetia simulated patient {seed}: {name}".encode()).digest()
    return f"2.25.{uuid.UUID(bytes=digest[:16], version=4).int}"


@dataclass(frozen=True, eq=False)
class Contours(Mapping[str, Mask]):
    """The true regions on the grid of one CT or PET; a mask is made when it is asked for.

    Attributes
    ----------
    body : Body
        The man as he lay in that scan.
    names : mapping of str to str
        Contour name to region.
    """

    body: Body
    names: Mapping[str, str] = field(default_factory=lambda: CONTOURS)

    def __getitem__(self, name: str) -> Mask:
        """Return a region by its contour name."""
        mask = self.body.mask(self.names[name])
        return Mask(voxels=mask.voxels, geometry=mask.geometry, name=name)

    def __iter__(self) -> Iterator[str]:
        """Go through the contour names."""
        return iter(self.names)

    def __len__(self) -> int:
        """Return how many contours there are."""
        return len(self.names)


@dataclass(frozen=True, kw_only=True, eq=False)
class SimulatedCt:
    """A low-dose CT taken with a SPECT.

    Attributes
    ----------
    volume : Volume
        Whole Hounsfield units.
    acquired_at : datetime
    series_uid, study_uid, frame_of_reference : str
    cycle : int
    """

    volume: Volume
    acquired_at: datetime
    series_uid: str
    study_uid: str
    frame_of_reference: str
    cycle: int


@dataclass(frozen=True, kw_only=True, eq=False)
class SimulatedSpect:
    """A reconstructed SPECT in counts, with its CT and true contours in the same frame of reference.

    Attributes
    ----------
    counts : Volume
        Whole counts; both bed positions joined, and those of the second brought back to the start of the first.
    started_at : datetime
        Start of the acquisition.
    duration_s : float
        Of each bed position: counts = cps/MBq x duration x mean activity while it lasts.
    hours : float
        Start after the start of the administration [h].
    cycle : int
    series_uid, study_uid, ct_series_uid, structure_series_uid, frame_of_reference : str
    regions : mapping of str to Mask
        Contour name to true region on the grid of the CT.
    shift_mm : tuple of float
        How far the man lay from where he was drawn (x, y, z).
    """

    counts: Volume
    started_at: datetime
    duration_s: float
    hours: float
    cycle: int
    series_uid: str
    study_uid: str
    ct_series_uid: str
    structure_series_uid: str
    frame_of_reference: str
    regions: Mapping[str, Mask]
    shift_mm: tuple[float, float, float]


@dataclass(frozen=True, kw_only=True, eq=False)
class SimulatedPet:
    """A PSMA PET, decay-corrected to its start.

    Attributes
    ----------
    activity : Volume
        Bq/mL at ``started_at``.
    started_at, injected_at : datetime
    injected_mbq : float
        At ``injected_at``.
    weight_kg, height_m : float
    tracer, nuclide : str
    half_life_s : float
    series_uid, study_uid, structure_series_uid, frame_of_reference : str
    regions : mapping of str to Mask
        Contour name to true region on the PET's own grid.
    organs : mapping of str to Mask
        Code to true organ with uptake of its own and skeleton, on that grid: what is drawn for this PET.
    shown_ml : float
        What the scanner shows of all lesions at SUV 3 without noise [mL].
    """

    activity: Volume
    started_at: datetime
    injected_at: datetime
    injected_mbq: float
    weight_kg: float
    height_m: float
    tracer: str
    nuclide: str
    half_life_s: float
    series_uid: str
    study_uid: str
    structure_series_uid: str
    frame_of_reference: str
    regions: Mapping[str, Mask]
    organs: Mapping[str, Mask]
    shown_ml: float

    def suv_per_bq_ml(self) -> float:
        """Return the factor from Bq/mL to SUV by body weight [g/mL per Bq/mL]."""
        hours = (self.started_at - self.injected_at).total_seconds() / self.half_life_s
        return float(self.weight_kg * 1000 / (self.injected_mbq * 1e6 * 2.0**-hours))
