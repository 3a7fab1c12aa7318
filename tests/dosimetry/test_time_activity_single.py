from datetime import UTC, datetime, timedelta
from math import hypot, log
from typing import get_args

import numpy as np
import pytest

from lutetia.dosimetry.result import FitModel, FitRefusal, Sample, TimeActivityFit
from lutetia.dosimetry.time_activity import PopulationHalfLife, TimeActivityChoice, fit
from lutetia.dosimetry.time_activity.population import published
from lutetia.dosimetry.time_activity.single import BETWEEN_CYCLES
from lutetia.errors import InputError
from lutetia.reference.half_life import load_rows, tissue_half_life
from lutetia.reference.nuclide import LU177

FACTOR_OF_FOUR_DIGITS = 0.001
"""1.778 is printed with four digits."""
SEARCH_OF_THE_RATE = 0.0001
NOT_QUITE_IN_PROPORTION = 0.15
"""An integral at 4 h follows its half-life less than in proportion: part of the activity was seen."""

START = datetime(2026, 1, 12, 10, tzinfo=UTC)
PHYSICAL_H = LU177.half_life_h
EXACT = 1e-9
OWN = PopulationHalfLife(effective_h=36, source="own series of 40 men", relative_sd=0.3)
SHARP = PopulationHalfLife(effective_h=36, source="own series of 40 men")


def one(hours=48.0, mbq=100.0, sigma=None):
    return [
        Sample(
            hours=hours, acquired_at=START + timedelta(hours=hours), volume_ml=100, uncorrected_mbq=mbq, recovery=None,
            relative_sigma=sigma,
        )
    ]  # fmt: skip


def many(pairs, sigma=None):
    return [sample for h, a in pairs for sample in one(h, a, sigma)]


def fitted(samples, method="automatic", population=None, region="kidney_left", **more):
    choice = TimeActivityChoice(method=method, population=population)
    return fit(samples, half_life_h=PHYSICAL_H, region=region, corrected=False, method=choice, **more)


def measured(half_life_h=50.0, region="kidney_left"):
    pairs = [(t, 80 * 2 ** (-t / half_life_h)) for t in (4, 24, 72, 168)]
    found = fitted(many(pairs, 0.03), region=region)
    assert isinstance(found, TimeActivityFit)
    return found


@pytest.mark.parametrize(
    "name",
    ["single time point, Haenscheid 2017", "single time point, Madsen 2018", "single time point, population half-life"],
)
def test_a_method_with_a_half_life_is_named_and_has_its_closed_integral(name):
    found = fitted(one(), name, OWN)
    assert found.model == name
    assert found.tia_mbq_h == pytest.approx(100 * 2 ** (48 / 36) * 36 / log(2), rel=EXACT)
    assert found.activity_mbq(48.0) == pytest.approx(100.0, rel=EXACT)
    assert found.population_range_h == pytest.approx((36 / 1.778, 36 * 1.778), rel=FACTOR_OF_FOUR_DIGITS)
    assert any("own series of 40 men" in note for note in found.notes)


def test_the_spread_between_patients_is_the_uncertainty_of_the_integral():
    """Against a Monte Carlo of half-lives that physical decay cuts off."""
    found = fitted(one(mbq=100.0, sigma=0.05), "single time point, population half-life", OWN)
    random = np.random.default_rng(5)
    half_lives = 36 * np.exp(OWN.log_sigma * random.standard_normal(400_000))
    half_lives = half_lives[half_lives <= PHYSICAL_H]
    ratios = 2 ** (48 / half_lives) * half_lives / (2 ** (48 / 36) * 36)
    statistics_of_400000 = 0.02
    two_of_three = float(np.quantile(np.abs(np.log(ratios)), 0.6827))
    assert found.tia_relative_sigma == pytest.approx(hypot(two_of_three, 0.05), rel=statistics_of_400000)


def test_without_a_stated_spread_there_is_no_uncertainty_and_a_note_says_so():
    found = fitted(one(sigma=0.05), "single time point, Madsen 2018", SHARP)
    assert found.tia_relative_sigma is None
    assert any("spread of that half-life between patients is not stated" in note for note in found.notes)


def test_haenscheid_2018_uses_no_half_life_and_states_the_range_it_was_checked_against():
    found = fitted(one(72.0), "single time point, Haenscheid 2018", OWN)
    assert found.model == "single time point, Haenscheid 2018"
    assert found.tia_mbq_h == pytest.approx(100 * 2 * 72 / log(2), rel=EXACT)
    assert found.activity_mbq(72.0) == pytest.approx(100.0, rel=EXACT)
    low, high = found.population_range_h
    assert any(f"{low:.3g} to {high:.3g} h" in note for note in found.notes)
    assert found.tia_relative_sigma is not None


@pytest.mark.parametrize(("hours", "refused"), [(26.9, True), (27.1, False), (89.9, False), (90.1, True)])
def test_haenscheid_2018_is_refused_where_all_half_lives_lie_outside_its_range(hours, refused):
    """36 h times 0.75 is 27 h and times 2.5 is 90 h."""
    found = fitted(one(hours), "single time point, Haenscheid 2018", SHARP)
    assert isinstance(found, FitRefusal) is refused
    if refused:
        assert "holds from 0.75 to 2.5 only" in found.reason
        assert "an effective half-life of 36 h" in found.reason
        assert "its range is not stated" in found.reason


def test_haenscheid_2018_warns_where_part_of_the_half_lives_lies_outside():
    assert any(
        "Part of that range lies outside" in n
        for n in fitted(one(100.0), "single time point, Haenscheid 2018", OWN).notes
    )
    inside = PopulationHalfLife(effective_h=36, source="own", relative_sd=0.1)
    assert not any(
        "Part of that range" in n for n in fitted(one(60.0), "single time point, Haenscheid 2018", inside).notes
    )


@pytest.mark.parametrize("t_over_te", [0.75, 1.0, 1.44, 2.0, 2.5])
def test_the_error_of_haenscheid_2018_is_the_published_one(t_over_te):
    """-10.8 % at 0.75, 0 at 1, +6.2 % at 1.44, 0 at 2, -11.6 % at 2.5."""
    printed = {0.75: -10.8, 1.0: 0.0, 1.44: 6.2, 2.0: 0.0, 2.5: -11.6}[t_over_te]
    hours = 36 * t_over_te
    exact = 100 * 2**t_over_te * 36 / log(2)
    found = fitted(one(hours), "single time point, Haenscheid 2018", SHARP)
    printed_to_one_decimal = 0.06
    assert 100 * (found.tia_mbq_h / exact - 1) == pytest.approx(printed, abs=printed_to_one_decimal)


def test_the_kinetics_of_an_earlier_cycle_come_before_a_population():
    found = fitted(one(mbq=70.0), population=OWN, earlier=measured(50.0))
    assert found.model == "single time point, earlier cycle"
    assert found.effective_half_life_h == pytest.approx(50.0, rel=SEARCH_OF_THE_RATE)
    assert found.tia_mbq_h == pytest.approx(70 * 2 ** (48 / 50) * 50 / log(2), rel=SEARCH_OF_THE_RATE)
    assert "measured in an earlier cycle" in found.chosen_because


def test_an_earlier_curve_keeps_its_shape_when_it_is_scaled():
    rising = many([(t, 50 * (2 ** (-t / 60) - 2 ** (-t / 6))) for t in (2, 6, 24, 72, 168)], 0.02)
    before = fitted(rising, "bi-exponential with uptake", region="L1")
    now = fitted(one(mbq=20.0), region="L1", earlier=before)
    factor = 20.0 / before.activity_mbq(48.0)
    assert now.tia_mbq_h == pytest.approx(factor * before.tia_mbq_h, rel=EXACT)
    assert now.activity_mbq(3.0) == pytest.approx(factor * before.activity_mbq(3.0), rel=EXACT)


def test_the_change_from_cycle_to_cycle_is_in_the_uncertainty():
    early, best = (fitted(one(hours), earlier=measured(50.0)) for hours in (4.0, 72.0))
    assert early.tia_relative_sigma == pytest.approx(BETWEEN_CYCLES, rel=NOT_QUITE_IN_PROPORTION)
    assert best.tia_relative_sigma < 0.5 * early.tia_relative_sigma


def test_an_earlier_curve_that_was_itself_borrowed_is_not_borrowed_again():
    borrowed = fitted(one(), "single time point, population half-life", OWN)
    refused = fitted(one(), "single time point, earlier cycle", earlier=borrowed)
    assert isinstance(refused, FitRefusal)
    assert "no earlier cycle in which the kinetics of this region were measured" in refused.reason
    assert fitted(one(), population=OWN, earlier=borrowed).model == "single time point, population half-life"


def test_several_scans_and_a_method_by_name_take_the_last_and_say_so():
    found = fitted(many([(4, 120.0), (24, 110.0), (48, 100.0)]), "single time point, Madsen 2018", OWN)
    assert found.tia_mbq_h == pytest.approx(100 * 2 ** (48 / 36) * 36 / log(2), rel=EXACT)
    assert any("last scan alone is used; 2 earlier" in note for note in found.notes)


def test_the_published_half_life_is_taken_by_name_only_and_is_cited():
    refused = fitted(one())
    assert isinstance(refused, FitRefusal)
    assert any("35.5 h as published" in offer and "AAPM" in offer for offer in refused.offered)
    found = fitted(one(), "single time point, population half-life")
    assert found.effective_half_life_h == pytest.approx(35.5)
    assert found.population_range_h == (8.5, 152.0)
    assert any("AAPM annual meeting 2026, abstract 2620" in note for note in found.notes)
    assert isinstance(fitted(one(), "single time point, population half-life", region="bladder"), FitRefusal)


def test_tumours_are_flagged_and_marrow_is_refused():
    tumour = fitted(one(), "single time point, population half-life", region="L1")
    assert any("unreliable for tumours" in note for note in tumour.notes)
    assert any("not traced to a publication" in note for note in tumour.notes)
    for name in (
        "single time point, population half-life",
        "single time point, Haenscheid 2017",
        "single time point, Haenscheid 2018",
        "single time point, Madsen 2018",
        "maximum a posteriori",
    ):
        refused = fitted(one(), name, region="marrow")
        assert isinstance(refused, FitRefusal)
        assert "marrow" in refused.reason
    own = fitted(one(), region="marrow", earlier=measured(region="marrow"))
    assert any("unreliable for marrow" in note for note in own.notes)


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        (PopulationHalfLife(effective_h=200, source="x"), "physical half-life"),
        (PopulationHalfLife(effective_h=36, source="x", relative_sd=-0.1), "a spread of -0.1"),
        (PopulationHalfLife(effective_h=36, source="x", range_h=(40, 60)), "not within its range"),
    ],
)
def test_an_impossible_half_life_is_refused_by_name(stated, words):
    for name in ("single time point, population half-life", "maximum a posteriori"):
        with pytest.raises(InputError, match=words):
            fitted(one(), name, stated)


def test_a_choice_that_contradicts_itself_is_refused():
    with pytest.raises(InputError, match="there is no method 'trapezoid'"):
        TimeActivityChoice(method="trapezoid")
    with pytest.raises(InputError, match="'mono-exponential' uses none"):
        TimeActivityChoice(method="mono-exponential", population=OWN)
    with pytest.raises(ValueError, match="asked for twice"):
        fitted(one(), model="mono-exponential")


def test_the_spreads_of_the_table_follow_from_its_ranges():
    """Tippett's expected range of n normal values; its half from the median down where the highest fit failed."""
    from scipy.integrate import quad
    from scipy.stats import norm

    def expected_range(n):
        return quad(lambda x: 1 - norm.cdf(x) ** n - norm.sf(x) ** n, -8, 8)[0]

    _, rows = load_rows("effective_half_lives_psma")
    printed_to_three_digits = 2e-3
    for row in rows:
        if row["traced"] == "no":
            continue
        median, low, high = (float(row[k]) for k in ("median_h", "lowest_h", "highest_h"))
        width = expected_range(int(row["regions"]))
        failed = high > 0.9 * PHYSICAL_H
        expected = log(median / low) / (width / 2) if failed else log(high / low) / width
        assert float(row["log_sigma"]) == pytest.approx(expected, rel=printed_to_three_digits), row["tissue"]


def test_glands_and_both_sides_share_a_half_life_and_a_lesion_is_a_tumour():
    assert tissue_half_life("submandibular_right").tissue == "salivary"
    assert published("kidney_left") == published("kidney_right")
    assert tissue_half_life("L7").tissue == "tumour"
    assert tissue_half_life("remainder") is None


def test_every_result_from_one_scan_says_so_in_its_name():
    """Rules that read accepted doses look for these words."""
    names = [n for n in get_args(FitModel) if n.startswith("single time point, ")]
    assert len(names) == 6
    for name in names:
        more = {"earlier": measured()} if "earlier" in name else {}
        found = fitted(many([(24, 100.0), (72, 60.0)]), name, **more)
        assert found.model == name
        assert found.activity_mbq(72.0) == pytest.approx(60.0, rel=SEARCH_OF_THE_RATE)
    assert fitted(one(), "maximum a posteriori").model == "single time point, maximum a posteriori"
