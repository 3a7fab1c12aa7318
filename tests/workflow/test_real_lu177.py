"""Two real 177Lu SPECT of one patient; see the README for source and licence. Nothing of them is kept here."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

from lutetia.dosimetry.result import CycleDose, DoseValue, FitRefusal
from lutetia.workflow.run import RunFiles, run_folder

ARCHIVE = "lu177_dotatate_xspect_2tp_CC-BY-NC.zip"
DATA = os.environ.get("LUTETIA_REAL_DATA")
pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(
        not DATA or not (Path(DATA) / ARCHIVE).is_file(), reason=f"LUTETIA_REAL_DATA names no folder with {ARCHIVE}"
    ),
]

TODAY = date(2026, 1, 15)
READ_INDEPENDENTLY = 0.005
"""Volumes and activities were read once with other code; polygons and rounding agree to half a per cent."""
# lesion: volumes [mL] and activities [MBq] as stored, first and second scan
STORED = {"L1": ((106.98, 107.90), (122.25, 156.11)), "L2": ((2.86, 2.91), (4.22, 6.27))}
DECAY = (1.0164, 1.1280)
PRINTED_TO_FIVE_DIGITS = 5e-5


@pytest.fixture(scope="module")
def example(script: Callable[[str], ModuleType]) -> ModuleType:
    return script("lu177_example")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("real")


def run(example: ModuleType, place: Path, **told: str) -> RunFiles:
    course = example.write_example(Path(str(DATA)) / ARCHIVE, place, **told)
    return run_folder(course, site_path=None, known_on=TODAY, with_pdf=False)


@pytest.fixture(scope="module")
def as_stored(example: ModuleType, place: Path) -> CycleDose:
    return run(example, place, decay="as-acquired").result.cycles[0]


def test_the_agent_is_out_of_scope_and_the_decay_state_is_asked_for(example: ModuleType, place: Path) -> None:
    files = run(example, place)
    assert not files.result.assessments[0].in_scope
    assert "out of scope" in files.result.assessments[0].scope
    (stop,) = files.stopped
    assert "DecayFactor is 1" in stop.message
    assert "decay: to-administration" in stop.remedy


def test_told_as_acquired_the_lesions_are_as_read_independently(as_stored: CycleDose) -> None:
    assert {region.region for region in as_stored.regions} == set(STORED)
    for region in as_stored.regions:
        volumes, activities = STORED[region.region]
        assert [s.volume_ml for s in region.samples] == pytest.approx(volumes, rel=READ_INDEPENDENTLY)
        assert [s.uncorrected_mbq for s in region.samples] == pytest.approx(activities, rel=READ_INDEPENDENTLY)


def test_the_answer_about_decay_changes_every_activity_by_the_decay_since_administration(
    example: ModuleType, place: Path, as_stored: CycleDose
) -> None:
    decayed = run(example, place, decay="to-administration").result.cycles[0]
    for one, other in zip(as_stored.regions, decayed.regions, strict=True):
        ratios = [a.uncorrected_mbq / b.uncorrected_mbq for a, b in zip(one.samples, other.samples, strict=True)]
        assert ratios == pytest.approx(DECAY, rel=PRINTED_TO_FIVE_DIGITS)


def test_rising_lesions_are_refused_an_exponential_and_offered_other_ways(as_stored: CycleDose) -> None:
    for region in as_stored.regions:
        assert isinstance(region.uncorrected, FitRefusal)
        assert "still rises" in region.uncorrected.reason
        assert any("physical decay only" in way for way in region.uncorrected.offered)


def test_asked_for_by_name_a_dose_comes_as_an_upper_bound_with_its_assumptions(
    example: ModuleType, place: Path
) -> None:
    cycle = run(example, place, decay="as-acquired", curve="physical decay only").result.cycles[0]
    for region in cycle.regions:
        assert isinstance(region.uncorrected, DoseValue)
        assert any("Upper bound" in note for note in region.uncorrected.fit.notes)
        assert region.corrected is None
    assert any("resolution" in warning for warning in cycle.warnings)
    assert any("the course says 'as-acquired'" in assumption for assumption in cycle.assumptions)
