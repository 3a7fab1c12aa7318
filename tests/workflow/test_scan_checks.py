"""Are scans refused whose nuclide, window, order or total cannot be, each by its words?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from lutetia.course import Cycle, Scan
from lutetia.dicom.read import SeriesFiles, SpectImage, read_spect, scan_folder
from lutetia.dicom.write import Administered, Header, SpectAcquisition, uid_of, write_spect
from lutetia.dosimetry.input import ScanInput
from lutetia.errors import InputError, RefusedError
from lutetia.reference.nuclide import LU177
from lutetia.site import Calibration, DeadTimeStated, EnergyWindow, SensitivityStated, Site
from lutetia.volume import Geometry, Volume
from lutetia.workflow.dose.counting import duration_of_head, loss_of_scan
from lutetia.workflow.dose.imaging import ReadScan
from lutetia.workflow.dose.plausible import checked, length_along_body_mm

ROUNDING_OF_FLOATS = 1e-09

GIVEN_AT = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
GIVEN_MBQ = 7400.0
PEAK = ((187.2, 228.8),)
CYCLE = Cycle.model_validate({"number": 1, "planned": date(2026, 3, 2), "agent": "[177Lu]Lu-PSMA-617"})
CALIBRATION = Calibration(
    format="lutetia-calibration/1",
    id="cal",
    manufacturer="Lutetia simulation",
    model="Lutetia simulation",
    collimator="MEGP",
    nuclide="Lu-177",
    energy_windows=(EnergyWindow(lower_kev=187.0, upper_kev=229.0),),
    reconstruction="OSEM, attenuation and scatter corrected",
    sensitivity=SensitivityStated(value=9.4, unit="cps/MBq", relative_sigma=0.03),
    sensitivity_of="system",
    heads=2,
    valid_from=date(2026, 1, 1),
)


def grid(name: str) -> Geometry:
    return Geometry(shape=(8, 9, 10), spacing_mm=(5.0, 5.0, 5.0), frame_of_reference=uid_of(name))


class Folder:
    """Scans of one cycle as written, and as the course reads them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.scans: list[ReadScan] = []

    def add(
        self, hours: float, part: float, *, header_hours: float | None = None, nuclide: str = "Lu-177",
        windows: tuple[tuple[float, float], ...] = PEAK, corrections: tuple[str, ...] = ("UNIF", "ATTN", "SCAT"),
    ) -> Folder:  # fmt: skip
        name = f"{hours}"
        at = GIVEN_AT + timedelta(hours=hours if header_hours is None else header_hours)
        values = np.full((8, 9, 10), 5, dtype=np.float32)
        header = Header(
            patient_id="P", patient_name="P", study_uid=uid_of("s", name), series_uid=uid_of("r", name),
            frame_of_reference=uid_of(name), study_at=at, acquired_at=at,
            administered=Administered(agent="x", nuclide=nuclide, activity_mbq=7400, at=GIVEN_AT, half_life_s=574000),
        )  # fmt: skip
        counts = Volume(values=values, geometry=grid(name), unit="count")
        acquisition = SpectAcquisition(windows_kev=windows, corrections=corrections)
        write_spect(self.path / f"{name}.dcm", counts, header, acquisition=acquisition)
        mbq = part * GIVEN_MBQ * 2 ** (-hours / LU177.half_life_h)
        bq_ml = values / values.sum() * mbq * 1e6 / counts.geometry.voxel_ml
        given = ScanInput(
            activity=counts.with_values(bq_ml, "Bq/mL"), hours=hours, acquired_at=GIVEN_AT + timedelta(hours=hours),
            regions={},
        )  # fmt: skip
        scan = Scan.model_validate({"series_uid": header.series_uid})
        self.scans.append(ReadScan(scan=scan, given=given, ct=None, notes=(), counted_with=CALIBRATION))
        return self

    def series(self) -> dict[str, SeriesFiles]:
        return {series.series_uid: series for series in scan_folder(self.path)}

    def checked(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return checked(CYCLE, self.scans, self.series(), given_mbq=GIVEN_MBQ, physical=LU177, timezone="UTC")


@pytest.fixture
def scans(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def test_every_scan_says_what_part_of_the_activity_its_field_holds(scans: Folder) -> None:
    lines, warnings = scans.add(4, 0.7).add(24, 0.4).checked()
    assert [line.partition(":")[0] for line in lines] == ["Scan at 4.0 h", "Scan at 24.0 h"]
    assert "40% of the activity given" in lines[1]
    assert warnings == ()


def test_an_energy_window_that_was_not_calibrated_is_refused(scans: Folder) -> None:
    with pytest.raises(InputError) as caught:
        scans.add(24, 0.4, windows=((101.7, 124.3),)).checked()
    assert "its energy windows are 101.7-124.3 keV, and calibration cal holds for 187-229 keV" in str(caught.value)
    assert "another activity" in str(caught.value)
    assert caught.value.where.startswith("SPECT series 2.25.")
    assert "add a calibration for these to calibration/*.yaml" in caught.value.remedy


def test_a_second_photopeak_that_was_not_calibrated_is_refused(scans: Folder) -> None:
    with pytest.raises(InputError, match="energy windows are"):
        scans.add(24, 0.4, windows=(*PEAK, (101.7, 124.3))).checked()


def test_windows_for_scatter_beside_the_photopeak_are_welcome(scans: Folder) -> None:
    _, warnings = scans.add(24, 0.4, windows=(*PEAK, (166.4, 187.2), (228.8, 249.6))).checked()
    assert warnings == ()


def test_an_image_of_another_nuclide_is_refused(scans: Folder) -> None:
    with pytest.raises(InputError, match=r"its header names Ga-68, and cycle 1 was given \[177Lu\]Lu-PSMA-617"):
        scans.add(24, 0.4, nuclide="Ga-68").checked()


def test_time_points_that_the_course_exchanges_are_refused_by_their_headers(scans: Folder) -> None:
    scans.add(4, 0.7, header_hours=72).add(72, 0.2, header_hours=4)
    with pytest.raises(InputError, match=r"by their headers it was taken 68\.0 h after it") as caught:
        scans.checked()
    assert caught.value.where.startswith("SPECT series 2.25.")
    assert "exchange the two in course.yaml, or correct 'acquired_at'" in caught.value.remedy


def test_more_than_was_given_is_refused(scans: Folder) -> None:
    with pytest.raises(RefusedError, match="its field holds 190% of what is left of the activity given"):
        scans.add(4, 1.9).checked()


def test_a_little_more_than_was_given_is_a_warning_of_the_dose(scans: Folder) -> None:
    _, warnings = scans.add(4, 1.12).checked()
    assert len(warnings) == 1
    assert "more than there can be" in warnings[0]


def test_a_total_that_rises_is_refused(scans: Folder) -> None:
    with pytest.raises(RefusedError, match="the activity in the field rises by"):
        scans.add(24, 0.2).add(72, 0.5).checked()


def test_zero_counts_are_refused(scans: Folder) -> None:
    scans.add(24, 0.4)
    empty = scans.scans[0].given.activity
    scans.scans[0] = replace(
        scans.scans[0], given=replace(scans.scans[0].given, activity=empty.with_values(0 * empty.values))
    )
    with pytest.raises(InputError, match="it holds no activity") as caught:
        scans.checked()
    assert caught.value.where.startswith("SPECT series 2.25.")
    assert caught.value.where.endswith("scan at 24.0 h")
    assert "export the reconstruction again" in caught.value.remedy


def test_a_calibration_out_of_its_validity_is_refused() -> None:
    ended = CALIBRATION.model_copy(update={"valid_to": date(2026, 2, 28)})
    with pytest.raises(InputError, match="2026-01-01 to 2026-02-28"):
        Site(calibrations=(ended,)).calibration_for(
            CALIBRATION.manufacturer, CALIBRATION.model, date(2026, 3, 3), nuclide="Lu-177"
        )


def test_an_image_that_came_in_becquerels_is_held_to_no_calibration(scans: Folder) -> None:
    scans.add(24, 0.4, windows=((101.7, 124.3),))
    scans.scans[0] = replace(scans.scans[0], counted_with=None)
    lines, warnings = scans.checked()
    assert len(lines) == 1
    assert warnings == ()


def test_a_reconstruction_that_differs_in_words_is_told(scans: Folder) -> None:
    lines, _ = scans.add(24, 0.4, corrections=("UNIF", "ATTN")).checked()
    assert any("corrects scatter; the image does not list it" in line for line in lines)


def test_a_field_is_as_long_as_it_reaches_along_the_body() -> None:
    assert length_along_body_mm(grid("x")) == 40.0


DEAD = DeadTimeStated(model="non-paralysable", tau_us=5.0, rate="window", source="decaying source")


def spect(scans: Folder) -> SpectImage:
    (series,) = scans.add(24, 0.4).series().values()
    return read_spect(series)


def test_lost_counts_of_a_scan_are_given_back_only_where_a_dead_time_is_stated(scans: Folder) -> None:
    image = spect(scans)
    assert image.counts_accumulated == 8 * 9 * 10 * 5
    assert loss_of_scan(image, CALIBRATION, 1200.0) == (1.0, ())
    factor, notes = loss_of_scan(image, CALIBRATION.model_copy(update={"dead_time": DEAD}), 0.1)
    assert factor == pytest.approx(1 / (1 - 3600 / 0.2 * 5e-6), rel=ROUNDING_OF_FLOATS)
    assert "18,000 cps of one head" in notes[0]


def test_a_rate_that_the_scan_does_not_tell_leaves_it_uncorrected_and_says_so(scans: Folder) -> None:
    dead = DEAD.model_copy(update={"rate": "all energies"})
    factor, notes = loss_of_scan(spect(scans), CALIBRATION.model_copy(update={"dead_time": dead}), 1200.0)
    assert factor == 1.0
    assert "lost counts are not given back" in notes[0]


def test_a_rate_beyond_the_model_is_refused(scans: Folder) -> None:
    with pytest.raises(RefusedError, match="the correction would be"):
        loss_of_scan(spect(scans), CALIBRATION.model_copy(update={"dead_time": DEAD}), 0.03)


def test_a_duration_over_all_heads_is_told_from_that_of_one() -> None:
    asked = {"heads": 2, "found": "60 projections of 20 s", "where": "SPECT series 1", "remedy": "add it"}
    assert duration_of_head(1200.0, None, **asked).seconds == 1200  # type: ignore[arg-type]
    assert duration_of_head(None, 1200.0, **asked).seconds == 1200  # type: ignore[arg-type]
    with pytest.raises(InputError, match="2 heads times the 1200 s of one"):
        duration_of_head(1200.0, 2400.0, **asked)  # type: ignore[arg-type]
    with pytest.raises(InputError, match=r"a total over all heads would be 2 times that of one|A total over all heads"):
        duration_of_head(None, None, **asked)  # type: ignore[arg-type]
