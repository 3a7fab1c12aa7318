"""Regions as SEG, each with what it is in codes where the standard itself has one.

An organ is its anatomical structure with its side; a lesion is a lesion, its place left to its name. SNOMED codes are
those that DICOM lists (PS3.16 CID 4, 645, 7150, 7151, 244), which anyone may use in DICOM objects.

Source: DICOM PS3.3 A.51, C.8.20 (Segmentation).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from lutetia import __version__
from lutetia.dicom.package import highdicom_package, pydicom_package
from lutetia.dicom.read.header import tolerant
from lutetia.dicom.write.header import Header, code, ds, orientation, save, uid_of
from lutetia.errors import InputError
from lutetia.volume import Geometry, Mask

Coded = tuple[str, str]
ANATOMY: Final[Coded] = ("123037004", "Anatomical Structure")
ABNORMAL: Final[Coded] = ("49755003", "Morphologically Abnormal Structure")
LESION: Final[Coded] = ("52988006", "Lesion")
LEFT: Final[Coded] = ("7771000", "Left")
RIGHT: Final[Coded] = ("24028007", "Right")

STRUCTURES: Final[Mapping[str, Coded]] = {
    "kidney": ("64033007", "Kidney"),
    "liver": ("10200004", "Liver"),
    "spleen": ("78961009", "Spleen"),
    "parotid": ("45289007", "Parotid gland"),
    "submandibular": ("54019009", "Submandibular gland"),
    "lacrimal": ("13561001", "Lacrimal gland"),
    "bladder": ("89837001", "Bladder"),
    "marrow": ("14016003", "Bone Marrow"),
    "small_bowel": ("30315005", "Small intestine"),
    "large_bowel": ("14742008", "Large intestine"),
    "stomach": ("69695003", "Stomach"),
    "gallbladder": ("28231008", "Gallbladder"),
    "prostate": ("41216001", "Prostate"),
    "lung": ("39607008", "Lung"),
    "skeleton": ("272673000", "Bone"),
    "blood_pool": ("59820001", "Blood Vessel"),
    "body": ("38266002", "Entire body"),
}
"""Organ, without its side, to its code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Algorithm:
    """How a region came about, as its segment says it.

    Attributes
    ----------
    name : str
        Of program and method.
    automatic : bool
        Whether no person had a part in it.
    family : tuple of str
        Code of PS3.16 CID 7162 and its meaning.
    """

    name: str
    automatic: bool = False
    family: Coded


AS_DRAWN: Final = Algorithm(name="Lutetia, regions as drawn", family=("123109", "Manual Processing"))
BY_NETWORK: Final[Coded] = ("123110", "Artificial Intelligence")
BY_EDGE: Final[Coded] = ("123103", "Edge Detection")
BY_NEIGHBOURS: Final[Coded] = ("123101", "Neighborhood Analysis")

_SIDES: Final = {"left": LEFT, "right": RIGHT}


def structure_of(region: str) -> tuple[Coded, Coded, Coded | None]:
    """Return category, type and side of a region; what is no organ is a lesion.

    Parameters
    ----------
    region : str
        Organ code (``kidney_left``) or lesion id.
    """
    organ, _, side = region.rpartition("_")
    if side not in _SIDES:
        organ, side = region, ""
    found = STRUCTURES.get(organ)
    if found is None:
        return ABNORMAL, LESION, None
    return ANATOMY, found, _SIDES.get(side)


@tolerant()
def write_segmentation(
    path: Path,
    masks: Sequence[Mask],
    header: Header,
    *,
    source: Sequence[Any],
    labels: Mapping[str, str] | None = None,
    algorithms: Mapping[str, Algorithm] | None = None,
    described: str = "Regions that doses were computed for",
) -> Any:
    """Write regions as one binary segmentation.

    Parameters
    ----------
    path : Path
        The file.
    masks : sequence of Mask
        At least one, all on one grid, named by organ code or lesion id; the name becomes the segment's label.
    header : Header
        Its series UID is the segmentation's own.
    source : sequence of pydicom.Dataset
        The images drawn on, in the same frame of reference; patient and study are taken from them.
    labels : mapping of str to str, optional
        How a region is shown; becomes the segment's description.
    algorithms : mapping of str to Algorithm, optional
        How a region came about; one that is not named was drawn.
    described : str
        What the regions are, at most 64 characters.

    Returns
    -------
    pydicom.Dataset
        What was written, so that a report can refer to it.
    """
    if not masks or len({mask.name for mask in masks}) != len(masks):
        raise ValueError("a segmentation holds at least one region, and no two of one name")
    geometry = masks[0].geometry
    if any(not mask.geometry.matches(geometry) for mask in masks):
        raise ValueError("the regions of one segmentation lie on one grid")
    if geometry.frame_of_reference != header.frame_of_reference:
        raise InputError(
            "writing DICOM",
            "the regions lie in another frame of reference than the header",
            "give both the same frame of reference",
        )
    seg = highdicom_package().seg
    dataset = seg.Segmentation(
        source_images=[_placed(image, geometry) for image in source],
        pixel_array=_voxels(masks, geometry),
        segmentation_type=seg.SegmentationTypeValues.BINARY,
        segment_descriptions=[
            _described(n, mask.name, header, (algorithms or {}).get(mask.name, AS_DRAWN))
            for n, mask in enumerate(masks, 1)
        ],
        series_instance_uid=header.series_uid,
        series_number=header.series_number,
        sop_instance_uid=uid_of(header.series_uid, "0"),
        instance_number=1,
        manufacturer=header.manufacturer,
        manufacturer_model_name=header.model,
        software_versions=__version__,
        device_serial_number="none",
        content_label="REGIONS",
        content_description=described,
        series_description=header.series_description,
    )
    _named(dataset, [mask.name for mask in masks], labels or {})
    save(dataset, path)
    return dataset


def _placed(image: Any, geometry: Geometry) -> Any:
    """Return an image as highdicom understands it; the regions carry a grid of their own.

    Nuclear medicine objects are multi-frame without functional groups, their place inside the detector sequence: such
    a one is referred to as a whole, by a frame that lies between two slices and so is taken for none of them.
    """
    if "NumberOfFrames" not in image or "SharedFunctionalGroupsSequence" in image:
        return image
    make = pydicom_package().Dataset
    measures, plane, place, shared, frame, placed = (make() for _ in range(6))
    measures.PixelSpacing, measures.SliceThickness = image.PixelSpacing, ds(geometry.spacing_mm[0])
    plane.ImageOrientationPatient = orientation(geometry)
    place.ImagePositionPatient = [ds(float(x)) for x in geometry.to_patient((-0.5, 0, 0))]
    shared.PixelMeasuresSequence, shared.PlaneOrientationSequence = [measures], [plane]
    frame.PlanePositionSequence = [place]
    placed.update({element.tag: element for element in image})
    placed.NumberOfFrames = 1
    placed.SharedFunctionalGroupsSequence, placed.PerFrameFunctionalGroupsSequence = [shared], [frame]
    return placed


def _voxels(masks: Sequence[Mask], geometry: Geometry) -> Any:
    highdicom = highdicom_package()
    affine = np.eye(4)
    affine[:3, :3] = geometry.directions.T * np.asarray(geometry.spacing_mm)
    affine[:3, 3] = geometry.origin_mm
    return highdicom.Volume(
        array=np.stack([mask.voxels for mask in masks], axis=-1).astype(np.uint8),
        affine=affine,
        coordinate_system="PATIENT",
        frame_of_reference_uid=geometry.frame_of_reference,
        channels={"SegmentNumber": list(range(1, len(masks) + 1))},
    )


def _described(number: int, region: str, header: Header, made: Algorithm) -> Any:
    highdicom = highdicom_package()
    category, kind, side = structure_of(region)
    algorithm = highdicom.AlgorithmIdentificationSequence(
        name=made.name[:64],
        family=highdicom.sr.CodedConcept(made.family[0], "DCM", made.family[1]),
        version=__version__,
    )
    item = highdicom.seg.SegmentDescription(
        segment_number=number,
        segment_label=region[:64],
        segmented_property_category=_concept(category),
        segmented_property_type=_concept(kind),
        algorithm_type="AUTOMATIC" if made.automatic else "SEMIAUTOMATIC",
        algorithm_identification=algorithm,
        tracking_uid=uid_of(header.patient_id, "region", region),
        tracking_id=region[:64],
    )
    if side is not None:
        item.SegmentedPropertyTypeCodeSequence[0].SegmentedPropertyTypeModifierCodeSequence = [code(*side)]
    return item


def _named(dataset: Any, regions: Sequence[str], labels: Mapping[str, str]) -> None:
    for item, region in zip(dataset.SegmentSequence, regions, strict=True):
        item.SegmentDescription = labels.get(region, region)[:64]


def _concept(coded: Coded) -> Any:
    return highdicom_package().sr.CodedConcept(coded[0], "SCT", coded[1])
