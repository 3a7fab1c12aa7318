"""What is written passes an independent validator of the standard, where it is installed."""

import shutil
import subprocess

import pytest

needs_dciodvfy = pytest.mark.skipif(shutil.which("dciodvfy") is None, reason="dciodvfy (dicom3tools) is not installed")


@needs_dciodvfy
@pytest.mark.parametrize("part", ["spect", "ct", "pet", "rs"])
def test_dciodvfy_finds_no_error_in_what_is_written(patient, part):
    written = patient.files(part)
    assert written
    for path in written:
        told = subprocess.run(["dciodvfy", str(path)], capture_output=True, text=True, check=False)
        lines = (told.stdout + told.stderr).splitlines()
        assert [line for line in lines if line.startswith("Error")] == []


@needs_dciodvfy
def test_dciodvfy_finds_no_error_in_a_spect_with_a_value_map(patient, tmp_path, header):
    from lutetia.dicom.write import write_spect

    given = patient.counts.with_values(patient.counts.values * 0.77, "Bq/mL")
    write_spect(tmp_path / "map" / "nm.dcm", given, header("map", administered=None))
    told = subprocess.run(["dciodvfy", tmp_path / "map" / "nm.dcm"], capture_output=True, text=True, check=False)
    assert "Error" not in told.stdout + told.stderr
