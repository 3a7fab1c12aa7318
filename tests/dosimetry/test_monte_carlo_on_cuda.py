"""Photons on a CUDA device: the same histories, tables, batches and refusals. No device is needed here.

The kernels run in numba's simulator, line by line in Python, and are compared with what the cores run compiled; where
the extra ``gpu`` is installed they are also compiled for devices.
"""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from lutetia.dosimetry.monte_carlo import cuda
from lutetia.dosimetry.voxel import MonteCarloEngine
from lutetia.errors import InputError
from lutetia.site import DosimetrySettings, choices_of
from lutetia.workflow.about import about
from lutetia.workflow.dose.settings import CentreChoices

pytest.importorskip("numba")

HERE = Path(__file__)
FLOAT32 = 2.0**-24
"""Half of what a last bit is worth: how far one addition on the cores is rounded."""
ADDITIONS = 100
"""Of rounded numbers to a voxel in the few histories here, whose roundings do not all go one way."""
PLACES = ("expected", "analog")


def followed(folder, device, *threads):
    out = folder / f"{device}{''.join(threads)}.npz"
    simulated = {"NUMBA_ENABLE_CUDASIM": "1", "NUMBA_DISABLE_JIT": "1"} if device == "cuda" else {}
    call = [sys.executable, str(HERE.with_name("followed_batches.py")), device, str(out), *threads]
    subprocess.run(call, env=os.environ | simulated, check=True)
    with np.load(out) as found:
        return dict(found)


@pytest.fixture(scope="module")
def on_cores(tmp_path_factory):
    return followed(tmp_path_factory.mktemp("cores"), "cpu")


@pytest.fixture(scope="module")
def on_device(tmp_path_factory):
    return followed(tmp_path_factory.mktemp("device"), "cuda")


def test_what_is_looked_up_lies_on_the_device_bit_by_bit(on_cores, on_device):
    names = [name for name in on_cores if "." in name]
    assert {"PhotonTables.by_material", "Grid.density_g_ml", "Sources.cumulative", "Emission.energy_kev"} <= {*names}
    for name in names:
        assert on_device[name].dtype == on_cores[name].dtype, name
        assert on_device[name].tobytes() == on_cores[name].tobytes(), name


@pytest.mark.parametrize("how", PLACES)
def test_every_history_carries_out_the_same_energy_after_as_many_random_numbers(on_cores, on_device, how):
    assert np.array_equal(on_device[f"{how} escaped"], on_cores[f"{how} escaped"])
    assert np.array_equal(on_device[f"{how} ended"], on_cores[f"{how} ended"])
    assert 0 < np.count_nonzero(on_cores[f"{how} escaped"]) < len(on_cores[f"{how} escaped"])


@pytest.mark.parametrize("how", PLACES)
def test_voxels_regions_and_what_escapes_agree_to_the_rounding_of_the_cores(on_cores, on_device, how):
    for what in ("total", "square", "energies"):
        mine, theirs = on_device[f"{how} {what}"], on_cores[f"{how} {what}"]
        assert mine == pytest.approx(theirs, rel=ADDITIONS * FLOAT32, abs=0), what
        assert mine.any()


def test_the_number_of_threads_changes_no_bit(on_device, tmp_path):
    other = followed(tmp_path, "cuda", "4", "1")
    assert all(np.array_equal(other[name], on_device[name]) for name in on_device)


def test_a_whole_run_counts_stops_and_states_its_sigma_alike(on_cores, on_device):
    assert np.array_equal(on_device["run counted"], on_cores["run counted"])
    assert on_device["run regions"] == pytest.approx(on_cores["run regions"], rel=ADDITIONS * FLOAT32)
    assert on_device["run kev"] == pytest.approx(on_cores["run kev"], rel=ADDITIONS * FLOAT32)
    difference_of_like_squares = 1e-5
    assert on_device["run sigma"] == pytest.approx(on_cores["run sigma"], rel=difference_of_like_squares)
    assert on_device["run balance"] == pytest.approx(on_cores["run balance"], rel=ADDITIONS * FLOAT32)
    assert str(on_cores["run device"]) == "processor cores"
    assert "simulator" in str(on_device["run device"])


def test_the_kernels_compile_for_devices():
    if importlib.util.find_spec("numba_cuda") is None:
        pytest.skip("numba-cuda, which compiles for CUDA devices, is not installed: pip install 'lutetia[gpu]'")
    call = [sys.executable, str(HERE.parents[2] / "scripts" / "cuda_kernels.py"), "--capability", "8.0"]
    said = subprocess.run(call, check=True, capture_output=True, text=True).stdout
    assert [line.split(":")[0].split() for line in said.splitlines()[1:]] == [
        ["sm_80", name] for name in ("follow", "measure", "collect")
    ]
    assert "0 bytes spilled" in said or "no ptxas" in said


@pytest.fixture
def without_device(monkeypatch):
    monkeypatch.setattr(cuda, "usable_device", lambda: None)


def test_a_device_that_is_not_there_is_refused_and_never_replaced_by_the_cores(without_device):
    asked = MonteCarloEngine(nuclide="Lu-177", device="cuda")
    with pytest.raises(InputError, match="no CUDA device") as refused:
        asked.followed(np.ones((3, 3, 3), dtype=np.float32), (4.0, 4.0, 4.0))
    assert "device: cpu" in refused.value.remedy
    assert "lutetia[gpu]" in refused.value.remedy


def settings(**lines):
    return DosimetrySettings.model_validate({"engine": "monte_carlo", "monte_carlo": lines})


def test_a_centre_that_asks_for_cuda_hears_at_once_that_there_is_none(without_device):
    with pytest.raises(InputError, match=r"dosimetry\.yaml, monte_carlo\.device"):
        CentreChoices(settings(device="cuda")).require_device()
    CentreChoices(settings(device="cpu")).require_device()
    CentreChoices(DosimetrySettings()).require_device()


def test_where_photons_are_followed_stands_among_the_choices_and_in_the_engines_description(without_device):
    said = {choice.what: choice.value for choice in choices_of(settings(device="cuda"))}
    assert said["Monte Carlo: where photons are followed"] == "cuda"
    assert "on processor cores" in MonteCarloEngine(nuclide="Lu-177").description
    assert "on CUDA device: none" in MonteCarloEngine(nuclide="Lu-177", device="cuda").description


@pytest.mark.parametrize(("installed", "said"), [(None, "not looked for"), ("numba_cuda", "none that can be used")])
def test_the_information_about_the_machine_names_the_device(without_device, monkeypatch, installed, said):
    real = importlib.util.find_spec
    monkeypatch.setattr(
        "importlib.util.find_spec", lambda name: installed if name == "numba_cuda" else real(name), raising=True
    )
    assert said in about()["Machine"]["CUDA device"]
