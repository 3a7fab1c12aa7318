"""Which turn and shift lay one image on another best?

Mutual information over three angles and three shifts (SimpleITK), coarse to fine, on one thread and from a fixed seed,
so that the same images give the same answer. It asks for no fixed relation between the values of the two: uptake that
washes out faster in one organ than in another, or a CT with contrast, does no harm.

Source: Mattes et al., PET-CT image registration in the chest, IEEE Trans Med Imaging 2003;22:120.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from lutetia.errors import RefusedError
from lutetia.quantification.alignment.package import simpleitk_package
from lutetia.quantification.alignment.prepared import Prepared
from lutetia.volume import Geometry, Rigid

LEVELS_MM: Final = (8.0, 4.0)
HISTOGRAM_BINS: Final = 32
SEED: Final = 177
"""Samples on a regular grid are moved a little at random, so that no pattern of the image meets one of the grid."""
MOST_ITERATIONS: Final = 100
SAMPLED: Final = 200_000
"""Voxels of the source compared at each step, at most."""
MARGIN_MM: Final = 12.0
"""Air around the patient counts: without it the skin would say nothing."""


def best_motion(source: Prepared, target: Prepared, shift_mm: tuple[float, float, float]) -> Rigid:
    """Return the motion that lays the source on the target, begun at a rough shift.

    Parameters
    ----------
    source, target : Prepared
    shift_mm : tuple of float
        From the source to the target, (x, y, z) [mm].

    Raises
    ------
    RefusedError
        If the optimisation breaks down.
    lutetia.errors.MissingExtraError
        If SimpleITK is not installed.
    """
    sitk = simpleitk_package()
    centre = centre_mm(source)
    transform = sitk.Euler3DTransform()
    transform.SetCenter([float(c) for c in centre])
    transform.SetTranslation(list(shift_mm))
    try:
        for spacing_mm in LEVELS_MM:
            transform = _refined(sitk, source.coarser(spacing_mm), target.coarser(spacing_mm), transform)
    except RuntimeError as reason:
        raise RefusedError(
            "alignment",
            "no position was found in which the two scans match",
            "draw the regions on each scan",
            "the search left the field of one of the two",
        ) from reason
    matrix = np.asarray(transform.GetMatrix()).reshape(3, 3)
    about = np.asarray(transform.GetCenter())
    return Rigid.of_matrix(matrix, about - matrix @ about + np.asarray(transform.GetTranslation()))


def centre_mm(image: Prepared) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return the middle of the patient (x, y, z) [mm]."""
    held = np.argwhere(image.patient.voxels)
    return image.patient.geometry.to_patient(held.mean(axis=0))


def _refined(sitk: Any, source: Prepared, target: Prepared, start: Any) -> Any:
    from scipy import ndimage

    spacing = np.asarray(source.values.geometry.spacing_mm)
    grown = ndimage.binary_dilation(source.patient.voxels, iterations=max(1, round(MARGIN_MM / float(spacing.max()))))
    method = sitk.ImageRegistrationMethod()
    method.SetNumberOfThreads(1)
    method.SetNumberOfWorkUnits(1)
    method.SetMetricAsMattesMutualInformation(numberOfHistogramBins=HISTOGRAM_BINS)
    method.SetMetricFixedMask(as_image(sitk, source.values.geometry, grown.astype(np.uint8)))
    method.SetMetricSamplingStrategy(method.REGULAR)
    method.SetMetricSamplingPercentage(min(1.0, SAMPLED / grown.size), SEED)
    method.SetInterpolator(sitk.sitkLinear)
    method.SetOptimizerAsRegularStepGradientDescent(
        learningRate=float(spacing.mean()) / 2,
        minStep=0.01,
        numberOfIterations=MOST_ITERATIONS,
        relaxationFactor=0.5,
        gradientMagnitudeTolerance=1e-8,
    )
    method.SetOptimizerScalesFromPhysicalShift()
    method.SetInitialTransform(sitk.Euler3DTransform(start), inPlace=False)
    fixed, moving = (as_image(sitk, v.geometry, v.values) for v in (source.values, target.values))
    found = method.Execute(fixed, moving)
    if found.GetName() == "CompositeTransform":
        found = sitk.CompositeTransform(found).GetNthTransform(0)
    return sitk.Euler3DTransform(found)


def as_image(sitk: Any, geometry: Geometry, values: Any) -> Any:
    """Return an array of a grid as SimpleITK's image; both use the patient's coordinates (LPS)."""
    image = sitk.GetImageFromArray(np.ascontiguousarray(values))
    image.SetSpacing([float(s) for s in reversed(geometry.spacing_mm)])
    image.SetOrigin(list(geometry.origin_mm))
    image.SetDirection([float(v) for v in geometry.directions[::-1].T.ravel()])
    return image
