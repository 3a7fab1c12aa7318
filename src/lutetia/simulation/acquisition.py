"""How CT, SPECT and PET of the simulated man are taken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lutetia.simulation.body import Body
from lutetia.simulation.camera import FWHM_PER_SIGMA, Camera, Ring, blurred, shared_noise
from lutetia.simulation.kinetics import Kinetics, kind_of
from lutetia.volume import Geometry, Volume

CT_GRID: Final = Geometry(shape=(261, 144, 200), spacing_mm=(3.0, 2.4, 2.4), origin_mm=(-238.8, -165.6, -195.0))
"""From the orbits to the ischium, arms raised."""

SPECT_GRID: Final = Geometry(shape=(163, 128, 128), spacing_mm=(4.8, 4.8, 4.8), origin_mm=(-304.8, -298.8, -193.8))
"""Two bed positions of about 40 cm, joined."""

PET_GRID: Final = Geometry(shape=(196, 100, 128), spacing_mm=(4.0, 4.0, 4.0), origin_mm=(-254.0, -198.0, -195.0))

OUT_OF_VIEW_ML: Final = 27_000.0
"""Legs, hands and the top of the head, as muscle that holds as much unbound radioligand [mL]."""

CT_NOISE_HU: Final = 16.0


def framed(geometry: Geometry, frame_of_reference: str) -> Geometry:
    """Return a grid in a named frame of reference."""
    return Geometry(
        shape=geometry.shape, spacing_mm=geometry.spacing_mm, origin_mm=geometry.origin_mm, axes=geometry.axes,
        frame_of_reference=frame_of_reference,
    )  # fmt: skip


def ct_of(body: Body, rng: np.random.Generator) -> Volume:
    """Return the CT of a man: his tissues with their texture, noise, and the couch below him [HU]."""
    from scipy.ndimage import gaussian_filter

    shape = body.geometry.shape
    mean = body.painted(np.array([t.hounsfield for t in body.tissues]))
    texture = body.painted(np.array([t.texture_hu for t in body.tissues]))
    coarse = gaussian_filter(rng.standard_normal(shape, dtype=np.float32), (1.2, 1.5, 1.5))
    fine = gaussian_filter(rng.standard_normal(shape, dtype=np.float32), (0.0, 0.6, 0.6))
    image = mean + texture * (coarse / coarse[::4].std()) + np.float32(CT_NOISE_HU) * (fine / fine[::4].std())
    _lay_on_couch(image, body)
    return Volume(values=np.rint(np.clip(image, -1024, 3071)), geometry=body.geometry, unit="HU")


def _lay_on_couch(image: NDArray[np.float32], body: Body) -> None:
    geometry = body.geometry
    x = geometry.origin_mm[0] + geometry.spacing_mm[2] * np.arange(geometry.shape[2])
    y = geometry.origin_mm[1] + geometry.spacing_mm[1] * np.arange(geometry.shape[1])
    depth = y[:, None] - (121.5 - 14.0 * (x[None, :] / 200.0) ** 2)
    board = (depth >= 0) & (depth <= 20) & (np.abs(x[None, :]) <= 205)
    skin = board & ((depth <= 2.4) | (depth >= 17.6))
    free = body.labels == 0
    image[free & board] += np.float32(60.0)
    image[free & skin] += np.float32(560.0)


def concentration(
    body: Body, kinetics: Kinetics, hours: float, duration_s: float, given_mbq: float
) -> NDArray[np.float32]:
    """Return the mean activity per volume while a scan lasts, in each voxel of the man [MBq/mL]."""

    def mean_mbq(region: str) -> float:
        return kinetics.curves[region].mean_over(hours, duration_s / 3600, given_mbq)

    voxel_ml = body.geometry.voxel_ml
    pools = np.array([tissue.pool for tissue in body.tissues])
    rest = [0, *(n for n, s in enumerate(body.structures, start=1) if s.region is None)]
    pool_ml = float((pools[rest] * body.counts[rest]).sum()) * voxel_ml + OUT_OF_VIEW_ML
    of_label = np.zeros(len(pools))
    of_label[rest] = pools[rest] * mean_mbq("remainder") / pool_ml
    for region in body.regions:
        of_label[body.labels_of(region)] = mean_mbq(region) / body.region_ml(region)
    return body.painted(of_label)


def expected_counts(
    mbq_per_ml: NDArray[np.float32], body: Geometry, image: Geometry, camera: Camera
) -> NDArray[np.float32]:
    """Return what the camera counts on average in every voxel."""
    counts_per_mbq_per_ml = camera.cps_per_mbq * camera.duration_s * image.voxel_ml
    return blurred(mbq_per_ml, body, image, camera.fwhm_mm) * np.float32(counts_per_mbq_per_ml)


def spect_of(mbq_per_ml: NDArray[np.float32], body: Geometry, camera: Camera, rng: np.random.Generator) -> Volume:
    """Return the SPECT of an activity: blurred, counted, noisy, in whole counts."""
    image = framed(SPECT_GRID, body.frame_of_reference or "")
    expected = expected_counts(mbq_per_ml, body, image, camera)
    return Volume(values=shared_noise(expected, camera, image, rng), geometry=image, unit="count")


SUV_OF_REGION: Final[Mapping[str, float]] = {
    "kidney": 42.0, "liver": 5.2, "spleen": 8.5, "parotid": 15.5, "submandibular": 16.0, "lacrimal": 9.0,
    "small_bowel": 9.5, "marrow": 0.9, "bladder": 24.0, "lesion": 22.0,
}  # fmt: skip
"""Mean SUV an hour after [68Ga]Ga-PSMA-11, as commonly seen."""

SUV_OF_MUSCLE: Final = 0.75


def suv_of_labels(body: Body, factors: Mapping[str, float], *, lesion_uptake: float) -> NDArray[np.float64]:
    """Return the true SUV of every label of a man; ``factors`` says how each region differs from the usual."""
    suv = np.array([SUV_OF_MUSCLE * tissue.pool for tissue in body.tissues])
    for region in body.regions:
        kind = kind_of(region) if region != "bladder" else "bladder"
        value = SUV_OF_REGION[kind] * factors.get(region, 1.0) * (lesion_uptake if kind == "lesion" else 1.0)
        suv[body.labels_of(region)] = value
    return suv


def pet_without_noise(body: Body, suv: NDArray[np.float64], ring: Ring) -> Volume:
    """Return what a scanner would show of a man with the SUV of every label, if there were no noise [SUV]."""
    image = framed(PET_GRID, body.geometry.frame_of_reference or "")
    mean = blurred(body.painted(suv), body.geometry, image, ring.fwhm_mm)
    return Volume(values=mean, geometry=image, unit="g/mL")


def pet_of(mean: Volume, bq_ml_per_suv: float, ring: Ring, rng: np.random.Generator) -> Volume:
    """Return the PET of a man: noisy as the square root of the activity [Bq/mL]."""
    noise = pet_noise(mean.values, mean.geometry.spacing_mm, ring, rng)
    values = np.clip(mean.values + noise, 0, None) * bq_ml_per_suv
    return mean.with_values(np.asarray(values, dtype=np.float32), "Bq/mL")


def shown_ml(mean: Volume, body: Body, suv: NDArray[np.float64], ring: Ring, *, at_least: float) -> float:
    """Return the volume in which lesions show an uptake or more without noise, and more than all else does [mL].

    Parameters
    ----------
    mean : Volume
        All that the scanner shows.
    suv : ndarray of float
        Of every label.
    at_least : float
        The threshold [SUV].
    """
    of_lesions = [n for region in body.regions if kind_of(region) == "lesion" for n in body.labels_of(region)]
    alone = np.zeros_like(suv)
    alone[of_lesions] = suv[of_lesions]
    own = pet_without_noise(body, alone, ring).values
    shown = (mean.values >= at_least) & (own > mean.values - own)
    return int(np.count_nonzero(shown)) * mean.geometry.voxel_ml


def pet_noise(
    mean: NDArray[np.float32], spacing_mm: tuple[float, float, float], ring: Ring, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Return the noise of a PET [SUV]: as the square root of the SUV, shared over the scanner's resolution."""
    from scipy.ndimage import gaussian_filter

    sigmas = [ring.fwhm_mm / FWHM_PER_SIGMA / step for step in spacing_mm]
    rough = gaussian_filter(rng.standard_normal(mean.shape, dtype=np.float32), sigmas)
    scale = np.sqrt(np.clip(mean, 0, None) * SUV_OF_REGION["liver"])
    return np.asarray(ring.relative_noise * scale * (rough / rough.std()), dtype=np.float32)
