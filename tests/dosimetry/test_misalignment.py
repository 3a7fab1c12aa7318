"""What alignment left between two time points is in the uncertainty of the dose, by a rule that is checked here."""

from datetime import UTC, datetime, timedelta
from math import log, sqrt

import numpy as np
import pytest

from lutetia.dosimetry import CycleInput, ScanInput, dose_of_cycle
from lutetia.dosimetry.misalignment import misaligned
from lutetia.dosimetry.uncertainty import Contour, StatedNoise, UncertaintyInput
from lutetia.quantification import cover
from lutetia.reference.nuclide import LU177
from lutetia.volume import Geometry, Mask, Volume

GRID = Geometry(shape=(60, 60, 60), spacing_mm=(2.0, 2.0, 2.0))
START = datetime(2026, 1, 12, 10, tzinfo=UTC)
HOURS = (4.0, 24.0, 72.0)
RADIUS_MM = 30.0
WHOLE_VOXELS = 0.03
"""Of the change: a sphere of whole 2 mm voxels is stepped."""
STATED = UncertaintyInput(
    calibration_relative_sigma=0.04,
    calibration="camera A",
    fwhm_sigma_mm=0.6,
    contour=Contour(drawn="per cycle", voxel_mm=1.5, fwhm_mm=2.0),
    density_relative_sigma=0.02,
    noise=StatedNoise(relative_sigma=0.02),
)


def sphere():
    k, j, i = np.indices(GRID.shape)
    far = np.sqrt((k - 29.5) ** 2 + (j - 29.5) ** 2 + (i - 29.5) ** 2) * 2.0
    return Mask(voxels=far <= RADIUS_MM, geometry=GRID, name="L1")


SPHERE = sphere()


def image(mbq, background=0.0):
    values = np.where(SPHERE.voxels, 1.0, background) * mbq * 1e6 / SPHERE.volume_ml
    return Volume(values=values, geometry=GRID, unit="Bq/mL")


def test_a_sphere_in_cold_surroundings_loses_what_two_spheres_do_not_share():
    """Overlap of two spheres of radius r at a distance d: 1 - 3 d/(4 r) + d^3/(16 r^3)."""
    for off in (2.0, 6.0):
        shared = 1 - 3 * off / (4 * RADIUS_MM) + off**3 / (16 * RADIUS_MM**3)
        found = misaligned(image(100), SPHERE, cover(SPHERE, GRID), off)
        assert found == pytest.approx(-log(shared), rel=WHOLE_VOXELS)


def test_nothing_changes_without_a_residual_or_in_surroundings_as_warm_as_the_region():
    assert misaligned(image(100), SPHERE, cover(SPHERE, GRID), 0.0) == 0.0
    single_precision = 1e-6
    assert misaligned(image(100, 1.0), SPHERE, cover(SPHERE, GRID), 4.0) == pytest.approx(0.0, abs=single_precision)


def cycle(off_mm, *, moved=True, known=True):
    scans = tuple(
        ScanInput(
            activity=image(100 * 2 ** (-h / 50)), hours=h, acquired_at=START + timedelta(hours=h),
            regions={"L1": SPHERE}, fwhm_mm=1.0,
            moved_here=frozenset({"L1"}) if moved and h > HOURS[0] else frozenset(),
            residual_mm={"L1": off_mm} if known else {},
        )
        for h in HOURS
    )  # fmt: skip
    return dose_of_cycle(
        CycleInput(cycle=1, agent="x", given_mbq=7400, nuclide=LU177, scans=scans, density_elsewhere_g_ml=1.04,
                   uncertainty=STATED)
    ).regions[0].corrected  # fmt: skip


def line(value):
    return next((part for part in value.budget.contributions if part.name.startswith("alignment")), None)


def test_the_residual_has_a_line_of_its_own_in_the_budget_and_widens_it():
    still, near, far = cycle(3.0, moved=False), cycle(1.0), cycle(3.0)
    assert line(still) is None
    assert 0 < line(near).relative_sigma < line(far).relative_sigma
    assert still.budget.relative_sigma < near.budget.relative_sigma < far.budget.relative_sigma
    assert line(far).shared_as is None


def test_the_line_is_what_the_samples_own_uncertainty_does_through_the_fit():
    """Two of three samples were moved: noise and alignment divide the fit's variance as those of a sample."""
    value = cycle(3.0)
    of_sample = misaligned(image(100), SPHERE, cover(SPHERE, GRID), 3.0)
    mean_square = of_sample**2 * 2 / 3
    share = mean_square / (mean_square + 0.02**2)
    decay_of_image_does_not_matter = 1e-5
    assert line(value).relative_sigma == pytest.approx(
        value.fit.tia_relative_sigma * sqrt(share), rel=decay_of_image_does_not_matter
    )


def test_a_contour_that_lies_nobody_knows_where_leaves_the_dose_without_uncertainty():
    value = cycle(3.0, known=False)
    assert value.sigma_gy is None
    assert value.uncertainty_missing == ("how far its moved contour lies off",)
