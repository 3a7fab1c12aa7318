"""Who the simulated man is: which structures, of which tissue, where, and which of them take up the radioligand.

Structures are painted one over the other in the order of the list. Organs and lesions that carry activity of their
own are *regions*; whatever is painted later cuts into them, as the renal sinus does into the kidney. He is nobody:
the shapes were drawn for this programme, with sizes of an adult man of 1.75 m.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from lutetia.course.findings import LesionKind
from lutetia.simulation import skeleton, tissue, viscera
from lutetia.simulation.shape import Beyond, Common, Ellipsoid, Joined, Point, Shape, Tube
from lutetia.simulation.tissue import Tissue


@dataclass(frozen=True, slots=True)
class Structure:
    """Shapes of one tissue; with a region's name they carry activity of their own."""

    tissue: Tissue
    shapes: tuple[Shape, ...]
    region: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedLesion:
    """A metastasis."""

    id: str
    site: str
    kind: LesionKind
    tissue: Tissue
    centre: Point
    radii: Point
    turned: Point = (0.0, 0.0, 0.0)

    def shape(self, scale: float = 1.0) -> Ellipsoid:
        """Return it with its radii scaled."""
        a, b, c = self.radii
        return Ellipsoid(self.centre, (a * scale, b * scale, c * scale), self.turned, 2.3)


LESIONS = (
    SimulatedLesion(
        id="L1", site="right ilium", kind="bone", tissue=tissue.SCLEROSIS,
        centre=(-104, 44, -30), radii=(10, 25, 26), turned=(0, 8, -30),
    ),
    SimulatedLesion(
        id="L2", site="ninth thoracic vertebra", kind="bone", tissue=tissue.SCLEROSIS,
        centre=(3, 66, 232), radii=(16, 12, 11.5),
    ),
    SimulatedLesion(
        id="L3", site="left acetabulum", kind="bone", tissue=tissue.SCLEROSIS,
        centre=(80, 28, -104), radii=(11, 13, 16), turned=(20, 0, 0),
    ),
    SimulatedLesion(
        id="L4", site="left para-aortic lymph node", kind="node", tissue=tissue.NODE,
        centre=(24, 8, 12), radii=(12.5, 13, 22),
    ),
    SimulatedLesion(
        id="L5", site="left supraclavicular lymph node", kind="node", tissue=tissue.NODE,
        centre=(48, 2, 424), radii=(9, 9, 10.5),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Build:
    """How one man differs from the drawing: factors on radii by organ, drawn once from his seed."""

    kidneys: float = 1.0
    left_kidney: float = 1.0
    liver: float = 1.0
    spleen: float = 1.0
    glands: float = 1.0
    bladder: float = 1.0
    lesions: tuple[float, ...] = (1.0,) * len(LESIONS)

    @classmethod
    def drawn(cls, rng: np.random.Generator) -> Build:
        """Draw a man."""

        def factor(spread: float) -> float:
            return float(np.exp(spread * np.clip(rng.standard_normal(), -2, 2)))

        return cls(
            kidneys=factor(0.018), left_kidney=factor(0.01), liver=factor(0.02), spleen=factor(0.03),
            glands=factor(0.03), bladder=factor(0.06), lesions=tuple(factor(0.04) for _ in LESIONS),
        )  # fmt: skip


def _scaled(shape: Ellipsoid, factor: float) -> Ellipsoid:
    a, b, c = shape.radii
    return replace(shape, radii=(a * factor, b * factor, c * factor))


def _kidneys(build: Build) -> Iterator[Structure]:
    right, left = build.kidneys, build.kidneys * build.left_kidney
    for side, factor, centre, sinus in (
        ("left", left, (66.0, 40.0, 96.0), (44.0, 31.0, 96.0)),
        ("right", right, (-64.0, 42.0, 80.0), (-42.0, 33.0, 80.0)),
    ):
        tilt = (-10.0, -14.0 if side == "left" else 14.0, 18.0 if side == "left" else -18.0)
        body = _scaled(Ellipsoid(centre, (27.5, 24.0, 56.0), tilt, 2.15), factor)
        hollow = _scaled(Ellipsoid(sinus, (16.0, 10.0, 22.0), tilt), factor)
        yield Structure(tissue.FAT, (body.grown(8.0),))
        yield Structure(tissue.KIDNEY, (body,), f"kidney_{side}")
        yield Structure(tissue.FAT, (hollow,))


def _liver(build: Build) -> Shape:
    right = _scaled(Ellipsoid((-62, 2, 110), (80, 98, 91)), build.liver)
    left = _scaled(Ellipsoid((10, -46, 150), (60, 40, 34), (0, -14, 0)), build.liver)
    under = Beyond((-0.62, -0.28, 1.0), 112)
    hilum = Ellipsoid((-22, 28, 108), (34, 46, 30))
    back = Tube(((0, 52, 60), (0, 62, 240)), 40)
    return Common(of=(Joined((right, left)), skeleton.CAGE.thinned(13.0), under), without=(hilum, back))


def _glands(build: Build) -> Iterator[Structure]:
    for side, sign in (("left", 1.0), ("right", -1.0)):
        parotid = Joined(
            (
                Ellipsoid((sign * 54, 0, 512), (10.5, 14.5, 25), (0, sign * 6, 0)),
                Ellipsoid((sign * 57, -22, 520), (6.5, 17, 13)),
            )
        )
        if build.glands != 1.0:
            parotid = Joined(tuple(_scaled(s, build.glands) for s in parotid.of if isinstance(s, Ellipsoid)))
        submandibular = _scaled(Ellipsoid((sign * 29, -42, 468), (9.0, 16.0, 13.5), (15, 0, 0)), build.glands)
        lacrimal = Ellipsoid((sign * 38, -78, 578), (6.5, 5, 5))
        yield Structure(tissue.GLAND, (parotid,), f"parotid_{side}")
        yield Structure(tissue.GLAND, (submandibular,), f"submandibular_{side}")
        yield Structure(tissue.GLAND, (lacrimal,), f"lacrimal_{side}")


def _spleen(build: Build) -> Shape:
    whole = _scaled(Ellipsoid((106, 40, 150), (46, 52, 62), (-20, 0, 0)), build.spleen)
    under = viscera.DOMES[1].grown(-3)
    return Common(of=(whole, skeleton.CAGE.thinned(13.0), under), without=(Ellipsoid((58, 4, 150), (46, 62, 90)),))


def _bones() -> Iterator[Structure]:
    hard = (
        *skeleton.posterior_elements(), *skeleton.ribs(), *skeleton.chest_and_shoulders(), *skeleton.pelvis(),
        *skeleton.femora(), *skeleton.skull(),
    )  # fmt: skip
    yield Structure(tissue.CARTILAGE, skeleton.column_of_discs())
    yield Structure(tissue.CORTEX, (*hard, *skeleton.vertebral_bodies()))
    yield Structure(tissue.SPONGIOSA, skeleton.femora(shell_mm=5.0))
    yield Structure(
        tissue.SPONGIOSA, (*skeleton.vertebral_bodies(shell_mm=2.2), *skeleton.pelvic_spongiosa()), "marrow"
    )


def structures(build: Build, *, lesion_volume: float = 1.0) -> tuple[Structure, ...]:
    """Return the man from the outside to the inside, in the order of painting.

    Parameters
    ----------
    build : Build
    lesion_volume : float
        Volume of every lesion relative to the first cycle.
    """
    colon = viscera.colon()
    man = [
        Structure(tissue.FAT, (viscera.OUTLINE, *viscera.arms())),
        Structure(tissue.MUSCLE, (viscera.OUTLINE.thinned(13.0), *viscera.arm_muscles())),
        Structure(tissue.MESENTERY, (viscera.CAVITY,)),
        Structure(tissue.SOFT, (skeleton.CAGE.thinned(12.0),)),
        Structure(tissue.MESENTERY, tuple(Common(of=(dome, skeleton.CAGE.thinned(12.0))) for dome in viscera.DOMES)),
        Structure(tissue.LUNG, viscera.lungs()),
        Structure(tissue.BLOOD, (*viscera.lung_vessels(),)),
        Structure(tissue.BRAIN, (Ellipsoid((0, 2, 604), (66, 86, 72)),)),
        Structure(tissue.MUSCLE, viscera.retroperitoneal_muscles()),
        Structure(tissue.GUT, (Tube(colon, 17.0), viscera.ileum(), *viscera.stomach())),
        Structure(tissue.GAS, (*viscera.colon_gas(), *viscera.stomach_gas(), *viscera.airways())),
        Structure(tissue.LIVER, (_liver(build),), "liver"),
        Structure(tissue.WATER, (Ellipsoid((-42, -58, 96), (13, 16, 26), (20, 0, 0)),)),
        Structure(tissue.SPLEEN, (_spleen(build),), "spleen"),
        Structure(tissue.SOFT, (Tube(((-26, -26, 84), (4, -30, 104), (40, -8, 118), (78, 18, 132)), 8.0),)),
        Structure(tissue.GUT, (viscera.duodenum(), viscera.jejunum()), "small_bowel"),
        *_kidneys(build),
        Structure(tissue.BLOOD, viscera.blood_pool()),
        *_bones(),
        *_glands(build),
        Structure(tissue.SOFT, (Ellipsoid((0, 0, -148), (22, 17, 18)),)),
        Structure(tissue.MUSCLE, (Ellipsoid((0, -26, -104), (39, 31, 29)),)),
        Structure(tissue.WATER, (_scaled(Ellipsoid((0, -26, -104), (34, 26, 24)), build.bladder),), "bladder"),
    ]
    for lesion, factor in zip(LESIONS, build.lesions, strict=True):
        man.append(Structure(lesion.tissue, (lesion.shape(factor * lesion_volume ** (1 / 3)),), lesion.id))
    return tuple(man)
