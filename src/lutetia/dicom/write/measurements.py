"""Doses of regions as a structured report that other systems can read: TID 1500 in a Comprehensive SR.

One measurement group per region, tied to its segment: mean absorbed dose, volume, mass, time-integrated activity and
its coefficient, standard uncertainty where there is one. Absorbed dose, volume and mass have codes in the standard; for
the rest it has none, and the private scheme 99LUTETIA says in words what is meant. A region whose dose was withheld
appears with its volume and mass only.

Source: DICOM PS3.16 TID 1500, 1411, 1501, 300 and 4019, CID 7469; UCUM units.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from lutetia import __version__
from lutetia.dicom.package import highdicom_package
from lutetia.dicom.read.header import tolerant
from lutetia.dicom.write.content import PRIVATE, Coded, concept, name_private_scheme
from lutetia.dicom.write.header import Header, save, uid_of
from lutetia.dicom.write.segmentation import structure_of
from lutetia.dosimetry.region_table import RegionRow

OWN_DEVICE: Final = uid_of("lutetia", "device observer")

_DOSE: Final = ("128513", "DCM", "Absorbed Dose")
_MEAN: Final = ("373098007", "SCT", "Mean")
_SPECT_CT: Final = ("127902", "DCM", "SPECT CT of whole body")


@dataclass(frozen=True, slots=True)
class _Quantity:
    """A number of a row: where it stands there, its concept, its unit, and whether it is a mean over the region."""

    field: str
    concept: Coded
    unit: str
    is_mean: bool = False


QUANTITIES: Final = (
    _Quantity("dose_gy", _DOSE, "Gy", is_mean=True),
    _Quantity("sigma_gy", ("sigma-dose", PRIVATE, "Standard uncertainty of mean absorbed dose"), "Gy"),
    _Quantity("bed_gy", ("bed", PRIVATE, "Biologically effective dose"), "Gy"),
    _Quantity("volume_ml", ("118565006", "SCT", "Volume"), "mL"),
    _Quantity("mass_g", ("118538004", "SCT", "Mass"), "g"),
    _Quantity("tia_mbq_h", ("tia", PRIVATE, "Time-integrated activity"), "MBq.h"),
    _Quantity("tiac_h", ("tiac", PRIVATE, "Time-integrated activity coefficient"), "h"),
)
"""What is written of each region, in this order, where it is known."""


@tolerant()
def write_measurements(
    path: Path,
    rows: Sequence[RegionRow],
    header: Header,
    *,
    segmentation: Any,
    evidence: Sequence[Any],
    algorithm: str,
) -> Any:
    """Write the doses of the regions of one cycle.

    Parameters
    ----------
    path : Path
        The file.
    rows : sequence of RegionRow
        At least one.
    header : Header
        Its series UID is the report's own.
    segmentation : pydicom.Dataset
        From :func:`lutetia.dicom.write.write_segmentation`; a region that is not in it is reported without a segment.
    evidence : sequence of pydicom.Dataset
        Headers of the objects that the numbers were made from, the dose map among them.
    algorithm : str
        How the doses were computed, in words.

    Returns
    -------
    pydicom.Dataset
    """
    sr = highdicom_package().sr
    content = sr.MeasurementReport(
        observation_context=_observer(),
        procedure_reported=concept(_SPECT_CT),
        imaging_measurements=[_group(row, header, segmentation, algorithm) for row in rows],
        title=sr.CodedConcept("126000", "DCM", "Imaging Measurement Report"),
        language_of_content_item_and_descendants=sr.LanguageOfContentItemAndDescendants(
            sr.CodedConcept("en", "RFC5646", "English")
        ),
    )
    report = sr.ComprehensiveSR(
        evidence=[*evidence, segmentation],
        content=content[0],
        series_instance_uid=header.series_uid,
        series_number=header.series_number,
        sop_instance_uid=uid_of(header.series_uid, "0"),
        instance_number=1,
        manufacturer=header.manufacturer,
        is_complete=True,
        series_description=header.series_description,
        device_serial_number="none",
        software_versions=__version__,
        manufacturer_model_name=header.model,
    )
    name_private_scheme(report)
    save(report, path)
    return report


def _observer() -> Any:
    sr = highdicom_package().sr
    return sr.ObservationContext(
        observer_device_context=sr.ObserverContext(
            observer_type=sr.CodedConcept("121007", "DCM", "Device"),
            observer_identifying_attributes=sr.DeviceObserverIdentifyingAttributes(
                uid=OWN_DEVICE, name="Lutetia", manufacturer_name="Lutetia", model_name=f"Lutetia {__version__}"
            ),
        )
    )


def _group(row: RegionRow, header: Header, segmentation: Any, algorithm: str) -> Any:
    sr = highdicom_package().sr
    _, kind, side = structure_of(row.region)
    site = None if side is None else concept((side[0], "SCT", side[1]))
    lesion = kind[1] == "Lesion"
    given: dict[str, Any] = {
        "tracking_identifier": sr.TrackingIdentifier(
            uid=uid_of(header.patient_id, "region", row.region), identifier=row.region
        ),
        "finding_type": concept((kind[0], "SCT", kind[1])),
        "finding_sites": None if lesion else [sr.FindingSite(concept((kind[0], "SCT", kind[1])), laterality=site)],
        "algorithm_id": sr.AlgorithmIdentification(
            name="Lutetia",
            version=__version__,
            parameters=[algorithm, *([f"time-activity model: {row.model}"] if row.model else [])],
        ),
        "measurements": _measured(row),
    }
    number = _segment_of(segmentation, row.region)
    if number is None:
        return sr.MeasurementsAndQualitativeEvaluations(**given)
    segment = sr.ReferencedSegment(
        sop_class_uid=segmentation.SOPClassUID,
        sop_instance_uid=segmentation.SOPInstanceUID,
        segment_number=number,
        source_series=sr.SourceSeriesForSegmentation(segmentation.ReferencedSeriesSequence[0].SeriesInstanceUID),
    )
    return sr.VolumetricROIMeasurementsAndQualitativeEvaluations(referenced_segment=segment, **given)


def _measured(row: RegionRow) -> list[Any]:
    sr = highdicom_package().sr
    return [
        sr.Measurement(
            name=concept(quantity.concept),
            value=float(f"{getattr(row, quantity.field):.9g}"),
            unit=sr.CodedConcept(quantity.unit, "UCUM", quantity.unit),
            derivation=concept(_MEAN) if quantity.is_mean else None,
        )
        for quantity in QUANTITIES
        if getattr(row, quantity.field) is not None
    ]


def _segment_of(segmentation: Any, region: str) -> int | None:
    return next((int(s.SegmentNumber) for s in segmentation.SegmentSequence if s.SegmentLabel == region), None)
