"""How does an object name the images that it was made from?

Source: DICOM PS3.3 C.12.2 (Common Instance Reference), 10.8 (SOP Instance Reference Macro).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from lutetia.dicom.package import pydicom_package
from lutetia.dicom.read.identity import ObjectReference
from lutetia.dicom.write.header import Header


def refer(dataset: Any, header: Header, to: Sequence[ObjectReference]) -> None:
    """Name objects by series; those of other studies than the object's own stand below their study."""
    if own := [one for one in to if one.study_uid == header.study_uid]:
        dataset.ReferencedSeriesSequence = _by_series(own)
    others = []
    for uid in dict.fromkeys(one.study_uid for one in to if one.study_uid != header.study_uid):
        study = pydicom_package().Dataset()
        study.StudyInstanceUID = uid
        study.ReferencedSeriesSequence = _by_series(one for one in to if one.study_uid == uid)
        others.append(study)
    if others:
        dataset.StudiesContainingOtherReferencedInstancesSequence = others


def instance_item(reference: ObjectReference) -> Any:
    """Return an item that names one object."""
    item = pydicom_package().Dataset()
    item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = reference.sop_class_uid, reference.instance_uid
    return item


def _by_series(references: Iterable[ObjectReference]) -> list[Any]:
    series: dict[str, Any] = {}
    for one in references:
        if one.series_uid not in series:
            series[one.series_uid] = pydicom_package().Dataset()
            series[one.series_uid].SeriesInstanceUID = one.series_uid
            series[one.series_uid].ReferencedInstanceSequence = []
        series[one.series_uid].ReferencedInstanceSequence.append(instance_item(one))
    return list(series.values())
