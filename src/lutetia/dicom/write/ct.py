"""A volume in Hounsfield units as a CT series."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from lutetia.dicom.write.header import (
    Header,
    WrittenSeries,
    ds,
    image_times,
    new_object,
    orientation,
    pixels,
    position,
    require_frame,
    save,
    uid_of,
)
from lutetia.volume import Volume

CT_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.2"
INTERCEPT_HU = -1024.0


def write_ct(folder: Path, volume: Volume, header: Header) -> WrittenSeries:
    """Write one file per slice; values are rounded to whole HU.

    Parameters
    ----------
    folder : Path
        Made if absent.
    volume : Volume
        In HU, between -1024 and 31743.
    header : Header
    """
    if volume.unit != "HU":
        raise ValueError(f"a CT holds HU, not {volume.unit}")
    if volume.values.min() < INTERCEPT_HU or volume.values.max() > 31743:
        raise ValueError("HU must lie between -1024 and 31743")
    geometry = volume.geometry
    require_frame(geometry, header)
    files, uids = [], []
    for k, values in enumerate(volume.values):
        uid = uid_of(header.series_uid, str(k))
        dataset = new_object(header, CT_IMAGE_STORAGE, uid, "CT")
        image_times(dataset, header)
        dataset.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
        dataset.KVP, dataset.PatientPosition = "120", "HFS"
        dataset.AcquisitionNumber, dataset.InstanceNumber = 1, k + 1
        dataset.SliceThickness = ds(geometry.spacing_mm[0])
        dataset.ImagePositionPatient, dataset.ImageOrientationPatient = position(geometry, k), orientation(geometry)
        dataset.RescaleIntercept, dataset.RescaleSlope, dataset.RescaleType = ds(INTERCEPT_HU), "1", "HU"
        pixels(dataset, np.round(values - INTERCEPT_HU), geometry, signed=True)
        files.append(folder / f"ct{k + 1:04d}.dcm")
        uids.append(uid)
        save(dataset, files[-1])
    return WrittenSeries(
        files=tuple(files),
        study_uid=header.study_uid,
        series_uid=header.series_uid,
        sop_class_uid=CT_IMAGE_STORAGE,
        instance_uids=tuple(uids),
        geometry=geometry,
    )
