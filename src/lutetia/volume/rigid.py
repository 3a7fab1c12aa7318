"""Where does a point of one scan lie in another, if the patient moved as a whole?

A rigid motion turns and shifts. An image or a region is moved by moving its grid: no value is interpolated, and every
volume stays what it was.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import acos, degrees, radians

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lutetia.volume.geometry import Geometry
from lutetia.volume.grid import Mask, Volume

ORTHONORMAL_WITHIN = 1e-6
"""A matrix that leaves this is sheared, mirrored or scaled, and no motion of a patient."""

Row = tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rigid:
    """A turn and a shift in patient coordinates: ``point -> rotation @ point + translation``.

    Attributes
    ----------
    rotation : tuple of tuple of float
        Rows of a rotation matrix, for columns (x, y, z).
    translation_mm : tuple of float
        (x, y, z) [mm]; belongs to the origin of the coordinates. What a place moves by is :meth:`shift_mm`.
    """

    rotation: tuple[Row, Row, Row] = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
    translation_mm: Row = (0.0, 0.0, 0.0)

    def __post_init__(self) -> None:
        matrix = np.asarray(self.rotation, dtype=np.float64)
        shift = np.asarray(self.translation_mm, dtype=np.float64)
        if matrix.shape != (3, 3) or shift.shape != (3,) or not np.isfinite(shift).all():
            raise ValueError("a rigid motion has three rows of rotation and three finite millimetres")
        proper = np.allclose(matrix @ matrix.T, np.eye(3), atol=ORTHONORMAL_WITHIN) and np.linalg.det(matrix) > 0
        if not proper:
            raise ValueError("a rigid motion neither shears, scales nor mirrors")

    @classmethod
    def about(cls, centre_mm: ArrayLike, *, turned_degrees: ArrayLike, shift_mm: ArrayLike) -> Rigid:
        """Return the motion that turns about a point (about x, then y, then z), then shifts.

        Parameters
        ----------
        centre_mm, shift_mm : array_like, shape (3,)
            (x, y, z) [mm].
        turned_degrees : array_like, shape (3,)
            Right-handed angles about x, y, z [degrees].
        """
        matrix = np.eye(3)
        for axis, angle in enumerate(np.asarray(turned_degrees, dtype=np.float64)):
            matrix = _about_axis(axis, radians(float(angle))) @ matrix
        centre = np.asarray(centre_mm, dtype=np.float64)
        return cls.of_matrix(matrix, centre - matrix @ centre + np.asarray(shift_mm, dtype=np.float64))

    @classmethod
    def of_matrix(cls, rotation: ArrayLike, translation_mm: ArrayLike) -> Rigid:
        """Return the motion of a rotation matrix, shape (3, 3), and a translation [mm], shape (3,)."""
        rows = [_row(row) for row in np.asarray(rotation, dtype=np.float64)]
        return cls(rotation=(rows[0], rows[1], rows[2]), translation_mm=_row(np.asarray(translation_mm)))

    @property
    def matrix(self) -> NDArray[np.float64]:
        """The rotation, shape (3, 3)."""
        return np.asarray(self.rotation, dtype=np.float64)

    @property
    def turned_degrees(self) -> float:
        """The angle of the turn [degrees], 0 to 180."""
        return degrees(acos(float(np.clip((np.trace(self.matrix) - 1) / 2, -1, 1))))

    def point(self, point_mm: ArrayLike) -> NDArray[np.float64]:
        """Return where points (x, y, z) [mm], shape (..., 3), come to lie."""
        points = np.asarray(point_mm, dtype=np.float64)
        return np.asarray(points @ self.matrix.T + np.asarray(self.translation_mm), dtype=np.float64)

    def shift_mm(self, point_mm: ArrayLike) -> NDArray[np.float64]:
        """Return by how much points (x, y, z) [mm], shape (..., 3), are moved, along x, y, z [mm]."""
        return np.asarray(self.point(point_mm) - np.asarray(point_mm, dtype=np.float64), dtype=np.float64)

    def inverse(self) -> Rigid:
        """Return the motion back."""
        back = self.matrix.T
        return Rigid.of_matrix(back, -back @ np.asarray(self.translation_mm))

    def then(self, later: Rigid) -> Rigid:
        """Return the motion that is this one, followed by another."""
        return Rigid.of_matrix(later.matrix @ self.matrix, later.point(self.translation_mm))


def moved_geometry(geometry: Geometry, motion: Rigid, *, frame_of_reference: str | None) -> Geometry:
    """Return where a grid comes to lie, in the frame of reference into which the motion leads."""
    axes = [_row(axis) for axis in geometry.directions @ motion.matrix.T]
    return replace(
        geometry,
        origin_mm=_row(motion.point(geometry.origin_mm)),
        axes=tuple(axes),
        frame_of_reference=frame_of_reference,
    )


def moved_mask(mask: Mask, motion: Rigid, *, frame_of_reference: str | None) -> Mask:
    """Return a region where it comes to lie: the same voxels, so the same volume, on the moved grid."""
    return replace(mask, geometry=moved_geometry(mask.geometry, motion, frame_of_reference=frame_of_reference))


def moved_volume(volume: Volume, motion: Rigid, *, frame_of_reference: str | None) -> Volume:
    """Return an image where it comes to lie; :func:`lutetia.volume.resample` lays it on another grid."""
    return replace(volume, geometry=moved_geometry(volume.geometry, motion, frame_of_reference=frame_of_reference))


def _about_axis(axis: int, angle: float) -> NDArray[np.float64]:
    c, s = np.cos(angle), np.sin(angle)
    first, second = (axis + 1) % 3, (axis + 2) % 3
    matrix = np.eye(3)
    matrix[first, first] = matrix[second, second] = c
    matrix[second, first], matrix[first, second] = s, -s
    return matrix


def _row(values: NDArray[np.float64]) -> Row:
    x, y, z = (float(value) for value in values)
    return x, y, z
