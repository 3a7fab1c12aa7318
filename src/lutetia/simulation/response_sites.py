"""Where the lesions of the simulated pairs lie: places of the drawn man at which prostate cancer is found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from lutetia.simulation.shape import Point

SiteKind = Literal["bone", "node", "visceral", "local"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LesionSite:
    """A place for a lesion.

    Attributes
    ----------
    kind : str
    centre, radii : tuple of float
        Where the man was drawn (x, y, z) [mm]; the size it has where a scenario changes nothing.
    beside : str
        Region with uptake of its own at whose edge it lies, at most about 15 mm away; empty where there is none.
    """

    kind: SiteKind
    centre: Point
    radii: Point
    beside: str = ""


SITES: Final[Mapping[str, LesionSite]] = MappingProxyType(
    {
        "ilium-right": LesionSite(kind="bone", centre=(-104, 44, -30), radii=(11, 18, 20)),
        "ilium-left": LesionSite(kind="bone", centre=(106, 42, -36), radii=(10, 15, 15)),
        "acetabulum-left": LesionSite(kind="bone", centre=(80, 28, -104), radii=(11, 13, 16)),
        "femur-right": LesionSite(kind="bone", centre=(-98, 10, -134), radii=(11, 11, 11)),
        "sacrum": LesionSite(kind="bone", centre=(4, 62, -64), radii=(15, 10, 11)),
        "t9": LesionSite(kind="bone", centre=(3, 66, 232), radii=(15, 11, 10.5)),
        "t4": LesionSite(kind="bone", centre=(-2, 62, 345), radii=(10, 8.5, 8)),
        "l5": LesionSite(kind="bone", centre=(-6, 42, -26), radii=(11, 10, 9)),
        "sternum": LesionSite(kind="bone", centre=(0, -88, 290), radii=(10, 6, 12)),
        "scapula-left": LesionSite(kind="bone", centre=(108, 80, 340), radii=(10, 7, 10)),
        "rib-right": LesionSite(kind="bone", centre=(-146, 8, 205), radii=(6, 8, 7)),
        "humerus-left": LesionSite(kind="bone", centre=(166, 18, 408), radii=(12, 12, 12)),
        "para-aortic-left": LesionSite(kind="node", centre=(28, 14, -2), radii=(11, 11, 18)),
        "supraclavicular-left": LesionSite(kind="node", centre=(48, 2, 424), radii=(9, 9, 10)),
        "mediastinal": LesionSite(kind="node", centre=(-2, 40, 300), radii=(8, 8, 9)),
        "common-iliac-right": LesionSite(kind="node", centre=(-36, 28, -24), radii=(8, 8, 10)),
        "external-iliac-right": LesionSite(kind="node", centre=(-50, -29, -96), radii=(7, 7, 8), beside="bladder"),
        "internal-iliac-left": LesionSite(kind="node", centre=(43, -4, -98), radii=(7, 7, 8), beside="bladder"),
        "renal-hilum-left": LesionSite(kind="node", centre=(28, 16, 110), radii=(6, 6, 7), beside="kidney_left"),
        "retrocrural-right": LesionSite(kind="node", centre=(-22, 44, 140), radii=(6, 6, 8), beside="liver"),
        "cervical-left": LesionSite(kind="node", centre=(54, 12, 474), radii=(7, 7, 7), beside="parotid_left"),
        "prostate-bed": LesionSite(kind="local", centre=(6, -10, -148), radii=(9, 9, 8), beside="bladder"),
        "lung-left": LesionSite(kind="visceral", centre=(86, 24, 312), radii=(8, 8, 8)),
        "lung-right": LesionSite(kind="visceral", centre=(-84, -10, 282), radii=(8, 8, 8)),
    }
)
