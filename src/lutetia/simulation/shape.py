"""Whether a point is inside: smooth bodies from which a patient can be put together.

Coordinates are the patient's (x to his left, y to his back, z to his head) in mm. Every shape knows a box that
holds it, so that only the voxels near it are looked at.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import cos, radians, sin
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float, float]
Coordinates = NDArray[np.float32]
EVERYWHERE = 1e4
"""Beyond any patient [mm]: the box of a shape without an end."""


class Shape(Protocol):
    """A body in the patient's coordinates."""

    @property
    def box(self) -> tuple[Point, Point]:
        """Two corners (x, y, z) [mm] between which it lies."""
        ...

    def inside(self, x: Coordinates, y: Coordinates, z: Coordinates) -> NDArray[np.bool_]:
        """Tell which points lie inside; the three arrays broadcast against each other."""
        ...


def _turn(degrees: Point) -> NDArray[np.float32]:
    """Return the rotation about x, then y, then z [degrees]."""
    (a, b, c) = (radians(angle) for angle in degrees)
    about_x = [[1, 0, 0], [0, cos(a), -sin(a)], [0, sin(a), cos(a)]]
    about_y = [[cos(b), 0, sin(b)], [0, 1, 0], [-sin(b), 0, cos(b)]]
    about_z = [[cos(c), -sin(c), 0], [sin(c), cos(c), 0], [0, 0, 1]]
    return np.asarray(np.array(about_z) @ np.array(about_y) @ np.array(about_x), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Ellipsoid:
    """An ellipsoid; with a ``power`` above 2 it becomes a box with round edges.

    Attributes
    ----------
    centre, radii : tuple of float
        (x, y, z) [mm].
    turned : tuple of float
        Rotation about x, then y, then z [degrees].
    """

    centre: Point
    radii: Point
    turned: Point = (0.0, 0.0, 0.0)
    power: float = 2.0

    @property
    def box(self) -> tuple[Point, Point]:
        """Two corners between which it lies."""
        reach = (
            tuple(self.radii) if not any(self.turned) else (max(self.radii) * (1.0 if self.power <= 2 else 1.75),) * 3
        )
        low = tuple(c - r for c, r in zip(self.centre, reach, strict=True))
        high = tuple(c + r for c, r in zip(self.centre, reach, strict=True))
        return low, high  # type: ignore[return-value]

    def inside(self, x: Coordinates, y: Coordinates, z: Coordinates) -> NDArray[np.bool_]:
        """Tell which points lie inside."""
        offset = [axis - np.float32(c) for axis, c in zip((x, y, z), self.centre, strict=True)]
        if any(self.turned):
            turn = _turn(self.turned)
            offset = [turn[0, n] * offset[0] + turn[1, n] * offset[1] + turn[2, n] * offset[2] for n in range(3)]
        parts = [part / np.float32(r) for part, r in zip(offset, self.radii, strict=True)]
        terms = [p * p if self.power == 2 else np.abs(p) ** np.float32(self.power) for p in parts]
        return np.asarray(terms[0] + terms[1] + terms[2] <= 1)

    def grown(self, mm: float) -> Ellipsoid:
        """Return it with every radius longer by some millimetres."""
        a, b, c = self.radii
        return replace(self, radii=(a + mm, b + mm, c + mm))


@dataclass(frozen=True, slots=True)
class Tube:
    """A round tube along a path, with round ends.

    Attributes
    ----------
    path : tuple of points
        Corners of the path [mm].
    radius_mm : float
    """

    path: tuple[Point, ...]
    radius_mm: float

    @property
    def box(self) -> tuple[Point, Point]:
        """Two corners between which it lies."""
        points = np.array(self.path)
        low, high = points.min(axis=0) - self.radius_mm, points.max(axis=0) + self.radius_mm
        return tuple(low), tuple(high)

    def inside(self, x: Coordinates, y: Coordinates, z: Coordinates) -> NDArray[np.bool_]:
        """Tell which points lie inside."""
        shape = np.broadcast_shapes(x.shape, y.shape, z.shape)
        found = np.zeros(shape, dtype=np.bool_)
        for start, end in zip(self.path[:-1], self.path[1:], strict=True):
            self._add_segment(found, (x, y, z), np.array(start), np.array(end))
        return found

    def _add_segment(
        self,
        found: NDArray[np.bool_],
        axes: tuple[Coordinates, Coordinates, Coordinates],
        start: NDArray[np.float64],
        end: NDArray[np.float64],
    ) -> None:
        low, high = np.minimum(start, end) - self.radius_mm, np.maximum(start, end) + self.radius_mm
        near = window(axes, low, high)
        if near is None:
            return
        x, y, z = (axis[part] for axis, part in zip(axes, _open_windows(near), strict=True))
        step = (end - start).astype(np.float32)
        offset = [axis - np.float32(s) for axis, s in zip((x, y, z), start, strict=True)]
        length2 = np.float32(max(float(step @ step), 1e-6))
        along = np.clip((offset[0] * step[0] + offset[1] * step[1] + offset[2] * step[2]) / length2, 0, 1)
        distance2 = sum((o - along * s) ** 2 for o, s in zip(offset, step, strict=True))
        found[near] |= np.asarray(distance2 <= np.float32(self.radius_mm**2))


@dataclass(frozen=True, slots=True)
class Trunk:
    """A body whose cross-section is a rounded ellipse that changes with height, such as a torso with neck and head.

    Attributes
    ----------
    sections : tuple of (z, half_width, half_depth, centre_y)
        Cross-sections from the feet upwards [mm]; smooth between them, nothing beyond them.
    thinner_mm : float
        Taken off all around, for the layers under the skin.
    power : float
        2 for an ellipse, more for a rounder box.
    """

    sections: tuple[tuple[float, float, float, float], ...]
    thinner_mm: float = 0.0
    power: float = 2.4

    @property
    def box(self) -> tuple[Point, Point]:
        """Two corners between which it lies."""
        z, half_width, half_depth, centre = np.array(self.sections).T
        low = (-half_width.max(), (centre - half_depth).min(), z[0])
        return low, (half_width.max(), (centre + half_depth).max(), z[-1])

    def inside(self, x: Coordinates, y: Coordinates, z: Coordinates) -> NDArray[np.bool_]:
        """Tell which points lie inside."""
        half_width, half_depth, centre = self.at(z)
        power = np.float32(self.power)
        across = (np.abs(x) / half_width) ** power
        deep = (np.abs(y - centre) / half_depth) ** power
        low, high = np.float32(self.sections[0][0]), np.float32(self.sections[-1][0])
        return np.asarray((across + deep <= 1) & (z >= low) & (z <= high))

    def at(self, z: Coordinates) -> tuple[Coordinates, Coordinates, Coordinates]:
        """Return half width, half depth and centre at a height [mm]."""
        from scipy.interpolate import PchipInterpolator

        knots = np.array(self.sections)
        between = np.clip(z, knots[0, 0], knots[-1, 0])
        values = np.asarray(PchipInterpolator(knots[:, 0], knots[:, 1:])(between), dtype=np.float32)
        half_width = np.maximum(values[..., 0] - np.float32(self.thinner_mm), np.float32(0.5))
        half_depth = np.maximum(values[..., 1] - np.float32(self.thinner_mm), np.float32(0.5))
        return half_width, half_depth, values[..., 2]

    def thinned(self, mm: float) -> Trunk:
        """Return it with some millimetres taken off all around."""
        return replace(self, thinner_mm=self.thinner_mm + mm)


@dataclass(frozen=True, slots=True)
class Beyond:
    """The side of a plane to which its normal points: ``normal . point >= offset``."""

    normal: Point
    offset: float

    @property
    def box(self) -> tuple[Point, Point]:
        """Everywhere."""
        return (-EVERYWHERE,) * 3, (EVERYWHERE,) * 3

    def inside(self, x: Coordinates, y: Coordinates, z: Coordinates) -> NDArray[np.bool_]:
        """Tell which points lie on that side."""
        a, b, c = (np.float32(part) for part in self.normal)
        return np.asarray(a * x + b * y + c * z >= np.float32(self.offset))


@dataclass(frozen=True, slots=True)
class Bands:
    """Oblique parallel bands, such as ribs in the chest wall: highest at the back, falling to the front.

    Attributes
    ----------
    period_mm, thickness_mm : float
        From band to band; of each band.
    slope : float
        How far they fall per millimetre to the front.
    phase_mm : float
    """

    period_mm: float
    thickness_mm: float
    slope: float
    phase_mm: float = 0.0

    @property
    def box(self) -> tuple[Point, Point]:
        """Everywhere."""
        return (-EVERYWHERE,) * 3, (EVERYWHERE,) * 3

    def inside(self, x: Coordinates, y: Coordinates, z: Coordinates) -> NDArray[np.bool_]:
        """Tell which points lie in a band."""
        height = z - np.float32(self.slope) * y + np.float32(0.0) * x - np.float32(self.phase_mm)
        return np.asarray(np.mod(height, np.float32(self.period_mm)) < np.float32(self.thickness_mm))


@dataclass(frozen=True, slots=True)
class Common:
    """What lies in all of ``of`` and in none of ``without``."""

    of: tuple[Shape, ...]
    without: tuple[Shape, ...] = field(default=())

    @property
    def box(self) -> tuple[Point, Point]:
        """The common part of the boxes."""
        lows, highs = zip(*(shape.box for shape in self.of), strict=True)
        return tuple(np.max(lows, axis=0)), tuple(np.min(highs, axis=0))

    def inside(self, x: Coordinates, y: Coordinates, z: Coordinates) -> NDArray[np.bool_]:
        """Tell which points lie inside."""
        found = self.of[0].inside(x, y, z)
        for shape in self.of[1:]:
            found = found & shape.inside(x, y, z)
        for shape in self.without:
            found = found & ~shape.inside(x, y, z)
        return found


@dataclass(frozen=True, slots=True)
class Joined:
    """What lies in any of ``of``."""

    of: tuple[Shape, ...]

    @property
    def box(self) -> tuple[Point, Point]:
        """The box around all."""
        lows, highs = zip(*(shape.box for shape in self.of), strict=True)
        return tuple(np.min(lows, axis=0)), tuple(np.max(highs, axis=0))

    def inside(self, x: Coordinates, y: Coordinates, z: Coordinates) -> NDArray[np.bool_]:
        """Tell which points lie inside."""
        found = self.of[0].inside(x, y, z)
        for shape in self.of[1:]:
            found = found | shape.inside(x, y, z)
        return found


def window(
    axes: tuple[Coordinates, Coordinates, Coordinates],
    low: NDArray[np.float64] | Point,
    high: NDArray[np.float64] | Point,
) -> tuple[slice, slice, slice] | None:
    """Return the slices (z, y, x) of an open grid that a box touches; None if it lies outside.

    ``axes`` are x of shape (1, 1, n), y of shape (1, n, 1) and z of shape (n, 1, 1), each rising.
    """
    parts = []
    for axis, first, last in zip(axes, low, high, strict=True):
        line = axis.ravel()
        start, stop = int(np.searchsorted(line, first)), int(np.searchsorted(line, last, side="right"))
        if start >= stop:
            return None
        parts.append(slice(start, stop))
    return parts[2], parts[1], parts[0]


def _open_windows(near: tuple[slice, slice, slice]) -> tuple[tuple[slice, ...], tuple[slice, ...], tuple[slice, ...]]:
    whole = slice(None)
    return (whole, whole, near[2]), (whole, near[1], whole), (near[0], whole, whole)
