"""Is ``dosimetry.yaml`` read strictly, and is every choice told with whose it is?"""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from lutetia.fileform import compose, read_as
from lutetia.site import DosimetrySettings, SiteFileError, choices_of
from lutetia.site.dosimetry import preset, preset_names
from lutetia.vocabulary.curve import WITH_HALF_LIFE, CurveMethod, FitModel
from lutetia.vocabulary.region import GROUPS, KEYS, ORGANS, key_label, keys_of

GUIDE = (Path(__file__).parents[2] / "docs" / "dosimetry-file.md").read_text(encoding="utf-8")
EXAMPLE, *PRESETS = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)


def read(text: str) -> DosimetrySettings:
    if "format:" not in text:
        text = f"format: lutetia-dosimetry/1\n{text}"
    document = compose(text, name="dosimetry.yaml", refuse=SiteFileError)
    return read_as(DosimetrySettings, document, refuse=SiteFileError)


def value(text: str, what: str) -> tuple[str, str]:
    (found,) = [(c.value, c.whose) for c in choices_of(read(text)) if c.what == what]
    return found


def test_the_example_of_the_guide_is_a_file_that_is_read() -> None:
    settings = read(EXAMPLE)
    assert settings.uncertainty is not None
    assert settings.uncertainty.contours["lesion"].drawn == "per cycle"


def test_a_file_of_the_first_form_is_still_read() -> None:
    old = read(
        "population_half_lives:\n  kidney_left: {hours: 36, relative_sd: 0.3, source: own series}\n"
        "tissue_densities:\n  lesion: {value: 1.06, unit: g/mL, source: ICRU 44}\n"
    )
    stated = old.of_region("population_half_lives", "kidney_left")
    assert stated is not None
    assert stated.value.hours == 36
    assert old.of_region("tissue_densities", "L7") is not None
    assert old.chosen("engine").value == "kernel"


@pytest.mark.parametrize(
    ("text", "line", "field", "words"),
    [
        ("preset: three-points-full", 2, "preset", "did you mean 'three-point-full'?"),
        ("curves:\n  kidny_left: {method: automatic}", 3, "curves.kidny_left", "did you mean 'kidney_left'?"),
        ("curves:\n  liver: {method: biexponential}", 3, "curves.liver.method", "did you mean 'bi-exponential'?"),
        ("curves:\n  liver: {method: mono-exponential, half_life: stated}", 3, "curves.liver.half_life",
         "uses no half-life of other patients"),
        ("curves:\n  liver: {method: single time point, half_life: stated}", 3, "curves.liver.half_life",
         "'population_half_lives' names none"),
        ("population_half_lives:\n  liver: {hours: 36, relative_sd: 0.3, lowest_hours: 4, highest_hours: 5, source: x}",
         3, "population_half_lives.liver.hours", "not within its range"),
        ("population_half_lives:\n  liver: {hours: 36, relative_sd: 0.3, lowest_hours: 30, source: x}", 3,
         "population_half_lives.liver", "one end of the range stands alone"),
        ("engine: convolution", 2, "engine", "kernel, monte_carlo, local, none"),
        ("recovery: by sphere", 2, "recovery", "by resolution, by volume, none"),
        ("engine: kernel\nmonte_carlo: {seed: 3}", 3, "monte_carlo", "the engine is 'kernel'"),
        ("engine: monte_carlo\nmonte_carlo: {device: gpu}", 3, "monte_carlo.device", "cpu, cuda"),
        ("engine: monte_carlo\nmonte_carlo: {relative_sigma: 0}", 3, "monte_carlo.relative_sigma", "0.0005"),
        ("reference_scan: {value: 24, unit: mm}", 2, "reference_scan", "is no time"),
        ("repair:\n  lesion: {tissue: prostate cancer, alpha_beta_gy: 3}", 3, "repair.lesion.alpha_beta_gy",
         "stands beside 'tissue'"),
        ("repair:\n  lesion: {alpha_beta_gy: 3}", 3, "repair.lesion", "'repair_half_life_h' is missing"),
        ("repair:\n  remainder: {tissue: kidney}", 3, "repair.remainder", "has no repair"),
        ("uncertainty:\n  resolution: {sigma: {value: 5, unit: cm}, source: x}", 3, "uncertainty.resolution.sigma",
         "more than a resolution can be unsure"),
        ("uncertainty:\n  contours:\n    liver: {drawn: once, volume_relative_sigma: 0.1, source: x}", 4,
         "uncertainty.contours.liver.drawn", "per scan"),
        ("uncertainty:\n  contours:\n    liver: {drawn: per scan, voxel: {value: 2, unit: mm}, source: x}", 4,
         "uncertainty.contours.liver", "how well it is known is not stated"),
        ("uncertainty:\n  contours:\n    livr: {drawn: per scan, volume_relative_sigma: 0.1, source: x}", 4,
         "uncertainty.contours.livr", "did you mean 'liver'?"),
        ("uncertainty:\n  density: {relative_sigma: 2, source: x}", 3, "uncertainty.density.relative_sigma",
         "less than 1"),
        ("uncertainty:\n  density: {relative_sigma: 0.02}", 3, "uncertainty.density.source", "is missing"),
        ("uncertainty:\n  noise: {relative_sigma: 0.03, variance_factor: 2, source: x}", 3, "uncertainty.noise",
         "write one of the two"),
        ("uncertainty:\n  noise: {variance_factor: 2, by_region: {lesion: 0}, source: x}", 3,
         "uncertainty.noise.by_region.lesion", "write a positive number"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_with_line_field_and_remedy(text: str, line: int, field: str, words: str) -> None:
    with pytest.raises(SiteFileError) as caught:
        read(text + "\n")
    found = caught.value.findings[0]
    assert (found.line, found.field) == (line, field)
    assert words.lower() in str(caught.value).lower()


def test_the_most_particular_line_holds_for_a_region() -> None:
    settings = read(
        "curves:\n  all: {method: mono-exponential}\n  salivary_glands: {method: bi-exponential}\n"
        "  parotid_left: {method: automatic}\n"
    )
    asked = {r: settings.of_region("curves", r) for r in ("parotid_left", "parotid_right", "L1", "remainder")}
    assert [None if found is None else found.value.method for found in asked.values()] == [
        "automatic",
        "bi-exponential",
        "mono-exponential",
        None,
    ]


def test_own_lines_come_before_the_preset_and_are_told_as_such() -> None:
    text = "preset: single-time-point-kidney\nengine: kernel\ncurves:\n  all: {method: mono-exponential}\n"
    settings = read(text)
    kidney = settings.of_region("curves", "kidney_left")
    assert kidney is not None
    assert (kidney.value.method, kidney.whose) == ("mono-exponential", "the site's")
    assert value(text, "voxel engine") == ("kernel", "the site's")
    assert value(text, "scan that carries the dose map") == ("nearest to 48 h", "preset single-time-point-kidney")
    assert value(text, "density") == ("CT", "Lutetia's")


def test_a_preset_alone_answers_and_says_that_it_does() -> None:
    text = "preset: single-time-point-kidney\n"
    assert value(text, "curve: Both kidneys") == (
        "single time point, half-life published",
        "preset single-time-point-kidney",
    )


def test_what_nobody_chose_is_listed_as_lutetias_choice() -> None:
    listed = choices_of(DosimetrySettings())
    assert {choice.whose for choice in listed} == {"Lutetia's", "–"}
    assert ("uncertainty", "not stated: doses have none") in {(c.what, c.value) for c in listed}


def test_each_uncertainty_that_is_not_stated_is_named() -> None:
    text = "uncertainty:\n  density: {relative_sigma: 0.02, source: x}\n"
    listed = {c.what: c.value for c in choices_of(read(text)) if c.what.startswith("uncertainty")}
    assert [what for what, said in listed.items() if said == "not stated"] == [
        "uncertainty: resolution",
        "uncertainty: contours",
        "uncertainty: noise",
    ]


def test_the_guide_shows_every_preset_as_it_is() -> None:
    assert [text.strip() for text in PRESETS] == [preset(name).as_yaml() for name in preset_names()]


@pytest.mark.parametrize("name", preset_names())
def test_a_preset_written_out_is_read_as_the_same_choices(name: str) -> None:
    assert read(preset(name).as_yaml() + "\n") == preset(name).settings
    assert preset(name).source


def test_curves_are_asked_for_by_the_names_that_results_bear() -> None:
    assert get_args(CurveMethod) == ("automatic", *get_args(FitModel))
    assert set(get_args(CurveMethod)) >= WITH_HALF_LIFE


def test_every_key_has_a_label_and_every_group_its_organs() -> None:
    assert all(key_label(key) for key in KEYS)
    assert all(group in keys_of(organ) for group, members in GROUPS.items() for organ in members)
    assert all(keys_of(organ)[0] == organ for organ in ORGANS)
