"""Where the bones of the simulated man are."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from lutetia.simulation.shape import Bands, Beyond, Common, Ellipsoid, Joined, Shape, Trunk, Tube

CAGE: Final = Trunk(
    sections=(
        (20, 134, 92, -4),
        (90, 143, 99, -1),
        (150, 150, 101, 0),
        (220, 152, 103, 0),
        (290, 145, 99, 3),
        (340, 125, 88, 9),
        (380, 92, 68, 18),
        (404, 56, 44, 27),
        (414, 20, 18, 31),
    ),
    power=2.2,
)
"""Outer surface of the rib cage."""

LUMBAR: Final = ((-27, 40, 25), (10, 34, 25), (47, 32, 24), (83, 36, 23), (118, 43, 22))
THORACIC: Final = (
    (150, 52, 21), (179, 58, 20), (206, 63, 19), (232, 66, 18), (257, 67, 17), (281, 67, 16), (304, 65, 15),
    (326, 62, 15), (347, 58, 14), (367, 54, 14), (386, 50, 14), (404, 46, 14),
)  # fmt: skip
CERVICAL: Final = (
    (422, 42, 12),
    (439, 39, 11),
    (455, 37, 11),
    (471, 36, 11),
    (487, 36, 11),
    (504, 37, 11),
    (521, 38, 12),
)
"""Vertebrae from below: height of the centre, centre to the back, half width of the body [mm]."""

_LEFT_AND_RIGHT: Final = (1.0, -1.0)


def _heights(column: tuple[tuple[float, float, float], ...]) -> Iterator[tuple[float, float, float, float]]:
    whole = (*LUMBAR, *THORACIC, *CERVICAL)
    for z, y, half_width in column:
        place = whole.index((z, y, half_width))
        step = whole[place + 1][0] - z if place + 1 < len(whole) else z - whole[place - 1][0]
        yield z, y, half_width, step / 2


def vertebral_bodies(*, shell_mm: float = 0.0) -> tuple[Shape, ...]:
    """Return the bodies of all vertebrae, or what is within their cortical shell."""
    bodies = []
    for z, y, half_width, half in _heights((*LUMBAR, *THORACIC, *CERVICAL)):
        gap = 1.0 if z > 415 else 2.5
        radii = (half_width - shell_mm, 0.74 * half_width - shell_mm, half - gap - shell_mm)
        bodies.append(Ellipsoid((0, y, z), radii, power=4))
    return tuple(bodies)


def column_of_discs() -> tuple[Shape, ...]:
    """Return discs and ligaments: the column between the bodies."""
    whole = (*LUMBAR, *THORACIC, *CERVICAL)
    return tuple(
        Ellipsoid((0, (a[1] + b[1]) / 2, (a[0] + b[0]) / 2), (a[2] - 2, 0.68 * a[2], 7), power=4)
        for a, b in pairwise(whole)
    )


def posterior_elements() -> tuple[Shape, ...]:
    """Return arches, transverse and spinous processes of the vertebrae."""
    parts: list[Shape] = []
    for z, y, half_width, half in _heights((*LUMBAR, *THORACIC, *CERVICAL)):
        depth = 0.74 * half_width
        arch, reach = y + depth + 14, (42 if z > 415 else 60 if z < 130 else 50)
        radius = 3.5 if z > 415 else 4.5
        for side in _LEFT_AND_RIGHT:
            parts.append(
                Tube(
                    (
                        (side * 0.62 * half_width, y + depth - 3, z + 2),
                        (side * 0.55 * half_width, arch, z - 2),
                        (0, arch + 7, z - 4),
                    ),
                    radius,
                )
            )
            parts.append(
                Tube(
                    (
                        (side * 0.6 * half_width, arch - 4, z),
                        (side * 1.55 * half_width, arch + (4 if z > 130 else -6), z + 2),
                    ),
                    radius - 0.5,
                )
            )
        parts.append(Tube(((0, arch + 6, z - 4), (0, y + reach, z - 0.8 * half)), radius - 0.5))
    return tuple(parts)


def ribs() -> tuple[Shape, ...]:
    """Return the bony ribs: oblique bands in the wall of the cage, without cartilage in front."""
    wall = Common(
        of=(CAGE, Bands(period_mm=25.5, thickness_mm=9.5, slope=0.5, phase_mm=5), Beyond((0, -0.5, 1), 88)),
        without=(
            CAGE.thinned(6.5),
            Ellipsoid((0, -125, 120), (112, 95, 125)),
            Ellipsoid((0, -110, 320), (48, 60, 120)),
        ),
    )
    return (wall,)


def chest_and_shoulders() -> tuple[Shape, ...]:
    """Return sternum, clavicles, scapulae and humeri of raised arms."""
    parts: list[Shape] = [
        Ellipsoid((0, -90, 285), (17, 6, 72), (-7, 0, 0), 3),
        Ellipsoid((0, -76, 362), (26, 6, 20), (-16, 0, 0), 3),
    ]
    for side in _LEFT_AND_RIGHT:
        parts += [
            Tube(((side * 20, -68, 376), (side * 70, -58, 392), (side * 115, -18, 408), (side * 150, 8, 412)), 6.0),
            Common(
                of=(
                    Ellipsoid((side * 112, 74, 335), (60, 6.5, 72), (12, 0, side * -34), 2.6),
                    Beyond((side * 1, 0, 0.9), 385),
                ),
            ),
            Tube(((side * 70, 96, 372), (side * 110, 84, 396), (side * 150, 40, 412)), 6.0),
            Ellipsoid((side * 166, 18, 408), (22, 22, 23)),
            Tube(((side * 172, 16, 415), (side * 196, 6, 500), (side * 203, -2, 610)), 11.5),
        ]
    return tuple(parts)


_BOWL: Final = Ellipsoid((0, -2, 5), (132, 104, 150))
"""The ilia lie on it."""


def _ilium(outer_mm: float, thickness_mm: float) -> tuple[Shape, ...]:
    bowl = _BOWL.grown(-outer_mm)
    crest = Ellipsoid((0, 8, -62), (220, 96 - outer_mm, 92 - outer_mm))
    return tuple(
        Common(
            of=(bowl, crest, Beyond((side, 0, 0), 42), Beyond((side * 0.25, 0.9, 0.35), -44), Beyond((0, 0, 1), -126)),
            without=(bowl.grown(-thickness_mm),),
        )
        for side in _LEFT_AND_RIGHT
    )


def pelvis() -> tuple[Shape, ...]:
    """Return ilia, sacrum, pubis and ischium."""
    parts: list[Shape] = list(_ilium(0.0, 11.0))
    for side in _LEFT_AND_RIGHT:
        parts += [
            Common(
                of=(Ellipsoid((side * 88, 10, -126), (33, 33, 33)),),
                without=(Ellipsoid((side * 94, 10, -130), (26.5, 26.5, 26.5)),),
            ),
            Tube(((side * 70, -18, -118), (side * 38, -52, -132), (side * 10, -58, -146)), 8.0),
            Tube(((side * 10, -56, -150), (side * 28, -38, -172), (side * 48, 10, -190)), 7.0),
            Tube(((side * 80, 34, -138), (side * 62, 46, -165), (side * 50, 36, -192)), 12.0),
        ]
    return (*parts, *_sacrum(0.0))


def _sacrum(shell: float) -> tuple[Shape, ...]:
    radii = ((46, 17, 26), (36, 14, 30), (14, 8, 20))
    places = ((0, 58, -62), (0, 80, -95), (0, 84, -135))
    turns = ((-28.0, 0.0, 0.0), (-12.0, 0.0, 0.0), (25.0, 0.0, 0.0))
    return tuple(
        Ellipsoid(place, (r[0] - shell, r[1] - shell, r[2] - shell), turn, 2.6)
        for place, r, turn in zip(places, radii, turns, strict=True)
    )


def pelvic_spongiosa() -> tuple[Shape, ...]:
    """Return the marrow-bearing inside of ilia and sacrum."""
    return (*_ilium(2.5, 6.0), *_sacrum(3.0))


def femora(*, shell_mm: float = 0.0) -> tuple[Shape, ...]:
    """Return heads and upper shafts of both femora."""
    return tuple(
        Joined(
            (
                Ellipsoid((side * 94, 10, -130), (23.5 - shell_mm,) * 3),
                Tube(((side * 98, 11, -134), (side * 140, 16, -160)), 15 - shell_mm),
                Tube(((side * 143, 18, -152), (side * 146, 20, -230)), 16 - shell_mm),
            )
        )
        for side in _LEFT_AND_RIGHT
    )


def skull() -> tuple[Shape, ...]:
    """Return the vault, the base, the face and the lower jaw."""
    vault = Ellipsoid((0, 2, 604), (72, 92, 78))
    jaw = ((-50, -6, 538), (-49, -18, 500), (-38, -52, 484), (-16, -80, 476), (0, -86, 475))
    mirrored = tuple((-x, y, z) for x, y, z in reversed(jaw[:-1]))
    return (
        Common(of=(vault,), without=(vault.grown(-6.0),)),
        Ellipsoid((0, 5, 545), (52, 48, 8), power=2.6),
        Common(
            of=(Ellipsoid((0, -66, 535), (40, 22, 32), power=2.6),),
            without=(Ellipsoid((0, -56, 534), (32, 20, 26), power=2.6),),
        ),
        *(Tube(((side * 40, -72, 548), (side * 62, -45, 552), (side * 66, -5, 550)), 4.5) for side in _LEFT_AND_RIGHT),
        Tube((*jaw, *mirrored), 6.5),
    )
