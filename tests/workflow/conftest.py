"""One simulated patient, made once for all tests of the workflow."""

from __future__ import annotations

from pathlib import Path

import pytest

from lutetia.workflow.demo import DemoOutcome, run_demo


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoOutcome:
    """Run the demonstration once; tests copy what they change."""
    return run_demo(tmp_path_factory.mktemp("demo") / "patient", seed=177)


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
