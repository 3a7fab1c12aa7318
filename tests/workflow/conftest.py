"""One simulated patient, and one simulated pair of PET, made once for all tests of the workflow."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from lutetia.simulation.acquisition import CT_GRID
from lutetia.simulation.response_pairs import LesionCourse, Scenario, simulate_pair
from lutetia.volume import Geometry
from lutetia.workflow.simulated.demo import DemoOutcome, run_demo
from lutetia.workflow.simulated.pet_pair import write_pair

PET_GRID = Geometry(shape=(140, 58, 80), spacing_mm=(6.0, 6.0, 6.0), origin_mm=(-237.0, -165.0, -195.0))
CT_COARSE = Geometry(shape=(87, 72, 100), spacing_mm=(9.0, 4.8, 4.8), origin_mm=CT_GRID.origin_mm)
SCENARIO = Scenario(
    name="growth and a new bone lesion, coarsely",
    shows="the whole way through files",
    lesions=(
        *(
            LesionCourse(site=site, suv=(18.0, 18.0), volume=(1.0, 1.6))
            for site in ("ilium-right", "t9", "para-aortic-left")
        ),
        LesionCourse(site="ilium-left", suv=(None, 18.0)),
    ),
)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoOutcome:
    """Run the demonstration once; tests copy what they change, and find its pictures on the page, not here."""
    outcome = run_demo(tmp_path_factory.mktemp("demo") / "patient", seed=177)
    return replace(outcome, files=replace(outcome.files, result=replace(outcome.files.result, pictures=())))


@pytest.fixture
def record_only(demo: DemoOutcome, tmp_path: Path) -> Path:
    """Return a copy of his record and his site, without images."""
    course = tmp_path / "course"
    course.mkdir()
    (course / "course.yaml").write_bytes((demo.phantom.course / "course.yaml").read_bytes())
    site = tmp_path / "site"
    for path in demo.phantom.site.rglob("*.yaml"):
        target = site / path.relative_to(demo.phantom.site)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    return course


@pytest.fixture(scope="session")
def psma_pair(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a coarse pair of PET into ``course/`` of a folder: growth, and a new bone lesion."""
    place = tmp_path_factory.mktemp("pair")
    write_pair(place / "course", simulate_pair(SCENARIO, grid=PET_GRID), ct_grid=CT_COARSE)
    return place
