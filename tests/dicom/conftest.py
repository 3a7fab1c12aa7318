"""A small simulated patient on disk, and ways to break it."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pydicom
import pytest

from lutetia.dicom.read import scan_folder
from lutetia.dicom.write import (
    Administered,
    Header,
    uid_of,
    write_ct,
    write_pet,
    write_spect,
    write_structures,
)
from lutetia.volume import Geometry, Mask, Volume

WINTER = timezone(timedelta(hours=1))
FRAME = uid_of("test", "frame")
PATIENT = "SIM-001"


@dataclass(frozen=True)
class Patient:
    """What was written, and where."""

    folder: Path
    geometry: Geometry
    counts: Volume
    hounsfield: Volume
    uptake: Volume
    kidney: Mask

    def series(self, part):
        """Return the one series below a part of the folder."""
        found = scan_folder(self.folder / part)
        assert len(found) == 1, [s.kind for s in found]
        return found[0]

    def change(self, part, *, only=None, **attributes):
        """Set attributes in the files of a part; None deletes."""
        for n, path in enumerate(sorted((self.folder / part).glob("*.dcm"))):
            if only is not None and n not in only:
                continue
            dataset = pydicom.dcmread(path)
            for keyword, value in attributes.items():
                if callable(value):
                    value(dataset)
                elif value is None:
                    del dataset[keyword]
                else:
                    setattr(dataset, keyword, value)
            dataset.save_as(path, enforce_file_format=True)

    def files(self, part):
        """Return the files of a part in order."""
        return sorted((self.folder / part).glob("*.dcm"))


@pytest.fixture
def header():
    """Return a function that makes a header for a named series."""
    lutetium = Administered(
        agent="[177Lu]Lu-PSMA-617",
        nuclide="Lu-177",
        activity_mbq=7400.0,
        at=datetime(2026, 3, 2, 9, 30, tzinfo=WINTER),
        half_life_s=574_300.0,
    )

    def make(name, **other):
        plain = Header(
            patient_id=PATIENT,
            patient_name="Simulated^Patient",
            birth_date=date(1950, 5, 17),
            sex="M",
            weight_kg=81.5,
            height_m=1.76,
            study_uid=uid_of("test", "study"),
            series_uid=uid_of("test", name),
            frame_of_reference=FRAME,
            study_at=datetime(2026, 3, 3, 8, 45, tzinfo=WINTER),
            acquired_at=datetime(2026, 3, 3, 9, 30, 15, tzinfo=WINTER),
            study_description="Simulated",
            series_description=name,
            administered=lutetium,
        )
        return replace(plain, **other)

    return make


@pytest.fixture
def gallium():
    """Return the administration before a PET."""
    return Administered(
        agent="68Ga-PSMA-11",
        nuclide="Ga-68",
        activity_mbq=150.0,
        at=datetime(2026, 3, 3, 8, 30, 15, tzinfo=WINTER),
        half_life_s=4057.7,
    )


def asymmetric(geometry, seed=2):
    """Return values without any symmetry, one corner marked."""
    values = np.random.default_rng(seed).poisson(20.0, size=geometry.shape).astype(np.float64)
    values[0, 1, 2] = 500.0
    return values


@pytest.fixture
def write_patient(tmp_path, header, gallium):
    """Return a function that writes SPECT, CT, PET and structures of one small patient on a grid."""

    def write(geometry=None):
        grid = geometry or Geometry(
            shape=(5, 12, 10), spacing_mm=(4.8, 4.0, 3.0), origin_mm=(-20.5, -31.25, 100.125), frame_of_reference=FRAME
        )
        values = asymmetric(grid)
        counts = Volume(values=values, geometry=grid, unit="count")
        hounsfield = counts.with_values(np.round(values) - 1000.0, "HU")
        uptake = counts.with_values(values * 1234.5, "Bq/mL")
        kidney = Mask(voxels=np.random.default_rng(8).random(grid.shape) > 0.6, geometry=grid, name="kidney_left")
        drawn_on = write_spect(tmp_path / "spect" / "nm.dcm", counts, header("spect"))
        write_ct(tmp_path / "ct", hounsfield, header("ct"))
        write_pet(tmp_path / "pet", uptake, header("pet", administered=gallium))
        write_structures(tmp_path / "rs" / "rs.dcm", [kidney], header("rs"), drawn_on=drawn_on)
        return Patient(tmp_path, grid, counts, hounsfield, uptake, kidney)

    return write


@pytest.fixture
def patient(write_patient):
    """Return the small patient on an upright grid."""
    return write_patient()


@pytest.fixture
def as_spect_stored_as_pet():
    """Return a function that turns the written PET into a SPECT stored as PET, as one vendor does."""

    def change(patient, **other):
        def lutetium(dataset):
            item = dataset.RadiopharmaceuticalInformationSequence[0]
            item.RadionuclideCodeSequence[0].CodeMeaning = "177 Lutetium"
            item.Radiopharmaceutical = ""
            item.RadionuclideTotalDose = "7400000000"
            item.RadionuclideHalfLife = "574300"
            item.RadiopharmaceuticalStartDateTime = "20260302093015+0100"
            window = dataset.EnergyWindowRangeSequence[0]
            window.EnergyWindowLowerLimit, window.EnergyWindowUpperLimit = "187.56", "229.24"

        given = {
            "Manufacturer": "SIEMENS NM",
            "CollimatorType": "PARA",
            "CorrectedImage": ["UNIF", "ATTN", "SCAT", "DECY"],
            "DecayCorrection": "ADMIN",
            "DecayFactor": "1",
        }
        patient.change("pet", RadiopharmaceuticalInformationSequence=lutetium, **{**given, **other})
        return patient.series("pet")

    return change
