"""How long does a whole-body PET take from its files to uptake values and a segmentation at a fixed threshold?

    python benchmarks/suv_whole_body.py [--series DIR] [--repeats 5]

Without a folder, a made-up PET of 267 x 128 x 128 voxels is written first, one file per slice with its own slope, and
is not timed. Timed: finding and reading the files, the rule and the uptake values, and every voxel of 3 or more, its
connected pieces, volume, mean, maximum and peak. Target: under 5 s.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

import numpy as np
from scipy import ndimage

from lutetia.dicom.read import read_for_suv, scan_folder
from lutetia.dicom.write import Administered, Header, uid_of, write_pet
from lutetia.quantification.suv import suv_rule, to_suv
from lutetia.quantification.uptake import measure_uptake, with_at_least
from lutetia.volume import Geometry, Mask, Volume

SHAPE = (267, 128, 128)
SPACING_MM = (3.27, 4.6875, 4.6875)
AT_LEAST = 3.0


def made_up(folder: Path) -> None:
    """Write a patient with a warm body and sixty hot spots."""
    rng = np.random.default_rng(1)
    geometry = Geometry(shape=SHAPE, spacing_mm=SPACING_MM, frame_of_reference=uid_of("benchmark", "frame"))
    values = np.zeros(SHAPE, dtype=np.float32)
    values[10:-10, 40:88, 24:104] = rng.gamma(20.0, 40.0, (SHAPE[0] - 20, 48, 80))
    for k, j, i in zip(rng.integers(15, 250, 60), rng.integers(44, 84, 60), rng.integers(28, 100, 60), strict=True):
        values[k - 2 : k + 3, j - 2 : j + 3, i - 2 : i + 3] += rng.uniform(10_000, 60_000)
    scan = datetime(2026, 3, 3, 9, 30, tzinfo=UTC)
    header = Header(
        patient_id="SIM", patient_name="Simulated", birth_date=date(1950, 5, 17), sex="M", weight_kg=80.0,
        height_m=1.76, study_uid=uid_of("benchmark", "study"), series_uid=uid_of("benchmark", "pet"),
        frame_of_reference=str(geometry.frame_of_reference), study_at=scan, acquired_at=scan,
        study_description="Simulated", series_description="PET AC",
        administered=Administered(agent="[68Ga]Ga-PSMA-11", nuclide="Ga-68", activity_mbq=150.0,
                                  at=scan - timedelta(hours=1), half_life_s=4057.7),
    )  # fmt: skip
    write_pet(folder, Volume(values=values, geometry=geometry, unit="Bq/mL"), header)


def timed(folder: Path) -> tuple[dict[str, float], str]:
    """Return the seconds of each part, and what was found."""
    start, processor = perf_counter(), process_time()
    series = next(one for one in scan_folder(folder) if one.kind == "PET")
    source = read_for_suv(series)
    read = perf_counter()
    suv = to_suv(source.image.volume, suv_rule(source.facts))
    converted = perf_counter()
    everything = Mask(voxels=np.ones(suv.geometry.shape, dtype=bool), geometry=suv.geometry, name="image")
    hot = with_at_least(suv, everything, AT_LEAST)
    _, pieces = ndimage.label(hot.voxels)
    found = measure_uptake(suv, hot)
    end, worked = perf_counter(), process_time() - processor
    said = f"{pieces} pieces, {found.volume_ml:.0f} mL, mean {found.mean:.2f}, peak {found.peak.value:.2f}"
    parts = {
        "read": read - start,
        "uptake values": converted - read,
        "segmentation and measures": end - converted,
        "in all": end - start,
        "in all, processor time": worked,
    }
    return parts, said


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--series", type=Path)
    parser.add_argument("--repeats", type=int, default=5)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = asked.series or Path(place)
        if asked.series is None:
            made_up(folder)
        runs = [timed(folder) for _ in range(asked.repeats)]
    print(f"{platform.machine()}, {os.cpu_count()} cores; {'x'.join(map(str, SHAPE))} unless --series; {runs[0][1]}")
    for part in runs[0][0]:
        seconds = [run[0][part] for run in runs]
        print(f"  {part:<26} median {median(seconds):6.2f} s, slowest {max(seconds):6.2f} s")


if __name__ == "__main__":
    main()
