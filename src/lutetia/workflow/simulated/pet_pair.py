"""A simulated pair of PET on disk: PET, CT and organs of both days as DICOM, and the truth."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from lutetia.simulation.acquisition import CT_GRID, ct_of, framed
from lutetia.simulation.images import uid
from lutetia.simulation.patient import GA68_HALF_LIFE_S, HEIGHT_M, WEIGHT_KG
from lutetia.simulation.psma_pet import SimulatedDisease, posed
from lutetia.simulation.response_pairs import SimulatedPair
from lutetia.simulation.schedule import PET_STARTS
from lutetia.volume import Geometry, Mask
from lutetia.workflow.new_folder import require_empty
from lutetia.workflow.record.folder import IMAGING

if TYPE_CHECKING:
    from lutetia.dicom.write import Header

TRACER: Final = "[68Ga]Ga-PSMA-11"
INJECTED_MBQ: Final = 150.0
UPTAKE_TIME: Final = timedelta(minutes=60)
DAYS: Final = ("baseline", "follow-up")


def bq_ml_per_suv() -> float:
    """Return the activity concentration at the start of the scan that is an uptake value of 1 [Bq/mL]."""
    left = 2.0 ** (-UPTAKE_TIME.total_seconds() / GA68_HALF_LIFE_S)
    return float(INJECTED_MBQ * 1e6 * left / (WEIGHT_KG * 1000))


def write_pair(folder: Path, pair: SimulatedPair, *, ct_grid: Geometry = CT_GRID) -> Path:
    """Write a pair into a new or empty folder, and return the file of its truth.

    Parameters
    ----------
    folder : Path
        Gets ``imaging/`` with the DICOM files, and ``truth.json``.
    pair : SimulatedPair
    ct_grid : Geometry
        Voxels of both CT.

    Raises
    ------
    lutetia.errors.InputError
        If the folder holds anything or cannot be written.
    """
    require_empty(folder)
    for name, day, started_at in zip(DAYS, (pair.baseline, pair.follow_up), PET_STARTS, strict=True):
        _write_day(folder / IMAGING / name, name, day, started_at, (pair.scenario.seed, ct_grid))
    truth = folder / "truth.json"
    said = {"synthetic": True, "scenario": pair.scenario.name, "shows": pair.scenario.shows, **asdict(pair.truth)}
    truth.write_text(json.dumps(said, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return truth


def _write_day(
    folder: Path, name: str, day: SimulatedDisease, started_at: datetime, made: tuple[int, Geometry]
) -> None:
    from lutetia.dicom.package import pydicom_package
    from lutetia.dicom.write import write_ct, write_pet, write_segmentation

    seed, ct_grid = made
    frame = str(day.suv.geometry.frame_of_reference)
    heads = {
        what: _header(seed, name, what, number, frame, started_at)
        for number, what in enumerate(("PET", "CT", "organs"), start=1)
    }
    pet = write_pet(folder / "pet", day.suv.with_values(day.suv.values * bq_ml_per_suv(), "Bq/mL"), heads["PET"])
    lying = posed(framed(ct_grid, frame), day.motion)
    write_ct(folder / "ct", ct_of(lying, np.random.default_rng(seed)), heads["CT"])
    read = pydicom_package().dcmread
    organs = [mask for mask in day.masks().values() if mask.voxels.any()]
    write_segmentation(
        folder / "organs.dcm",
        [Mask(voxels=mask.voxels, geometry=day.suv.geometry, name=mask.name) for mask in organs],
        heads["organs"],
        source=[read(file, stop_before_pixels=True) for file in pet.files],
        described="True organs of a simulated man",
    )


def _header(seed: int, day: str, what: str, number: int, frame: str, started_at: datetime) -> Header:
    from lutetia.dicom.write import Administered, Header

    given = Administered(
        agent=TRACER, nuclide="Ga-68", activity_mbq=INJECTED_MBQ, at=started_at - UPTAKE_TIME,
        half_life_s=GA68_HALF_LIFE_S,
    )  # fmt: skip
    common: dict[str, Any] = {} if what != "PET" else {"administered": given}
    return Header(
        patient_id=f"SYNTHETIC-{seed}",
        patient_name="SYNTHETIC^PAIR",
        sex="M",
        weight_kg=WEIGHT_KG,
        height_m=HEIGHT_M,
        study_uid=uid(seed, f"{day} study"),
        series_uid=uid(seed, f"{day} {what}"),
        frame_of_reference=frame,
        study_at=started_at,
        acquired_at=started_at,
        series_number=number,
        study_description="SYNTHETIC, simulated by Lutetia",
        series_description=f"SYNTHETIC {what}, {day}",
        **common,
    )
