"""Write a course for the public two-time-point 177Lu-DOTATATE SPECT, so that Lutetia can be tried on real images.

The images (Dewaraja and Van, University of Michigan, 2021, doi:10.7302/0n8e-rz46, CC BY-NC 4.0, as packaged in the test
data of MIRP) are not part of Lutetia. This script unpacks them where you say and writes course.yaml and site/ from
their headers; it commits to nothing that the headers do not say.

Usage: python scripts/lu177_example.py lu177_dotatate_xspect_2tp_CC-BY-NC.zip FOLDER
           [--decay to-administration|as-acquired] [--curve "physical decay only"]
"""

from __future__ import annotations

import argparse
import zipfile
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from lutetia.course import Course
from lutetia.course.file import write_course
from lutetia.dicom.read import SeriesFiles, Stated, read_spect, read_structures, scan_folder
from lutetia.site import Site, site_texts

TIME_ZONE = "America/Detroit"
LESIONS = {"L1": "liver, right lobe", "L2": "liver, left lateral"}
ATTRIBUTION = (
    "Dewaraja YK, Van BJ (2021), University of Michigan Deep Blue, doi:10.7302/0n8e-rz46, CC BY-NC 4.0; not for "
    "commercial use; not redistributed with Lutetia"
)


def write_example(archive: Path, folder: Path, *, decay: str | None = None, curve: str | None = None) -> Path:
    """Unpack the images and write a course for them.

    Parameters
    ----------
    archive : Path
        The zip file of the images.
    folder : Path
        New or empty; receives ``course/`` and ``site/``.
    decay : str, optional
        The answer that the headers do not give.
    curve : str, optional
        A time-activity model asked for by name, for both lesions.

    Returns
    -------
    Path
        The folder of the course.
    """
    course, site = folder / "course", folder / "site"
    imaging = course / "imaging"
    if not imaging.is_dir():
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(imaging)
    site.mkdir(exist_ok=True)
    for name, text in site_texts(_site()).items():
        (site / name).write_text(text, encoding="utf-8")
    record = _course(scan_folder(imaging), decay=decay, curve=curve)
    (course / "course.yaml").write_text(f"# Images: {ATTRIBUTION}\n{write_course(record)}", encoding="utf-8")
    return course


def _site() -> Site:
    density = {"value": 1.05, "unit": "g/mL", "source": "liver, ICRP Publication 110, taken for lesions in the liver"}
    return Site.model_validate({
        "timezone": TIME_ZONE,
        "jurisdiction": "US",
        "dosimetry": {"tissue_densities": {"lesion": density}},
    })  # fmt: skip


def _course(series: tuple[SeriesFiles, ...], *, decay: str | None, curve: str | None) -> Course:
    stated = Stated(timezone=ZoneInfo(TIME_ZONE))
    spects = sorted(
        (read_spect(one, stated=stated) for one in series if one.kind == "SPECT"), key=lambda one: one.acquired_at
    )
    drawn = {one.frame_of_reference: one for one in map(read_structures, _structures(series))}
    first = spects[0]
    assert first.administered_at is not None
    given = {"value": first.administered_mbq, "unit": "MBq"}
    day = first.administered_at.date().isoformat()
    return Course.model_validate(
        {
            "format": "lutetia-course/1",
            "id": "REAL-LU177-2TP",
            "timezone": TIME_ZONE,
            "patient": {"dicom_patient_id": first.patient_id},
            "lesions": {"entries": [{"id": key, "site": site, "kind": "visceral"} for key, site in LESIONS.items()]},
            "cycles": [
                {
                    "number": 1,
                    "agent": "[177Lu]Lu-DOTATATE",
                    "planned": day,
                    "administration": {
                        "started_at": _clock(first.administered_at),
                        "reported": {"activity": given, "source": "RadionuclideTotalDose of the images"},
                    },
                    "scans": [
                        {
                            "series_uid": spect.series_uid,
                            "structure_series_uid": drawn[spect.frame_of_reference].series_uid,
                            "regions": dict(zip(sorted(drawn[spect.frame_of_reference].regions), LESIONS, strict=True)),
                            **({"decay": decay} if decay else {}),
                        }
                        for spect in spects
                    ],
                    **({"curves": dict.fromkeys(LESIONS, curve)} if curve else {}),
                }
            ],
        },
        context={"timezone": ZoneInfo(TIME_ZONE)},
    )


def _structures(series: tuple[SeriesFiles, ...]) -> list[SeriesFiles]:
    return [one for one in series if one.kind == "structures"]


def _clock(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archive", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--decay", choices=["to-administration", "as-acquired"])
    parser.add_argument("--curve", help='e.g. "physical decay only"')
    asked = parser.parse_args()
    place = write_example(asked.archive, asked.folder, decay=asked.decay, curve=asked.curve)
    print(f"Written: {place}. Next: lutetia run {place}")
