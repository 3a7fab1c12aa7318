"""How does a man move between two scans, other than as a whole?

He breathes out: what hangs on the diaphragm rises, the belly falls in. He lies bent, his neck turned forward or back.
His bladder fills. Each is a smooth shift of places, small beside the width over which it changes, so that no tissue
folds; spine and back stay nearly where they are. The shifts are stated from where a place came to lie back to where it
was: an image is then looked up without any search.

Shapes and sizes were drawn for this programme, after what CT of free-breathing men show (about 10 to 15 mm at the
diaphragm); tissue that slides along its neighbour is not in them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lutetia.simulation.anatomy import Structure
from lutetia.simulation.body import Body, paint
from lutetia.simulation.shape import Point
from lutetia.volume import Geometry, Rigid

DOME: Final = (0.0, -10.0, 120.0)
DOME_WIDTHS_MM: Final = (105.0, 70.0, 95.0)
"""Around the diaphragm: standard deviations of a Gaussian along x, y, z [mm]."""
BELLY: Final = (0.0, -90.0, 60.0)
BELLY_WIDTHS_MM: Final = (90.0, 60.0, 90.0)
BLADDER: Final = (0.0, -18.0, -118.0)
BLADDER_WIDTH_MM: Final = 45.0
MIDDLE_MM, REACH_MM = 100.0, 300.0
"""A bend grows with the square of the distance from the middle (z), and holds at its reach."""
CLOSED_WITHIN_MM: Final = 1e-6
MOST_ROUNDS: Final = 200
FINE: Final = Geometry(shape=(330, 146, 202), spacing_mm=(2.4, 2.4, 2.4), origin_mm=(-241.8, -173.0, -197.6))
"""On which he is painted before he moves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmoothMotion:
    """A turn and shift of the whole man after a smooth shift of his parts.

    Attributes
    ----------
    whole : Rigid
    breath_mm : float
        How far the diaphragm rises [mm].
    belly_mm : float
        How far the belly falls in [mm].
    bend_mm : tuple of float
        How far head and pelvis lie off the straight line, along x and y [mm].
    filling : float
        By how much the bladder widens, relative to its radius.
    """

    whole: Rigid = field(default_factory=Rigid)
    breath_mm: float = 0.0
    belly_mm: float = 0.0
    bend_mm: tuple[float, float] = (0.0, 0.0)
    filling: float = 0.0

    @classmethod
    def drawn(cls, seed: int) -> SmoothMotion:
        """Draw a motion; the same seed gives the same."""
        rng = np.random.default_rng([seed, 0xB0D7])
        turned, shift = rng.uniform(-2.5, 2.5, 3), rng.uniform(-8.0, 8.0, 3)
        return cls(
            whole=Rigid.about((0.0, 0.0, 150.0), turned_degrees=turned, shift_mm=shift),
            breath_mm=float(rng.uniform(9.0, 15.0)),
            belly_mm=float(rng.uniform(4.0, 9.0)),
            bend_mm=(float(rng.uniform(-10.0, 10.0)), float(rng.uniform(-10.0, 10.0))),
            filling=float(rng.uniform(0.1, 0.25)),
        )

    def before(self, point_mm: ArrayLike) -> NDArray[np.float64]:
        """Return where places (x, y, z) [mm], shape (..., 3), were before the motion."""
        points = self.whole.inverse().point(point_mm)
        return np.asarray(points + self._back_mm(points), dtype=np.float64)

    def after(self, point_mm: ArrayLike) -> NDArray[np.float64]:
        """Return where places (x, y, z) [mm], shape (..., 3), come to lie; to a millionth of a millimetre."""
        points = np.asarray(point_mm, dtype=np.float64)
        found = points.copy()
        for _ in range(MOST_ROUNDS):
            last, found = found, points - self._back_mm(found)
            if np.abs(found - last).max(initial=0.0) < CLOSED_WITHIN_MM:
                return self.whole.point(found)
        raise ValueError("this motion folds the man: there is no way back")

    def _back_mm(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return by how much places lay elsewhere before the shift of parts [mm]."""
        away = np.clip((points[..., 2] - MIDDLE_MM) / REACH_MM, -1.5, 1.5) ** 2
        ball = points - np.asarray(BLADDER)
        back = -self.filling * ball * _bell(points, BLADDER, (BLADDER_WIDTH_MM,) * 3)[..., None]
        back[..., 0] -= self.bend_mm[0] * away
        back[..., 1] -= self.bend_mm[1] * away + self.belly_mm * _bell(points, BELLY, BELLY_WIDTHS_MM)
        back[..., 2] -= self.breath_mm * _bell(points, DOME, DOME_WIDTHS_MM)
        return np.asarray(back, dtype=np.float64)


def _bell(points: NDArray[np.float64], centre: Point, widths_mm: Point) -> NDArray[np.float64]:
    off = (points - np.asarray(centre)) / np.asarray(widths_mm)
    return np.asarray(np.exp(-0.5 * (off**2).sum(axis=-1)), dtype=np.float64)


def painted_after(structures: tuple[Structure, ...], geometry: Geometry, motion: SmoothMotion) -> Body:
    """Put the man on a grid as he lies after a motion.

    Parameters
    ----------
    structures : tuple of Structure
    geometry : Geometry
        Any grid.
    motion : SmoothMotion
    """
    drawn = paint(structures, FINE)
    labels = np.zeros(geometry.shape, dtype=np.uint8)
    rows = np.stack(np.meshgrid(*[np.arange(n) for n in geometry.shape[1:]], indexing="ij"), axis=-1)
    for k in range(geometry.shape[0]):
        index = np.concatenate([np.full((*rows.shape[:2], 1), k), rows], axis=-1)
        at = np.rint(FINE.to_index(motion.before(geometry.to_patient(index)))).astype(np.intp)
        inside = ((at >= 0) & (at < FINE.shape)).all(axis=-1)
        labels[k][inside] = drawn.labels[tuple(at[inside].T)]
    return Body(structures, labels, geometry)
