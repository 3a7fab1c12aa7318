from datetime import datetime, timedelta, timezone

import numpy as np
import pytest

from lutetia.dicom.read import read_ct, read_pet, read_spect, read_structures
from lutetia.dicom.write import SpectAcquisition, uid_of, write_pet, write_spect, write_structures
from lutetia.errors import InputError
from lutetia.volume import Geometry, Volume, rasterise

FRAME = uid_of("test", "frame")
STORED_TO_16_BITS = 1 / 65535
"""Half a step of the largest value, in each direction."""

ANGLE = np.deg2rad(20.0)
GRIDS = {
    "upright": Geometry(shape=(5, 12, 10), spacing_mm=(4.8, 4.8, 4.8), origin_mm=(-1, -2, 3), frame_of_reference=FRAME),
    "anisotropic": Geometry(
        shape=(4, 9, 7), spacing_mm=(5.25, 1.953125, 2.5), origin_mm=(-100.1, 33.3, -812.4), frame_of_reference=FRAME
    ),
    "oblique": Geometry(
        shape=(5, 8, 6),
        spacing_mm=(3.0, 2.0, 4.0),
        origin_mm=(10.0, -20.0, 400.0),
        axes=((0.0, np.sin(ANGLE), np.cos(ANGLE)), (0.0, np.cos(ANGLE), -np.sin(ANGLE)), (1.0, 0.0, 0.0)),
        frame_of_reference=FRAME,
    ),
    "feet to head against the normal": Geometry(
        shape=(5, 8, 6),
        spacing_mm=(3.0, 2.0, 4.0),
        origin_mm=(10.0, -20.0, 400.0),
        axes=((0, 0, -1), (0, 1, 0), (1, 0, 0)),
        frame_of_reference=FRAME,
    ),
    "coronal": Geometry(
        shape=(5, 8, 6),
        spacing_mm=(3.0, 2.0, 4.0),
        axes=((0, 1, 0), (0, 0, -1), (1, 0, 0)),
        frame_of_reference=FRAME,
    ),
}


def at_the_same_places(found, written):
    """Return the values found at the places of the written voxels."""
    index = np.stack(np.meshgrid(*map(np.arange, written.shape), indexing="ij"), axis=-1)
    there = found.geometry.to_index(written.to_patient(index))
    nearest = np.round(there).astype(int)
    assert np.allclose(there, nearest, atol=1e-3), "the grids do not share their voxel centres"
    return found.values[tuple(np.moveaxis(nearest, -1, 0))]


@pytest.mark.parametrize("name", GRIDS)
def test_every_value_comes_back_at_its_place(write_patient, name):
    patient = write_patient(GRIDS[name])
    spect, ct = read_spect(patient.series("spect")), read_ct(patient.series("ct"))
    pet = read_pet(patient.series("pet"))
    assert (at_the_same_places(spect.volume, patient.geometry) == patient.counts.values).all()
    assert (at_the_same_places(ct.volume, patient.geometry) == patient.hounsfield.values).all()
    largest = patient.uptake.values.max()
    assert np.allclose(
        at_the_same_places(pet.volume, patient.geometry), patient.uptake.values, atol=2 * largest * STORED_TO_16_BITS
    )
    for image in (spect, ct, pet):
        assert image.volume.geometry.spacing_mm == pytest.approx(patient.geometry.spacing_mm)
        assert image.frame_of_reference == FRAME


@pytest.mark.parametrize("name", [name for name in GRIDS if "against" not in name])
def test_grids_that_follow_their_normal_come_back_as_they_were(write_patient, name):
    patient = write_patient(GRIDS[name])
    for part, read in (("spect", read_spect), ("ct", read_ct), ("pet", read_pet)):
        assert read(patient.series(part)).volume.geometry.matches(patient.geometry)


@pytest.mark.parametrize("name", GRIDS)
def test_the_contours_of_a_mask_give_the_mask_back(write_patient, name):
    patient = write_patient(GRIDS[name])
    image = read_spect(patient.series("spect"))
    structures = read_structures(patient.series("rs"), image=image)
    mask = rasterise(structures.regions["kidney_left"], image.volume.geometry)
    found = Volume(values=mask.voxels, geometry=mask.geometry, unit="1")
    assert (at_the_same_places(found, patient.geometry) == patient.kidney.voxels).all()
    assert mask.volume_ml == pytest.approx(patient.kidney.volume_ml)


def test_the_spect_knows_its_times_injection_and_camera(patient):
    image = read_spect(patient.series("spect"))
    winter = timezone(timedelta(hours=1))
    assert image.acquired_at == datetime(2026, 3, 3, 9, 30, 15, tzinfo=winter)
    assert image.acquired_from == "AcquisitionDate and AcquisitionTime"
    assert image.hours_since_administration == pytest.approx(24 + 15 / 3600)
    assert (image.nuclide, image.administered_mbq) == ("Lu-177", 7400.0)
    assert image.decay_state == "as-acquired"
    assert image.duration_s == 1200.0
    assert (image.heads, image.windows_kev, image.stored_as) == (2, ((187.2, 228.8),), "NM")
    assert image.patient_weight_kg == 81.5
    assert image.volume.unit == "count"


def test_the_pet_knows_what_uptake_values_rest_on(patient):
    image = read_pet(patient.series("pet"))
    assert image.administration.nuclide == "Ga-68"
    assert image.administration.administered_mbq == 150.0
    assert image.administration.half_life_s == 4057.7
    assert (image.decay_correction, set(image.decay_factors)) == ("START", {1.0})
    assert (image.patient_weight_kg, image.patient_height_m, image.sex) == (81.5, 1.76, "M")
    assert image.attenuation_corrected is True
    assert image.series_at == image.acquired_at


@pytest.mark.parametrize("unit", ["count", "Bq/mL"])
def test_values_that_are_no_whole_counts_come_back_through_the_value_map(tmp_path, header, patient, unit):
    given = patient.counts.with_values(patient.counts.values * 1517.33, unit)
    write_spect(tmp_path / "other" / "nm.dcm", given, header("other"))
    image = read_spect(patient.series("other"))
    assert image.volume.unit == unit
    assert np.allclose(image.volume.values, given.values, atol=given.values.max() * STORED_TO_16_BITS)


def test_other_cameras_state_their_duration_too(tmp_path, header, patient):
    camera = SpectAcquisition(heads=3, projections_per_head=40, projection_s=12.5)
    write_spect(tmp_path / "other" / "nm.dcm", patient.counts, header("other"), acquisition=camera)
    assert read_spect(patient.series("other")).duration_s == pytest.approx(camera.duration_s)


def test_a_pet_corrected_to_the_injection_carries_its_factor(tmp_path, header, gallium, patient):
    write_pet(tmp_path / "other", patient.uptake, header("other", administered=gallium), decay_correction="ADMIN")
    image = read_pet(patient.series("other"))
    assert image.decay_correction == "ADMIN"
    assert image.decay_factors[0] == pytest.approx(2 ** (3600 / 4057.7))


def test_the_same_patient_is_written_as_the_same_bytes(tmp_path, header, patient):
    write_spect(tmp_path / "again" / "nm.dcm", patient.counts, header("spect"))
    assert (tmp_path / "again" / "nm.dcm").read_bytes() == patient.files("spect")[0].read_bytes()


def test_a_volume_of_another_frame_of_reference_is_not_written(tmp_path, header, patient):
    with pytest.raises(InputError, match="another frame of reference than the header"):
        write_spect(tmp_path / "x.dcm", patient.counts, header("x", frame_of_reference="1.2.3"))


def test_two_regions_of_one_name_are_not_written(tmp_path, header, patient):
    drawn_on = write_spect(tmp_path / "x" / "nm.dcm", patient.counts, header("x"))
    with pytest.raises(ValueError, match="no two of one name"):
        write_structures(tmp_path / "rs.dcm", [patient.kidney, patient.kidney], header("y"), drawn_on=drawn_on)
