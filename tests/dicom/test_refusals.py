"""Broken DICOM sets: each one clear message, tested by its words."""

import shutil

import pydicom
import pytest

from lutetia.dicom import DicomInputError
from lutetia.dicom.read import read_ct, read_pet, read_spect, read_structures, scan_folder
from lutetia.dicom.write import uid_of
from lutetia.errors import InputError


def message(action, *args, **kwargs):
    with pytest.raises(DicomInputError) as caught:
        action(*args, **kwargs)
    assert caught.value.exit_code == 2
    assert isinstance(caught.value, InputError)
    assert caught.value.remedy
    return str(caught.value)


def test_a_pet_without_unit_is_refused(patient):
    patient.change("pet", Units=None)
    words = message(read_pet, patient.series("pet"))
    assert "Units is missing: nothing says what the values are" in words
    assert "never guessed from the size of the numbers" in words


@pytest.mark.parametrize("unit", ["PROPCPS", "GML", "CNTS"])
def test_a_unit_that_is_no_activity_is_refused(patient, unit):
    patient.change("pet", Units=unit)
    words = message(read_pet, patient.series("pet"))
    assert f"Units is '{unit}', which is no activity per volume" in words
    assert "Export the reconstruction in Bq/ml" in words


def test_a_spect_value_map_in_another_unit_is_refused(patient, tmp_path, header):
    from lutetia.dicom.write import write_spect

    write_spect(tmp_path / "suv" / "nm.dcm", patient.counts.with_values(patient.counts.values * 0.37), header("suv"))

    def suv(dataset):
        dataset.RealWorldValueMappingSequence[0].MeasurementUnitsCodeSequence[0].CodeValue = "g/ml{SUVbw}"

    patient.change("suv", RealWorldValueMappingSequence=suv)
    assert "in 'g/ml{suvbw}', neither counts nor Bq/ml" in message(read_spect, patient.series("suv"))


def test_a_ct_in_place_of_a_spect_is_refused(patient):
    words = message(read_spect, patient.series("ct"))
    assert "a SPECT is needed, and this is CT (modality CT" in words


def test_a_spect_in_place_of_a_ct_is_refused(patient):
    assert "a CT is needed, and this is SPECT (modality NM" in message(read_ct, patient.series("spect"))


def test_projections_are_refused_with_what_to_do(patient):
    patient.change("spect", ImageType=["ORIGINAL", "PRIMARY", "TOMO", "EMISSION"])
    words = message(read_spect, patient.series("spect"))
    assert "this is projections" in words
    assert "reconstructed with attenuation and scatter correction" in words


def test_truncated_pixel_data_are_refused(patient):
    dataset = pydicom.dcmread(patient.files("ct")[2])
    dataset.PixelData = dataset.PixelData[:100]
    dataset.save_as(patient.files("ct")[2], enforce_file_format=True)
    words = message(read_ct, patient.series("ct"))
    assert "the pixel data of ct0003.dcm are truncated: 100 of 240 bytes" in words


def test_a_file_cut_off_while_copying_is_refused(patient):
    path = patient.files("spect")[0]
    path.write_bytes(path.read_bytes()[:-300])
    words = message(read_spect, patient.series("spect"))
    assert "nm.dcm" in words
    assert "truncated" in words


def test_a_missing_slice_in_the_middle_is_refused(patient):
    patient.files("ct")[2].unlink()
    words = message(read_ct, patient.series("ct"))
    assert "a slice is missing: after" in words
    assert "a gap of 9.60 mm, where the spacing is 4.80 mm" in words


def test_missing_slices_at_the_end_of_a_pet_are_refused(patient):
    patient.files("pet")[-1].unlink()
    assert "slices are missing: 4 of the 5 that NumberOfSlices states" in message(read_pet, patient.series("pet"))


def test_every_second_slice_missing_is_noticed_where_the_spacing_is_stated(patient):
    patient.change("ct", SpacingBetweenSlices="4.8")
    for n in (1, 3):
        patient.files("ct")[n - (n > 1)].unlink()
    words = message(read_ct, patient.series("ct"))
    assert "the slices lie 9.60 mm apart, and SpacingBetweenSlices says 4.80 mm" in words


def test_a_multi_frame_spect_with_missing_frames_is_refused(patient):
    patient.change("spect", NumberOfSlices=7)
    assert "5 frames for 7 slices" in message(read_spect, patient.series("spect"))


def test_two_slices_at_one_place_are_refused(patient):
    copy = patient.folder / "ct" / "zz.dcm"
    shutil.copy(patient.files("ct")[1], copy)
    dataset = pydicom.dcmread(copy)
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = "2.25.99"
    dataset.save_as(copy, enforce_file_format=True)
    assert "two slices lie at the same place" in message(read_ct, patient.series("ct"))


def test_a_localiser_in_the_series_is_refused(patient):
    patient.change("ct", only=[0], ImageOrientationPatient=["0", "1", "0", "0", "0", "-1"])
    words = message(read_ct, patient.series("ct"))
    assert "1 of 5 slices have another ImageOrientationPatient than the rest" in words


def test_a_tilted_gantry_is_refused(patient):
    for n in range(5):
        x, y, z = pydicom.dcmread(patient.files("ct")[n]).ImagePositionPatient
        patient.change("ct", only=[n], ImagePositionPatient=[x, y + 1.2 * n, z])
    words = message(read_ct, patient.series("ct"))
    assert "the slices are sheared: they leave their common normal by 4.8 mm" in words
    assert "Reconstruct without gantry tilt" in words


def test_a_structure_set_of_another_frame_of_reference_is_refused(patient):
    def elsewhere(dataset):
        dataset.StructureSetROISequence[0].ReferencedFrameOfReferenceUID = uid_of("elsewhere")

    patient.change("rs", StructureSetROISequence=elsewhere)
    image = read_spect(patient.series("spect"))
    words = message(read_structures, patient.series("rs"), image=image)
    assert "its frame of reference is not that of the image series" in words
    assert "The same millimetres mean another place in the patient" in words


@pytest.mark.parametrize(
    ("part", "read"), [("ct", read_ct), ("pet", read_pet), ("spect", read_spect), ("rs", read_structures)]
)
def test_another_patient_is_refused_without_naming_either(patient, part, read):
    words = message(read, patient.series(part), expected_patient_id="P-042")
    assert "its patient id is not the one of the course" in words
    assert "series 2.25." in words
    assert "Take the images of this patient, or correct the patient id in the course" in words
    assert "P-042" not in words
    assert "SIM-001" not in words


def test_nobody_s_images_are_refused_where_a_patient_is_expected(patient):
    patient.change("ct", PatientID="")
    assert "it carries no patient id" in message(read_ct, patient.series("ct"), expected_patient_id="SIM-001")


def test_structures_of_another_patient_than_the_image_are_refused(patient):
    patient.change("rs", PatientID="SIM-002")
    image = read_spect(patient.series("spect"))
    assert "its patient id is not that of the image" in message(read_structures, patient.series("rs"), image=image)


@pytest.mark.parametrize("weight", ["7", "815", "-80"])
def test_an_absurd_weight_is_refused(patient, weight):
    patient.change("spect", PatientWeight=weight)
    words = message(read_spect, patient.series("spect"))
    assert f"PatientWeight is {weight} kg, outside 30 to 300 kg" in words
    assert "State the weight of that day in the course" in words


def test_a_weight_of_zero_is_a_weight_not_entered(patient):
    patient.change("pet", PatientWeight="0")
    assert read_pet(patient.series("pet")).patient_weight_kg is None


@pytest.mark.parametrize(("part", "read"), [("ct", read_ct), ("pet", read_pet), ("spect", read_spect)])
def test_a_clock_time_without_zone_is_refused(patient, part, read):
    patient.change(part, TimezoneOffsetFromUTC=None)
    words = message(read, patient.series(part))
    assert "is a clock time without a time zone" in words
    assert "Write 'timezone: Europe/Paris'" in words


def test_a_scan_before_the_injection_is_refused(patient):
    patient.change("spect", AcquisitionDate="20260301")
    words = message(read_spect, patient.series("spect"))
    assert "the scan lies 24.00 h before the administration" in words
    assert "shifted by de-identification" in words


def test_a_scan_many_half_lives_after_the_injection_is_refused(patient):
    patient.change("spect", AcquisitionDate="20270303")
    assert "more than ten half-lives" in message(read_spect, patient.series("spect"))


def test_a_spect_without_acquisition_time_is_refused(patient):
    patient.change("spect", AcquisitionTime=None)
    words = message(read_spect, patient.series("spect"))
    assert "AcquisitionDate and AcquisitionTime are missing" in words
    assert "State 'acquired_at' of this scan in the course" in words


def test_an_impossible_date_is_refused(patient):
    for path in patient.files("ct"):
        path.write_bytes(path.read_bytes().replace(b"093015.000000", b"256100.000000"))
    assert "'20260303 256100.000000' is not a time of the calendar" in message(read_ct, patient.series("ct"))


def test_a_spect_without_position_is_refused(patient):
    def forget(dataset):
        for detector in dataset.DetectorInformationSequence:
            del detector.ImagePositionPatient

    patient.change("spect", DetectorInformationSequence=forget)
    words = message(read_spect, patient.series("spect"))
    assert "ImagePositionPatient stand neither at the top of the header nor in the detector sequence" in words


def test_a_ct_not_in_hounsfield_units_is_refused(patient):
    patient.change("ct", RescaleType="US")
    assert "its values are 'US' (RescaleType), not HU" in message(read_ct, patient.series("ct"))


def test_a_ct_without_slope_is_refused(patient):
    patient.change("ct", only=[1], RescaleSlope=None)
    assert "ct0002.dcm has no RescaleSlope" in message(read_ct, patient.series("ct"))


def test_a_dynamic_pet_is_refused(patient):
    patient.change("pet", SeriesType=["DYNAMIC", "IMAGE"])
    assert "it is a dynamic series" in message(read_pet, patient.series("pet"))


def test_two_reconstructions_in_one_series_are_refused(patient):
    copy = patient.folder / "spect" / "second.dcm"
    dataset = pydicom.dcmread(patient.files("spect")[0])
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = "2.25.77"
    dataset.save_as(copy, enforce_file_format=True)
    assert "the series holds 2 reconstructions" in message(read_spect, patient.series("spect"))


def test_contradicting_evidence_of_what_it_is_is_refused_by_both_readers(patient):
    patient.change("pet", Manufacturer="SIEMENS NM")
    for read in (read_pet, read_spect):
        words = message(read, patient.series("pet"))
        assert "for SPECT: a gamma camera's manufacturer entry; for PET: Ga-68, energy window 435-650 keV" in words


def test_pixels_that_need_a_missing_decoder_are_refused(patient):
    path = patient.files("ct")[0]
    dataset = pydicom.dcmread(path)
    dataset.file_meta.TransferSyntaxUID = pydicom.uid.JPEG2000Lossless
    dataset.PixelData = pydicom.encaps.encapsulate([b"\xff\x4f\xff\x51" + bytes(60)])
    dataset["PixelData"].is_undefined_length = True
    dataset.save_as(path, enforce_file_format=True)
    words = message(read_ct, patient.series("ct"))
    assert "cannot be decoded" in words
    assert "Export the series uncompressed" in words


def test_a_missing_folder_is_told(tmp_path):
    assert "there is no such folder or file" in message(scan_folder, tmp_path / "nothing")


def test_two_regions_of_one_name_are_refused(patient):
    def double(dataset):
        for sequence, number in (
            ("StructureSetROISequence", "ROINumber"),
            ("ROIContourSequence", "ReferencedROINumber"),
        ):
            items = dataset[sequence].value
            twin = pydicom.Dataset()
            twin.update({element.tag: element for element in items[0]})
            setattr(twin, number, 2)
            items.append(twin)

    patient.change("rs", StructureSetROISequence=double)
    assert "two regions are called 'kidney_left'" in message(read_structures, patient.series("rs"))


def test_a_contour_cut_off_is_refused(patient):
    def cut(dataset):
        contour = dataset.ROIContourSequence[0].ContourSequence[0]
        contour.ContourData = list(contour.ContourData)[:-3]

    patient.change("rs", ROIContourSequence=cut)
    assert "a contour of 'kidney_left' is cut off" in message(read_structures, patient.series("rs"))


def test_a_word_in_place_of_a_number_is_refused(patient):
    path = patient.files("ct")[0]
    path.write_bytes(path.read_bytes().replace(b"-1024 ", b"minus ").replace(b"-1024.0 ", b"minus1k "))
    assert "RescaleIntercept is not a number" in message(read_ct, patient.series("ct"))


def test_no_message_carries_an_absolute_path(patient):
    patient.files("ct")[2].unlink()
    assert str(patient.folder) not in message(read_ct, patient.series("ct"))


@pytest.mark.parametrize("keyword", ["PatientWeight", "Rows", "BitsAllocated"])
def test_two_values_where_one_is_meant_are_refused(patient, keyword):
    dataset = pydicom.dcmread(patient.files("pet")[0])
    setattr(dataset, keyword, [6, 8])
    dataset.save_as(patient.files("pet")[0])
    with pytest.raises(DicomInputError, match=f"{keyword} has 2 values where one is meant"):
        read_pet(scan_folder(patient.files("pet")[0].parent)[0])
