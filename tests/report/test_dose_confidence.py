"""What the page and the JSON say of a dose's uncertainty, biological effect and sum over cycles."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from lutetia.dosimetry.cumulative import cumulative
from lutetia.dosimetry.radiobiology import bed_of
from lutetia.dosimetry.radiobiology.dvh import of_values
from lutetia.dosimetry.result import CycleDose, DoseValue, Exponential, RegionDose, Sample, TimeActivityFit
from lutetia.dosimetry.uncertainty import Budget, Contribution
from lutetia.reference.radiobiology import KIDNEY
from lutetia.report import dose_json
from lutetia.report.confidence import budget_fold, cumulative_section, effect_fold, missing_uncertainty
from lutetia.report.dose import dose_table

BUDGET = Budget(
    contributions=(
        Contribution(name="calibration", relative_sigma=0.06, shared_as="calibration A"),
        Contribution(name="contour", relative_sigma=0.08),
    )
)
TERMS = (Exponential(100.0, 0.02),)


def kidney(**settings):
    fit = TimeActivityFit(
        model="mono-exponential", terms=TERMS, tia_mbq_h=5000.0, tail_fraction=0.1, effective_half_life_h=34.7,
        residuals=(0.0,), chosen_because="told", tia_relative_sigma=0.05,
    )  # fmt: skip
    value = DoseValue(
        fit=fit, mean_dose_gy=3.7042, sigma_gy=0.37042, budget=BUDGET,
        bed=bed_of(3.7042, TERMS, KIDNEY, dose_sigma_gy=0.37042),
    )  # fmt: skip
    sample = Sample(
        hours=24.0, acquired_at=datetime(2026, 1, 13, tzinfo=UTC), volume_ml=150.0, uncorrected_mbq=60.0, recovery=0.9
    )
    return RegionDose(
        region="kidney_left", label="kidney L", samples=(sample,), mass_g=157.5, mass_from="stated",
        uncorrected=DoseValue(fit=fit, mean_dose_gy=3.3), corrected=replace(value, **settings),
        dvh=of_values([1.0, 3.0, 5.0], [10.0, 20.0, 10.0]),
    )  # fmt: skip


def cycle(number=1, **settings):
    return CycleDose(
        cycle=number, agent="[177Lu]Lu-PSMA-617", given_mbq=7400.0, regions=(kidney(**settings),), dose_map=None,
        engine="none",
    )  # fmt: skip


def test_the_dose_table_shows_the_uncertainty_and_no_digit_more():
    row = dose_table(cycle()).rows[0]
    assert "3.7 ± 0.4" in row
    assert "0.50 ± 0.05" in row
    assert "3.30" in row


def test_without_an_uncertainty_the_table_is_as_before():
    row = dose_table(cycle(sigma_gy=None, budget=None)).rows[0]
    assert "3.70" in row
    assert not any("±" in cell for cell in row[:-1])


def test_the_sigma_stands_with_the_kernel_dose_where_there_is_one():
    row = dose_table(cycle(total_dose_gy=3.9)).rows[0]
    assert "3.9 ± 0.4" in row
    assert "3.70" in row


def test_the_budget_names_the_largest_share_first():
    (fold,) = budget_fold(cycle())
    (row,) = fold.content[0].rows
    assert row[4] == "contour"
    assert row[5:] == ("36", "64")
    assert row[2] == "3.0 to 4.5"


def test_a_dose_without_uncertainty_says_what_is_not_stated():
    without = cycle(sigma_gy=None, budget=None, uncertainty_missing=("the contour", "the tissue density"))
    (note,) = missing_uncertainty(without)
    assert "not stated: the contour and the tissue density" in note.text
    assert budget_fold(without) == []
    assert missing_uncertainty(cycle()) == []


def test_the_biological_effect_stands_with_its_parameters_and_the_spread_with_its_blur():
    (fold,) = effect_fold(cycle())
    table, notes = fold.content
    assert table.rows[0][4:] == ("1.00", "3.00", "5.00")
    assert any("alpha/beta 2.6 Gy" in text and "Barone" in text for text in notes.items)
    assert any("blur" in text for text in notes.items)


def test_the_sum_stands_beside_quoted_doses_as_references_and_not_as_stops():
    section = cumulative_section(cumulative([cycle(), cycle(2)], given=[1, 2, 3]))
    table = section.blocks[0]
    assert "reference, not a stop" in table.caption
    assert [row[2] for row in table.rows] == ["BED", "BED", "dose"]
    assert all("no dose: 3" in row[1] for row in table.rows)
    assert cumulative_section(()) is None


def test_the_json_holds_budget_effect_and_spread_in_full():
    form = dose_json(cycle())["regions"][0]
    value = form["corrected"]
    assert form["sigma_gy"] == value["sigma_gy"] == pytest.approx(0.37042)
    assert [part["share_of_variance"] for part in value["budget"]["contributions"]] == pytest.approx([0.36, 0.64])
    assert value["bed"]["repair"]["alpha_beta_gy"] == 2.6
    assert form["dvh"]["points"][0] == {"volume_percent": 2.0, "dose_gy": 5.0}
    assert form["uncorrected"]["budget"] is None
