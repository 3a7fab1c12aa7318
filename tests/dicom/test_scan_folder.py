import shutil

import pytest

from lutetia.dicom import DicomInputError
from lutetia.dicom.read import read_ct, scan_folder


def test_a_folder_of_everything_is_told_apart(patient):
    kinds = {series.kind: len(series.files) for series in scan_folder(patient.folder)}
    assert kinds == {"CT": 5, "PET": 5, "SPECT": 1, "structures": 1}


def test_files_that_are_no_dicom_are_passed_over(patient):
    (patient.folder / "notes.txt").write_text("not an image")
    (patient.folder / "empty").touch()
    (patient.folder / "picture.png").write_bytes(b"\x89PNG" + bytes(300))
    assert len(scan_folder(patient.folder)) == 4


def test_a_damaged_file_is_an_error_or_is_reported(patient):
    broken = patient.folder / "ct" / "broken.dcm"
    broken.write_bytes(patient.files("ct")[0].read_bytes()[:140])
    with pytest.raises(DicomInputError, match=r"broken\.dcm"):
        scan_folder(patient.folder)
    told = []
    found = scan_folder(patient.folder, on_unreadable=lambda path, why: told.append((path.name, why)))
    assert [name for name, _ in told] == ["broken.dcm"]
    assert {series.kind for series in found} == {"CT", "PET", "SPECT", "structures"}


def test_progress_is_told_for_every_file(patient):
    told = []
    scan_folder(patient.folder, on_file=lambda done, total: told.append((done, total)))
    assert told == [(n, 12) for n in range(1, 13)]


def test_a_second_copy_of_a_file_changes_nothing(patient):
    shutil.copytree(patient.folder / "ct", patient.folder / "copy of ct")
    assert [len(s.files) for s in scan_folder(patient.folder) if s.kind == "CT"] == [5]


def test_the_order_of_file_names_does_not_matter(patient):
    before = read_ct(patient.series("ct")).volume.values
    for n, path in enumerate(reversed(patient.files("ct"))):
        path.rename(path.with_name(f"renamed{n}.dcm"))
    assert (read_ct(patient.series("ct")).volume.values == before).all()


def test_a_single_file_may_be_given(patient):
    assert [s.kind for s in scan_folder(patient.files("spect")[0])] == ["SPECT"]


def test_a_lutetium_series_stored_as_pet_is_a_spect(patient, as_spect_stored_as_pet):
    series = as_spect_stored_as_pet(patient)
    assert (series.kind, series.stored_as) == ("SPECT", "PT")
    assert "Lu-177" in series.told_by


@pytest.mark.parametrize("words", ["177 Lutetium", "^177^Lutetium", "Lu-177", "177Lu", "Lutetium-177", "Lu 177"])
def test_every_spelling_of_the_nuclide_is_understood(patient, words):
    def rename(dataset):
        dataset.RadiopharmaceuticalInformationSequence[0].RadionuclideCodeSequence[0].CodeMeaning = words

    patient.change("pet", RadiopharmaceuticalInformationSequence=rename, EnergyWindowRangeSequence=None)
    series = patient.series("pet")
    assert (series.kind, "Lu-177" in series.told_by) == ("SPECT", True)


def test_the_patient_s_id_is_not_in_the_printed_form(patient):
    assert "SIM-001" not in repr(scan_folder(patient.folder))
