"""A volume in Bq/mL as a PET series."""

from __future__ import annotations

from math import exp, log
from pathlib import Path
from typing import Any, Literal

import numpy as np

from lutetia.dicom.write.header import (
    Administered,
    Header,
    WrittenSeries,
    ds,
    image_times,
    new_object,
    orientation,
    pixels,
    position,
    radiopharmaceutical,
    require_frame,
    save,
    supine_headfirst,
    uid_of,
)
from lutetia.quantification.suv.reference_time import mean_count_time_s
from lutetia.volume import Volume

PET_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.128"
LARGEST_STORED = 32767
WINDOW_KEV = (435.0, 650.0)


def write_pet(
    folder: Path,
    volume: Volume,
    header: Header,
    *,
    decay_correction: Literal["START", "ADMIN", "NONE"] = "START",
    frame_duration_s: float = 180.0,
) -> WrittenSeries:
    """Write one file per slice, each with its own rescale slope.

    Parameters
    ----------
    folder : Path
        Made if absent.
    volume : Volume
        In Bq/mL, not negative, in the decay state that ``decay_correction`` says; stored to one part in 32767
        of each slice's maximum.
    header : Header
        With the administration and the weight.
    decay_correction : {"START", "ADMIN", "NONE"}
        Written with the decay factor that belongs to it.
    frame_duration_s : float
        Duration of the bed position [s].
    """
    given = header.administered
    if volume.unit != "Bq/mL" or volume.values.min() < 0:
        raise ValueError(f"a PET holds Bq/mL, none negative, not {volume.unit}")
    if given is None:
        raise ValueError("a PET header tells the administration")
    geometry = volume.geometry
    require_frame(geometry, header)
    files, uids = [], []
    for k, values in enumerate(volume.values):
        uid = uid_of(header.series_uid, str(k))
        dataset = new_object(header, PET_IMAGE_STORAGE, uid, "PT")
        image_times(dataset, header)
        _series_modules(dataset, header, given, slices=geometry.shape[0])
        _decay(dataset, header, given, decay_correction, frame_duration_s)
        dataset.ImageIndex = dataset.InstanceNumber = k + 1
        dataset.SliceThickness = ds(geometry.spacing_mm[0])
        dataset.ImagePositionPatient, dataset.ImageOrientationPatient = position(geometry, k), orientation(geometry)
        slope = ds(float(values.max()) / LARGEST_STORED or 1.0)
        dataset.RescaleIntercept, dataset.RescaleSlope = "0", slope
        pixels(dataset, np.clip(np.round(values / float(slope)), 0, LARGEST_STORED), geometry, signed=True)
        files.append(folder / f"pt{k + 1:04d}.dcm")
        uids.append(uid)
        save(dataset, files[-1])
    return WrittenSeries(
        files=tuple(files),
        study_uid=header.study_uid,
        series_uid=header.series_uid,
        sop_class_uid=PET_IMAGE_STORAGE,
        instance_uids=tuple(uids),
        geometry=geometry,
    )


def _series_modules(dataset: Any, header: Header, given: Administered, *, slices: int) -> None:
    from pydicom import Dataset

    dataset.ImageType = ["ORIGINAL", "PRIMARY"]
    dataset.SeriesType, dataset.NumberOfSlices = ["WHOLE BODY", "IMAGE"], slices
    dataset.Units, dataset.CountsSource, dataset.CollimatorType = "BQML", "EMISSION", "NONE"
    dataset.RandomsCorrectionMethod, dataset.ReconstructionMethod = "NONE", "simulated"
    dataset.AttenuationCorrectionMethod, dataset.ScatterCorrectionMethod = "simulated", "simulated"
    window = Dataset()
    window.EnergyWindowLowerLimit, window.EnergyWindowUpperLimit = (ds(kev) for kev in WINDOW_KEV)
    dataset.EnergyWindowRangeSequence = [window]
    dataset.RadiopharmaceuticalInformationSequence = [radiopharmaceutical(given, header, becquerel=True)]
    supine_headfirst(dataset)


def _decay(dataset: Any, header: Header, given: Administered, correction: str, duration_s: float) -> None:
    hours = {"START": 0.0, "ADMIN": (header.acquired_at - given.at).total_seconds()}
    dataset.DecayCorrection = correction
    corrected = ["DECY"] if correction != "NONE" else []
    dataset.CorrectedImage = [*corrected, "ATTN", "SCAT"]
    if correction != "NONE":
        dataset.DecayFactor = ds(exp(log(2) / given.half_life_s * hours[correction]))
    dataset.FrameReferenceTime = ds(1000 * mean_count_time_s(duration_s, given.half_life_s))
    dataset.ActualFrameDuration = round(duration_s * 1000)
    dataset.DoseCalibrationFactor = "1"
