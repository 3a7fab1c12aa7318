"""Is a site's folder read strictly, and does each scan find its one calibration?"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from lutetia.course import Course
from lutetia.site import CalibrationError, Site, SiteFileError, read_site, site_texts

GUIDE = (Path(__file__).parents[2] / "docs" / "site-folder.md").read_text(encoding="utf-8")
SITE, CALIBRATION, DOSIMETRY, S_VALUES = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)


def folder(path: Path, **changed: str) -> Path:
    """Write a site's folder; ``changed`` maps site, calibration, dosimetry or s_values to another text."""
    (path / "calibration").mkdir(exist_ok=True)
    (path / "site.yaml").write_text(changed.get("site", SITE), encoding="utf-8")
    (path / "calibration" / "one.yaml").write_text(changed.get("calibration", CALIBRATION), encoding="utf-8")
    (path / "dosimetry.yaml").write_text(changed.get("dosimetry", DOSIMETRY), encoding="utf-8")
    (path / "s-values.yaml").write_text(changed.get("s_values", S_VALUES), encoding="utf-8")
    return path


def refusal(path: Path) -> SiteFileError:
    with pytest.raises(SiteFileError) as caught:
        read_site(path)
    return caught.value


def test_the_folder_of_the_guide_is_a_site(tmp_path: Path) -> None:
    site = read_site(folder(tmp_path))
    assert (site.timezone, site.jurisdiction) == ("Europe/Paris", "FR")
    assert site.dosimetry.population_half_lives["kidney_left"].hours == 36
    assert site.calibrations[0].sensitivity.relative_sigma == 0.03
    assert site.s_values is not None
    assert site.s_values.values["spleen"]["kidney_left"] == 1.5e-6


def test_a_site_needs_no_more_than_site_yaml(tmp_path: Path) -> None:
    (tmp_path / "site.yaml").write_text("format: lutetia-site/1\n", encoding="utf-8")
    assert read_site(tmp_path) == Site()


def test_a_site_is_written_as_it_is_read(tmp_path: Path) -> None:
    site = read_site(folder(tmp_path))
    again = tmp_path / "again"
    for name, text in site_texts(site).items():
        (again / name).parent.mkdir(parents=True, exist_ok=True)
        (again / name).write_text(text, encoding="utf-8")
    assert read_site(again) == site


def test_sensitivity_of_one_head_counts_for_all_heads(tmp_path: Path) -> None:
    per_head = CALIBRATION.replace("sensitivity_of: system", "sensitivity_of: head")
    assert read_site(folder(tmp_path)).calibrations[0].system_cps_per_mbq == 10.2
    assert read_site(folder(tmp_path, calibration=per_head)).calibrations[0].system_cps_per_mbq == 20.4


@pytest.mark.parametrize(
    ("part", "found", "instead", "line", "field", "words"),
    [
        ("site", "Europe/Paris", "Paris", 2, "timezone", "'Paris' is not an IANA time zone"),
        ("site", "jurisdiction: FR", "jurisdiction: France", 3, "jurisdiction", "'France'"),
        ("site", "setting.isolation_required", "setting.isolation_requred", 5,
         "settings.setting.isolation_requred", "did you mean 'setting.isolation_required'?"),
        ("site", "value: true, since: 2024", "value: yes, since: 2024", 5,
         "settings.setting.isolation_required.value", "write true or false"),
        ("site", "timezone", "time_zone", 2, "time_zone", "did you mean 'timezone'?"),
        ("site", "settings:", "dosimetry: {}\nsettings:", 4, "dosimetry", "write dosimetry.yaml"),
        ("calibration", "value: 10.2", "value: 0.0102", 10, "sensitivity.value", "at least 0.5"),
        ("calibration", "relative_sigma: 0.03", "relative_sigma: 3", 10, "sensitivity.relative_sigma", "less than 1"),
        ("calibration", "unit: cps/MBq", "unit: cpm/MBq", 10, "sensitivity.unit", "write 'cps/MBq'"),
        ("calibration", "sensitivity_of: system", "sensitivity_of: detector", 11, "sensitivity_of", "head"),
        ("calibration", "sensitivity_of: system\n", "", 1, "sensitivity_of", "is missing"),
        ("calibration", "value: 12, unit: mm", "value: 12, unit: cm", 13, "resolution_fwhm", "12 cm is no resolution"),
        ("calibration", "valid_to: 2026-12-31", "valid_to: 2025-12-31", 15, "valid_to", "before it begins"),
        ("calibration", "upper_kev: 228.8", "upper_kev: 128.8", 8, "energy_windows[1].upper_kev", "exchange the two"),
        ("site", "settings:", "s_values: {}\nsettings:", 4, "s_values", "write s-values.yaml"),
        ("s_values", "  liver: {spleen", "  livr: {spleen", 8, "values.livr", "did you mean 'liver'?"),
        ("s_values", "{liver: 2.0e-8", "{livr: 2.0e-8", 9, "values.spleen.livr", "did you mean 'liver'?"),
        ("s_values", "mGy/(MBq s)", "Gy/(Bq s)", 6, "unit", "mGy/(MBq s)"),
        ("s_values", "6.0e-7", "0.6", 8, "values.liver.kidney_right", "at most 0.1"),
        ("s_values", "6.0e-7", "-6.0e-7", 8, "values.liver.kidney_right", "at least 0"),
        ("s_values", "nuclide: Lu-177", "nuclide: I-131", 5, "nuclide", "Lu-177"),
        ("s_values", "licence: as stated by the source\n", "", 1, "licence", "is missing"),
        ("dosimetry", "kidney_left", "kidney", 3, "population_half_lives.kidney", "did you mean 'kidneys'?"),
        ("dosimetry", ", source: ICRU 44", "", 5, "tissue_densities.lesion.source", "is missing"),
        ("dosimetry", "unit: g/mL", "unit: kg/L", 5, "tissue_densities.lesion.unit", "write 'g/mL'"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_with_file_line_field_and_remedy(
    tmp_path: Path, part: str, found: str, instead: str, line: int, field: str, words: str
) -> None:
    text = {"site": SITE, "calibration": CALIBRATION, "dosimetry": DOSIMETRY, "s_values": S_VALUES}[part]
    assert found in text
    error = refusal(folder(tmp_path, **{part: text.replace(found, instead, 1)}))
    assert str(error).startswith(
        {"calibration": "calibration/one.yaml", "s_values": "s-values.yaml"}.get(part, f"{part}.yaml")
    )
    assert (error.findings[0].line, error.findings[0].field) == (line, field)
    assert words.lower() in str(error).lower()
    assert error.findings[0].remedy


@pytest.mark.parametrize("name", ["dosimetri.yaml", "protocoll.yaml", "site.yml"])
def test_a_file_that_would_not_be_heeded_is_not_passed_over(tmp_path: Path, name: str) -> None:
    (folder(tmp_path) / name).write_text("a: 1\n", encoding="utf-8")
    assert "would not be read" in str(refusal(tmp_path))


def test_a_folder_without_site_yaml_is_refused(tmp_path: Path) -> None:
    assert "site.yaml: The file cannot be read" in str(refusal(tmp_path))


def test_a_calibration_is_found_by_camera_and_day(tmp_path: Path) -> None:
    site = read_site(folder(tmp_path))
    found = site.calibration_for("example", "CAMERA  ONE", date(2026, 12, 31))
    assert found.id == "camera-1-megp-2026"


@pytest.mark.parametrize(
    ("model", "on", "nuclide", "words"),
    [
        ("Camera One", date(2027, 1, 1), "Lu-177", "none holds; of this camera there are camera-1-megp-2026"),
        ("Camera One", date(2026, 6, 1), "Tb-161", "none holds"),
        ("Camera Two", date(2026, 6, 1), "Lu-177", "the site has EXAMPLE Camera One"),
    ],
)
def test_without_a_calibration_that_holds_nothing_is_guessed(
    tmp_path: Path, model: str, on: date, nuclide: str, words: str
) -> None:
    with pytest.raises(CalibrationError, match=words):
        read_site(folder(tmp_path)).calibration_for("EXAMPLE", model, on, nuclide=nuclide)


def test_two_calibrations_that_hold_at_once_are_not_chosen_between(tmp_path: Path) -> None:
    folder(tmp_path)
    other = CALIBRATION.replace("id: camera-1-megp-2026", "id: camera-1-new")
    (tmp_path / "calibration" / "two.yaml").write_text(other, encoding="utf-8")
    with pytest.raises(CalibrationError, match=r"2 calibrations hold at once \(camera-1-megp-2026, camera-1-new\)"):
        read_site(tmp_path).calibration_for("EXAMPLE", "Camera One", date(2026, 6, 1))
    (tmp_path / "calibration" / "two.yaml").write_text(CALIBRATION, encoding="utf-8")
    assert "used by two calibrations" in str(refusal(tmp_path))


def test_the_answers_of_a_site_become_facts_where_the_course_is_silent(tmp_path: Path) -> None:
    site = read_site(folder(tmp_path))
    own = {"setting.written_consent_required": [{"value": False, "at": "2026-01-01"}]}
    course = Course.model_validate({"format": "lutetia-course/1", "id": "P-001", "facts": own})
    joined = course.with_facts(site.facts(), where_silent=True)
    assert joined.facts_of("setting.isolation_required")[0].source == "hospital radiation protection rules"
    assert [fact.value for fact in joined.facts_of("setting.written_consent_required")] == [False]
