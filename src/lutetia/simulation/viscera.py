"""Where the soft parts of the simulated man are: outline, lungs, vessels, bowel."""

from __future__ import annotations

from math import cos, pi, sin
from typing import Final

from lutetia.simulation.shape import Beyond, Common, Ellipsoid, Point, Shape, Trunk, Tube
from lutetia.simulation.skeleton import CAGE

_LEFT_AND_RIGHT: Final = (1.0, -1.0)

OUTLINE: Final = Trunk(
    sections=(
        (-260, 176, 100, 6),
        (-190, 184, 106, 6),
        (-130, 184, 112, 6),
        (-60, 172, 112, 3),
        (0, 160, 112, -2),
        (60, 156, 112, -4),
        (120, 163, 112, -2),
        (200, 172, 116, 0),
        (290, 178, 116, 2),
        (350, 186, 106, 8),
        (395, 184, 88, 14),
        (420, 128, 74, 20),
        (438, 76, 66, 20),
        (456, 64, 64, 16),
        (478, 63, 70, 4),
        (500, 67, 86, -2),
        (530, 72, 97, 0),
        (580, 78, 100, 0),
        (630, 78, 100, 2),
        (665, 62, 82, 4),
        (690, 12, 18, 4),
    ),
    power=2.35,
)
"""The skin of torso, neck and head."""

CAVITY: Final = Trunk(
    sections=(
        (-170, 60, 55, -15),
        (-120, 88, 66, -18),
        (-60, 112, 76, -20),
        (0, 124, 76, -22),
        (60, 128, 84, -14),
        (120, 140, 94, -2),
        (200, 146, 97, 0),
    ),
)
"""The belly within its walls."""

DOMES: Final = (
    Ellipsoid((-66, 4, 105), (86, 108, 102), power=2.2),
    Ellipsoid((72, 8, 98), (84, 104, 92), power=2.5),
)
"""Right and left half of the diaphragm."""


def arms() -> tuple[Shape, ...]:
    """Return shoulders and raised arms."""
    parts: list[Shape] = []
    for side in _LEFT_AND_RIGHT:
        parts += [
            Ellipsoid((side * 158, 20, 385), (50, 52, 62)),
            Tube(((side * 168, 16, 410), (side * 190, 8, 480)), 44.0),
            Tube(((side * 190, 8, 480), (side * 200, -2, 640)), 40.0),
        ]
    return tuple(parts)


def arm_muscles() -> tuple[Shape, ...]:
    """Return the muscles of shoulders and raised arms."""
    parts: list[Shape] = []
    for side in _LEFT_AND_RIGHT:
        parts += [
            Ellipsoid((side * 156, 20, 385), (42, 44, 54)),
            Tube(((side * 168, 16, 410), (side * 190, 8, 480), (side * 200, -2, 640)), 34.0),
        ]
    return tuple(parts)


def lungs() -> tuple[Shape, ...]:
    """Return both lungs: what the cage holds above the diaphragm beside the mediastinum."""
    inner = CAGE.thinned(9.0)
    mediastinum = Tube(((4, 22, 100), (3, 26, 260), (0, 18, 330), (0, 30, 420)), 33.0)
    front = Tube(((2, -45, 250), (0, -50, 340), (0, -40, 400)), 26.0)
    spine = Tube(((0, 62, 90), (0, 72, 250), (0, 66, 340), (0, 50, 420)), 27.0)
    halves = []
    for side in _LEFT_AND_RIGHT:
        halves.append(
            Common(
                of=(inner, Beyond((side, 0, 0), 0), Beyond((0, 0.0, 1), 118)),
                without=(*DOMES, mediastinum, front, spine, HEART.grown(4)),
            )
        )
    return tuple(halves)


HEART: Final = Ellipsoid((24, -32, 232), (56, 42, 58), (0, -35, 25))


def airways() -> tuple[Shape, ...]:
    """Return nose, throat, trachea and main bronchi."""
    return (
        Ellipsoid((0, -50, 552), (13, 40, 14), power=2.6),
        Tube(((0, -28, 548), (0, -22, 500), (0, -24, 470)), 8.0),
        Tube(((0, -22, 470), (0, -8, 440), (0, 10, 400), (0, 24, 336)), 8.0),
        Tube(((0, 24, 336), (-34, 24, 304)), 6.5),
        Tube(((0, 24, 336), (40, 28, 300)), 5.5),
        *(Ellipsoid((side * 27, -66, 545), (12, 14, 14)) for side in _LEFT_AND_RIGHT),
    )


def lung_vessels() -> tuple[Shape, ...]:
    """Return the larger vessels of the lungs."""
    parts: list[Shape] = []
    for side in _LEFT_AND_RIGHT:
        hilum = (side * 38, 22, 292)
        for n, angle in enumerate((-70, -35, -5, 25, 55, 80)):
            out = angle * pi / 180
            middle = (side * 75, 22 + (8 if n % 2 else -14), 292 + 45 * sin(out))
            end = (side * (82 + 34 * cos(out)), 22 + (34 if n % 2 else -42), 288 + 90 * sin(out))
            parts += [Tube((hilum, middle), 4.2), Tube((middle, end), 2.4)]
    return tuple(parts)


def blood_pool() -> tuple[Shape, ...]:
    """Return heart and great vessels."""
    parts: list[Shape] = [
        HEART,
        Tube(
            (
                (6, -22, 270),
                (-14, -24, 310),
                (-6, -10, 338),
                (14, 22, 344),
                (22, 42, 322),
                (22, 44, 290),
                (14, 36, 190),
                (6, 18, 120),
                (3, 6, 60),
                (2, 4, -5),
            ),
            11.0,
        ),
        Tube(((-22, 6, -5), (-22, 10, 90), (-20, 6, 170), (-14, -8, 215)), 11.0),
        Tube(((-22, -18, 270), (-24, -14, 350), (-14, -10, 385)), 9.0),
        Tube(((4, -26, 300), (4, 0, 312), (36, 22, 300)), 9.0),
        Tube(((4, 0, 312), (-34, 20, 298)), 9.0),
    ]
    for side in _LEFT_AND_RIGHT:
        parts += [
            Tube(
                (
                    (side * 3, 4, -5),
                    (side * 34, 14, -62),
                    (side * 58, -28, -120),
                    (side * 72, -62, -170),
                    (side * 76, -62, -230),
                ),
                5.5,
            ),
            Tube(
                (
                    (side * -8, 8, -5),
                    (side * 34, 24, -62),
                    (side * 56, -18, -120),
                    (side * 68, -52, -170),
                    (side * 72, -52, -230),
                ),
                6.5,
            ),
            Tube(((side * 8, -6, 350), (side * 20, -10, 400), (side * 28, -4, 460), (side * 34, 4, 530)), 4.0),
            Tube(((side * 16, -12, 385), (side * 34, -2, 440), (side * 42, 8, 530)), 5.0),
        ]
    return tuple(parts)


def retroperitoneal_muscles() -> tuple[Shape, ...]:
    """Return psoas and iliacus."""
    return tuple(
        Tube(((side * 30, 36, 110), (side * 40, 34, 20), (side * 56, 22, -60), (side * 84, -18, -130)), 17.0)
        for side in _LEFT_AND_RIGHT
    )


def colon() -> tuple[Point, ...]:
    """Return the path of the large bowel from caecum to rectum."""
    return (
        (-92, -22, -52), (-104, -14, 0), (-106, -20, 38), (-84, -52, 36), (-30, -74, 26), (35, -76, 34), (88, -52, 58),
        (112, -6, 62), (114, 8, 20), (104, 4, -40), (72, -6, -78), (36, 8, -62), (14, 28, -78), (0, 46, -110),
        (0, 44, -160),
    )  # fmt: skip


def colon_gas() -> tuple[Shape, ...]:
    """Return pockets of gas in the large bowel."""
    return (
        Ellipsoid((-100, -26, 34), (11, 9, 12)),
        Ellipsoid((-20, -80, 28), (26, 8, 10)),
        Ellipsoid((70, -68, 48), (16, 8, 10)),
        Ellipsoid((110, -4, 60), (9, 9, 11)),
        Ellipsoid((30, 2, -64), (10, 8, 8)),
        Ellipsoid((0, 42, -126), (9, 8, 14)),
    )


def duodenum() -> Tube:
    """Return the loop of the duodenum around the head of the pancreas."""
    return Tube(
        (
            (-24, -42, 112),
            (-44, -30, 104),
            (-50, -18, 82),
            (-44, -14, 56),
            (-12, -20, 48),
            (22, -26, 58),
            (34, -40, 62),
        ),
        11.5,
    )


def jejunum() -> Tube:
    """Return the upper loops of the small bowel, to the left of the midline."""
    turns = [
        (42 + 34 * sin(2.3 * n), -44 - 14 * cos(1.7 * n), 62 - 7.5 * n) for n in (0.25 * step for step in range(44))
    ]
    return Tube(((34, -40, 62), *turns), 10.5)


def ileum() -> Tube:
    """Return the lower loops of the small bowel."""
    turns = [
        (-6 + 52 * sin(1.9 * n), -38 - 16 * cos(2.6 * n), -20 - 7.0 * n) for n in (0.25 * step for step in range(40))
    ]
    return Tube(tuple(turns), 10.5)


def stomach() -> tuple[Shape, ...]:
    """Return the wall-filled stomach."""
    return (
        Ellipsoid((56, -22, 150), (30, 32, 42), (0, 18, 0)),
        Tube(((48, -40, 122), (22, -52, 104), (-10, -48, 108)), 15.0),
    )


def stomach_gas() -> tuple[Shape, ...]:
    """Return the bubble of gas in front."""
    return (Common(of=(Ellipsoid((54, -24, 152), (25, 27, 36), (0, 18, 0)), Beyond((0, -1, 0), 32))),)
