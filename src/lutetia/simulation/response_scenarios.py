"""Twenty pairs of PET over all classes of RECIP 1.0, with small new lesions beside organs that take up the tracer.

Uptakes lie in the range commonly seen in metastases on [68Ga]Ga-PSMA-11; sizes and changes were chosen so that each
class of the criterion and each trap of its measurement occurs. They describe nobody.
"""

from __future__ import annotations

from typing import Final

from lutetia.simulation.response_pairs import LesionCourse, Scenario

BONES: Final = ("ilium-right", "t9", "acetabulum-left", "l5", "sternum")
NODES: Final = ("para-aortic-left", "supraclavicular-left", "mediastinal", "common-iliac-right")
_SUV: Final = 18.0


def _old(*sites: str, factor: float = 1.0, suv: tuple[float, float] = (_SUV, _SUV)) -> tuple[LesionCourse, ...]:
    return tuple(LesionCourse(site=site, suv=suv, volume=(1.0, factor)) for site in sites)


def _new(site: str, *, suv: float = _SUV, volume: float = 1.0) -> LesionCourse:
    return LesionCourse(site=site, suv=(None, suv), volume=(1.0, volume))


def _gone(site: str, *, suv: float = _SUV) -> LesionCourse:
    return LesionCourse(site=site, suv=(suv, None))


def _faint(site: str, before: float, after: float) -> LesionCourse:
    return LesionCourse(site=site, suv=(before, after))


_TAKEN_LESS: Final = (
    "kidney_left", "kidney_right", "liver", "spleen", "parotid_left", "parotid_right", "submandibular_left",
    "submandibular_right",
)  # fmt: skip
_FALLEN: Final = dict.fromkeys(_TAKEN_LESS, 0.62)
_RAISED: Final = {"bladder": 2.2, "small_bowel": 1.3}

_URETER: Final = LesionCourse(
    site="para-aortic-left",
    suv=(None, 14.0),
    volume=(0.18, 0.18),
    moved_mm=(26.0, 12.0, -26.0),
    disease=False,
    name="urine in the left ureter",
)

SCENARIOS: Final = (
    Scenario(
        name="everything gone",
        shows="no disease is found where there is none, beside organs with uptake",
        lesions=tuple(_gone(site) for site in (*BONES[:3], *NODES[:2])),
    ),
    Scenario(name="a single node gone", shows="one small lesion at baseline", lesions=(_gone("common-iliac-right"),)),
    Scenario(
        name="all shrink by 60 %",
        shows="a response without traps",
        lesions=_old(*BONES, *NODES, factor=0.4),
    ),
    Scenario(
        name="most shrink, one grows",
        shows="the total decides, not a single lesion",
        lesions=(
            *_old("ilium-right", "t9", "para-aortic-left", "acetabulum-left", factor=0.35),
            *_old("supraclavicular-left", factor=1.8),
        ),
    ),
    Scenario(
        name="two gone, the rest smaller",
        shows="lesions that vanish",
        lesions=(
            _gone("l5"),
            _gone("mediastinal"),
            *_old("ilium-right", "t9", "para-aortic-left", factor=0.7),
        ),
    ),
    Scenario(
        name="a faint lesion crosses the threshold in a responder",
        shows="threshold flicker: uptake just below the threshold at baseline is no new lesion",
        lesions=(*_old("ilium-right", "t9", "para-aortic-left", factor=0.4), _faint("scapula-left", 2.75, 6.5)),
    ),
    Scenario(
        name="a merged pair falls apart",
        shows="one component becomes two",
        lesions=(
            LesionCourse(
                site="sacrum", suv=(_SUV, _SUV), volume=(0.8, 0.25), moved_mm=(-14.0, 0.0, 0.0), name="sacrum-right"
            ),
            LesionCourse(
                site="sacrum", suv=(_SUV, _SUV), volume=(0.8, 0.25), moved_mm=(14.0, 0.0, 0.0), name="sacrum-left"
            ),
            *_old("t9", factor=0.5),
        ),
    ),
    Scenario(
        name="nothing changes",
        shows="the same disease in another pose and with other noise",
        lesions=_old(*BONES, *NODES),
    ),
    Scenario(
        name="a fall of a fifth", shows="below the limit of a response", lesions=_old(*BONES, *NODES, factor=0.74)
    ),
    Scenario(
        name="a rise of a tenth", shows="below the limit of a progression", lesions=_old(*BONES, *NODES, factor=1.13)
    ),
    Scenario(
        name="half the volume, and a new bone lesion",
        shows="a new lesion forbids a response",
        lesions=(*_old(*BONES[:4], "para-aortic-left", factor=0.38), _new("femur-right")),
    ),
    Scenario(
        name="growth without a new lesion",
        shows="growth alone is no progression; nor is urine in the ureter, which only a reader can tell",
        lesions=(*_old("ilium-right", "t9", "para-aortic-left", "supraclavicular-left", factor=1.6), _URETER),
    ),
    Scenario(
        name="two new lesions, hardly more volume",
        shows="new lesions alone are no progression",
        lesions=(*_old(*BONES, *NODES), _new("rib-right"), _new("lung-left", volume=0.5)),
    ),
    Scenario(
        name="a small new node beside the bladder",
        shows="a new lesion beside urine, in a stable patient, with a fuller bladder and brighter bowel",
        lesions=(*_old(*BONES[:4], *NODES[:2], factor=0.85), _new("external-iliac-right", volume=0.8)),
        uptake=({}, _RAISED),
    ),
    Scenario(
        name="urine in the ureter in a stable patient",
        shows="uptake that is no disease: the one false proposal that no measurement can avoid",
        lesions=(*_old(*BONES[:4], *NODES[:2]), _URETER),
    ),
    Scenario(
        name="growth and three new lesions",
        shows="a progression without traps",
        lesions=(
            *_old(*BONES[:3], *NODES[:2], factor=1.4),
            _new("femur-right"),
            _new("ilium-left"),
            _new("lung-right"),
        ),
    ),
    Scenario(
        name="growth and a new node at the kidney",
        shows="a new lesion beside the organ with most uptake",
        lesions=(*_old("ilium-right", "t9", "supraclavicular-left", factor=1.5), _new("renal-hilum-left")),
    ),
    Scenario(
        name="growth and a new node below the parotid",
        shows="a new lesion beside a salivary gland",
        lesions=(*_old("ilium-right", "sacrum", "common-iliac-right", factor=1.5), _new("cervical-left", suv=14.0)),
    ),
    Scenario(
        name="much disease, organs take up less",
        shows="organ uptake falls as disease grows; a fixed threshold does not follow it",
        lesions=(
            *(
                LesionCourse(site=site, suv=(24.0, 26.0), volume=(1.6, 2.3))
                for site in (*BONES, *NODES, "ilium-left", "sacrum")
            ),
            _new("humerus-left"),
            _new("scapula-left"),
        ),
        uptake=({}, _FALLEN),
    ),
    Scenario(
        name="two lesions grow together, very small new ones",
        shows="two components become one; new lesions of 0.3 mL, one of them beside the bladder",
        lesions=(
            LesionCourse(
                site="sacrum", suv=(_SUV, _SUV), volume=(0.25, 0.8), moved_mm=(-14.0, 0.0, 0.0), name="sacrum-right"
            ),
            LesionCourse(
                site="sacrum", suv=(_SUV, _SUV), volume=(0.25, 0.8), moved_mm=(14.0, 0.0, 0.0), name="sacrum-left"
            ),
            *_old("t9", factor=1.3),
            _new("t4", suv=16.0, volume=0.12),
            _new("internal-iliac-left", suv=16.0, volume=0.2),
        ),
    ),
)
"""In the order CR, PR, SD, PD as they were drawn; the class is worked out from the truth, not written here."""


def scenario(name: str) -> Scenario:
    """Return a scenario by its name.

    Raises
    ------
    KeyError
        If there is none of that name.
    """
    return {one.name: one for one in SCENARIOS}[name]
