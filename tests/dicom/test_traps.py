"""Header traps of clinical files: what is read, and what is left open for a person to settle."""

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import numpy as np
import pydicom
import pytest

from lutetia.dicom import DicomInputError
from lutetia.dicom.read import Stated, read_ct, read_pet, read_spect, read_structures
from lutetia.volume import rasterise

PARIS = ZoneInfo("Europe/Paris")


def image_as(patient, **attributes):
    patient.change("spect", **attributes)
    return read_spect(patient.series("spect"))


# decay


def test_corrected_to_administration_with_a_factor_of_one_is_left_open(patient, as_spect_stored_as_pet):
    image = read_spect(as_spect_stored_as_pet(patient))
    assert image.decay_state is None
    assert "DecayCorrection is ADMIN, and DecayFactor is 1" in image.decay_found
    assert f"asks for {2 ** (86_400 / 574_300):.4f}" in image.decay_found
    assert image.stored_as == "PT"
    assert image.volume.unit == "Bq/mL"


@pytest.mark.parametrize(
    ("attributes", "state"),
    [
        ({"DecayCorrection": "ADMIN", "DecayFactor": "1.1098"}, "to-administration"),
        ({"DecayCorrection": "ADMIN", "DecayFactor": None}, "to-administration"),
        ({"DecayCorrection": "ADMIN", "DecayFactor": "1.3"}, None),
        ({"DecayCorrection": "START", "DecayFactor": "1.0009"}, "to-acquisition-start"),
        ({"DecayCorrection": "START", "DecayFactor": "1.1098"}, None),
        ({"DecayCorrection": "NONE", "DecayFactor": "1"}, None),
        ({"DecayCorrection": "NONE", "DecayFactor": "1", "CorrectedImage": ["ATTN"]}, "as-acquired"),
        ({"DecayCorrection": "NONE", "DecayFactor": "1.1", "CorrectedImage": ["ATTN"]}, None),
        ({"DecayCorrection": "ADMIN", "DecayFactor": "1.1098", "CorrectedImage": ["ATTN"]}, None),
        ({"DecayCorrection": "OTHER", "DecayFactor": "1"}, None),
        ({"DecayCorrection": None, "DecayFactor": None}, None),
    ],
)
def test_the_decay_state_is_what_all_witnesses_agree_on(patient, as_spect_stored_as_pet, attributes, state):
    image = read_spect(as_spect_stored_as_pet(patient, **attributes))
    assert image.decay_state == state
    assert image.decay_found


def test_a_spect_that_lists_a_decay_correction_does_not_say_to_when(patient):
    image = image_as(patient, CorrectedImage=["ATTN", "SCAT", "DECY"])
    assert image.decay_state is None
    assert "nothing says to which time" in image.decay_found


def test_a_spect_silent_on_decay_is_left_open(patient):
    image = image_as(patient, CorrectedImage=None)
    assert image.decay_state is None
    assert "does not say whether" in image.decay_found


# geometry of multi-frame objects


def test_position_at_the_top_of_the_header_is_read_as_well(patient):
    def move_up(dataset):
        first = dataset.DetectorInformationSequence[0]
        dataset.ImagePositionPatient = first.ImagePositionPatient
        dataset.ImageOrientationPatient = first.ImageOrientationPatient
        for detector in dataset.DetectorInformationSequence:
            del detector.ImagePositionPatient, detector.ImageOrientationPatient

    image = image_as(patient, DetectorInformationSequence=move_up)
    assert image.volume.geometry.matches(patient.geometry)


def test_a_negative_spacing_stacks_against_the_normal(patient):
    image = image_as(patient, SpacingBetweenSlices="-4.8")
    assert (image.volume.values == patient.counts.values[::-1]).all()
    expected = np.array(patient.geometry.origin_mm) - (0, 0, 4 * 4.8)
    assert image.volume.geometry.origin_mm == pytest.approx(expected)
    marked = np.unravel_index(image.volume.values.argmax(), image.volume.values.shape)
    assert image.volume.geometry.to_patient(marked) == pytest.approx(patient.geometry.to_patient((0, 1, 2)))


def test_frames_follow_the_slice_vector(patient):
    image = image_as(patient, SliceVector=[5, 4, 3, 2, 1])
    assert (image.volume.values == patient.counts.values[::-1]).all()


def test_a_slice_vector_that_repeats_is_refused(patient):
    patient.change("spect", SliceVector=[1, 2, 3, 1, 2])
    with pytest.raises(DicomInputError, match="SliceVector does not number each frame once"):
        read_spect(patient.series("spect"))


def test_without_a_spacing_slices_touch_and_the_note_says_so(patient):
    image = image_as(patient, SpacingBetweenSlices=None)
    assert image.volume.geometry.spacing_mm[0] == 4.8
    assert any("taken to touch" in note for note in image.notes)


def test_without_a_frame_of_reference_an_image_shares_its_place_with_no_other(patient):
    image = image_as(patient, FrameOfReferenceUID=None)
    assert image.frame_of_reference == image.series_uid
    assert any("shares its coordinates with no other series" in note for note in image.notes)


def test_a_rescale_slope_scales_counts(patient):
    image = image_as(patient, RescaleSlope="0.5", RescaleIntercept="0")
    assert np.allclose(image.volume.values, patient.counts.values / 2)
    assert image.volume.unit == "count"


# duration


def rotation(**values):
    def change(dataset):
        for keyword, value in values.items():
            setattr(dataset.RotationInformationSequence[0], keyword, value)

    return change


@pytest.mark.parametrize(
    ("attributes", "words"),
    [
        ({"NumberOfDetectors": 1}, "two-headed cameras may write one"),
        ({"RotationInformationSequence": rotation(ScanArc="360", NumberOfFramesInRotation=96)}, "cannot be told"),
        ({"RotationInformationSequence": rotation(NumberOfFramesInRotation=96)}, "cannot be told"),
        ({"RotationInformationSequence": rotation(ActualFrameDuration=None)}, "is missing"),
        ({"NumberOfDetectors": 3}, "counted per head is not said"),
        ({"RotationInformationSequence": None}, "no rotations are described"),
    ],
)
def test_a_duration_with_two_readings_is_left_open(patient, attributes, words):
    image = image_as(patient, **attributes)
    assert image.duration_s is None
    assert words in image.duration_found


# times


def test_the_acquisition_decides_and_a_later_series_time_is_noted(patient):
    image = image_as(patient, SeriesDate="20260305", SeriesTime="101500")
    assert image.acquired_at.day == 3
    assert any("the series time lies 48.7" in note for note in image.notes)


def test_a_study_of_several_days_is_noted(patient):
    image = image_as(patient, StudyDate="20260302")
    assert image.acquired_at.day == 3
    assert any("the study date is another day" in note for note in image.notes)


def test_the_earliest_slice_is_the_start_of_a_pet(patient):
    patient.change("pet", only=[3], AcquisitionTime="092000")
    image = read_pet(patient.series("pet"))
    assert (image.acquired_at.hour, image.acquired_at.minute) == (9, 20)


def test_a_pet_without_acquisition_time_uses_its_series_time_and_says_so(patient):
    patient.change("pet", AcquisitionTime=None, AcquisitionDate=None)
    image = read_pet(patient.series("pet"))
    assert image.acquired_from == "SeriesDate and SeriesTime, as no acquisition time is given"


def test_a_stated_zone_is_read_into_clock_times_without_one(patient):
    patient.change("spect", TimezoneOffsetFromUTC=None)
    image = read_spect(patient.series("spect"), timezone=PARIS)
    assert image.acquired_at.utcoffset() == timedelta(hours=1)


def test_the_header_s_own_offset_comes_before_the_stated_zone(patient):
    patient.change("spect", TimezoneOffsetFromUTC="-0500")
    image = read_spect(patient.series("spect"), timezone=PARIS)
    assert image.acquired_at == datetime(2026, 3, 3, 9, 30, 15, tzinfo=timezone(timedelta(hours=-5)))


def test_hours_are_right_over_the_night_when_summer_time_begins(patient):
    def on_saturday(dataset):
        dataset.RadiopharmaceuticalInformationSequence[0].RadiopharmaceuticalStartDateTime = "20260328120000"

    patient.change(
        "spect",
        TimezoneOffsetFromUTC=None,
        AcquisitionDate="20260329",
        AcquisitionTime="120000",
        RadiopharmaceuticalInformationSequence=on_saturday,
    )
    assert read_spect(patient.series("spect"), timezone=PARIS).hours_since_administration == pytest.approx(23.0)
    stated = Stated(
        timezone=PARIS,
        acquired_at=datetime(2026, 3, 29, 12, tzinfo=PARIS),
        administered_at=datetime(2026, 3, 28, 12, tzinfo=PARIS),
    )
    assert read_spect(patient.series("spect"), stated=stated).hours_since_administration == pytest.approx(23.0)


def test_a_clock_time_shown_twice_in_the_night_of_the_change_is_refused(patient):
    patient.change("spect", TimezoneOffsetFromUTC=None, AcquisitionDate="20261025", AcquisitionTime="023000")
    with pytest.raises(DicomInputError, match="the hour in which the clocks were changed"):
        read_spect(patient.series("spect"), timezone=PARIS)


def test_a_clock_time_of_injection_alone_is_the_last_one_before_a_pet(patient):
    def over_midnight(dataset):
        item = dataset.RadiopharmaceuticalInformationSequence[0]
        del item.RadiopharmaceuticalStartDateTime
        item.RadiopharmaceuticalStartTime = "233000"

    patient.change("pet", RadiopharmaceuticalInformationSequence=over_midnight, AcquisitionTime="003000")
    image = read_pet(patient.series("pet"))
    assert image.administration.administered_at.isoformat() == "2026-03-02T23:30:00+01:00"
    assert any("clock time only" in note for note in image.notes)


def test_a_clock_time_of_injection_alone_is_no_day_for_a_spect_of_days_later(patient):
    def forget_day(dataset):
        del dataset.RadiopharmaceuticalInformationSequence[0].RadiopharmaceuticalStartDateTime

    image = image_as(patient, RadiopharmaceuticalInformationSequence=forget_day)
    assert image.administered_at is None
    assert image.hours_since_administration is None


def test_an_empty_radiopharmaceutical_sequence_leaves_the_injection_unknown(patient):
    image = image_as(patient, RadiopharmaceuticalInformationSequence=[])
    assert (image.nuclide, image.administered_mbq, image.administered_at) == (None, None, None)


# what a person states comes before the header


def test_stated_times_settle_header_times_that_have_no_zone(patient):
    def forget_offset(dataset):
        dataset.RadiopharmaceuticalInformationSequence[0].RadiopharmaceuticalStartDateTime = "20260302093000"

    patient.change("spect", TimezoneOffsetFromUTC=None, RadiopharmaceuticalInformationSequence=forget_offset)
    stated = Stated(
        acquired_at=datetime(2026, 3, 3, 9, 30, tzinfo=PARIS), administered_at=datetime(2026, 3, 2, 9, 30, tzinfo=PARIS)
    )
    image = read_spect(patient.series("spect"), stated=stated)
    assert (image.acquired_from, image.hours_since_administration) == ("stated by the course", 24.0)


def test_what_the_course_states_is_used_and_the_difference_is_noted(patient):
    patient.change("spect", PatientWeight="815")
    winter = timezone(timedelta(hours=1))
    stated = Stated(
        patient_id="SIM-001",
        acquired_at=datetime(2026, 3, 3, 11, 30, 15, tzinfo=winter),
        administered_at=datetime(2026, 3, 2, 10, 0, 15, tzinfo=winter),
        administered_mbq=7312.0,
        weight_kg=81.5,
    )
    image = read_spect(patient.series("spect"), stated=stated)
    assert image.hours_since_administration == pytest.approx(25.5)
    assert (image.administered_mbq, image.patient_weight_kg) == (7312.0, 81.5)
    assert any("the scan 2.00 h away from the course's time" in note for note in image.notes)
    assert any("the administration 0.50 h away from the course's" in note for note in image.notes)


def test_a_stated_activity_settles_what_the_header_cannot(patient):
    def in_mbq(dataset):
        dataset.RadiopharmaceuticalInformationSequence[0].RadionuclideTotalDose = "150"

    patient.change("pet", RadiopharmaceuticalInformationSequence=in_mbq)
    image = read_pet(patient.series("pet"), stated=Stated(administered_mbq=150.0))
    assert image.administration.administered_mbq == 150.0


def test_attenuation_listed_without_a_method_is_reported(patient):
    patient.change("pet", AttenuationCorrectionMethod=None)
    image = read_pet(patient.series("pet"))
    assert image.attenuation_corrected is None
    assert any("no AttenuationCorrectionMethod" in note for note in image.notes)


# slices


def test_hundredths_of_a_millimetre_at_bed_joins_are_no_missing_slice(patient):
    x, y, z = pydicom.dcmread(patient.files("pet")[4]).ImagePositionPatient
    patient.change("pet", only=[4], ImagePositionPatient=[x, y, z + 0.08])
    assert read_pet(patient.series("pet")).volume.geometry.spacing_mm[0] == pytest.approx(4.82)


def test_padding_outside_the_scanner_s_circle_is_air(patient):
    def corner(dataset):
        dataset.add_new("PixelPaddingValue", "SS", -2000)
        values = dataset.pixel_array.copy()
        values[0, 0] = -2000
        dataset.PixelData = values.tobytes()

    patient.change("ct", PixelPaddingValue=corner)
    image = read_ct(patient.series("ct"))
    assert image.volume.values[0, 0, 0] == -1000.0
    assert any("read as air" in note for note in image.notes)


def test_points_and_open_lines_are_left_out_and_noted(patient):
    def open_one(dataset):
        dataset.ROIContourSequence[0].ContourSequence[0].ContourGeometricType = "OPEN_PLANAR"

    patient.change("rs", ROIContourSequence=open_one)
    structures = read_structures(patient.series("rs"))
    assert any("open lines are not regions" in note for note in structures.notes)


def test_structures_know_the_distance_between_the_slices_they_were_drawn_on(patient):
    image = read_spect(patient.series("spect"))
    region = read_structures(patient.series("rs"), image=image).regions["kidney_left"]
    assert region.slab_mm == pytest.approx(4.8)
    assert rasterise(region, image.volume.geometry).volume_ml == pytest.approx(patient.kidney.volume_ml)


def test_a_printed_image_shows_neither_voxels_nor_the_patient_s_id(patient):
    words = repr(read_spect(patient.series("spect")))
    assert "SIM-001" not in words
    assert "array" not in words


def test_a_clock_time_of_injection_is_read_in_the_zone_of_its_own_day(patient):
    def before_midnight(dataset):
        item = dataset.RadiopharmaceuticalInformationSequence[0]
        del item.RadiopharmaceuticalStartDateTime
        item.RadiopharmaceuticalStartTime = "230000"

    patient.change(
        "pet",
        RadiopharmaceuticalInformationSequence=before_midnight,
        TimezoneOffsetFromUTC=None,
        AcquisitionDate="20261025",
        AcquisitionTime="040000",
    )
    image = read_pet(patient.series("pet"), timezone=PARIS)
    waited = image.acquired_at - image.administration.administered_at
    assert waited == timedelta(hours=6), "summer time ended in that night"


def test_contours_on_every_second_slice_are_filled_between_and_noted(patient):
    def thin_out(dataset):
        drawn = dataset.ROIContourSequence[0].ContourSequence
        drawn[:] = [c for c in drawn if round((float(c.ContourData[2]) - 100.125) / 4.8) % 2 == 0]

    patient.change("rs", ROIContourSequence=thin_out)
    image = read_spect(patient.series("spect"))
    structures = read_structures(patient.series("rs"), image=image)
    filled = rasterise(structures.regions["kidney_left"], image.volume.geometry).voxels
    assert filled.any(axis=(1, 2)).all()
    assert (filled[::2] == patient.kidney.voxels[::2]).all()
    assert structures.notes == (
        "'kidney_left' is drawn on one slice in 2 only; those between are filled from the nearest",
    )


def test_coordinates_that_are_no_numbers_are_refused(patient):
    path = patient.files("rs")[0]
    text = path.read_bytes()
    at = text.index(b"\\", text.index(b"CLOSED_PLANAR"))
    path.write_bytes(text[: at + 1] + b"x" + text[at + 2 :])
    with pytest.raises(DicomInputError, match="ContourData is not a number"):
        read_structures(patient.series("rs"))
