"""The absorbed energies are those of the table, and agree with what others published."""

import hashlib
from importlib import resources

import pytest
import yaml

from lutetia.simulation.sphere import TABLE, absorbed_kev, self_dose_gy, table

PRINTED_TO_FOUR_DIGITS = 1e-4
PRINTED_S_VALUES = 3e-4
ANOTHER_PHANTOM_AND_CODE = 0.01

DATA = resources.files("lutetia.simulation") / "data"


def test_the_first_and_the_last_row_are_read_as_printed():
    assert table()[0] == (0.01, 127.8879)
    assert table()[-1] == (1000.0, 153.1417)


def test_the_sidecar_names_the_file_and_its_hash():
    sidecar = yaml.safe_load((DATA / TABLE.replace(".csv", ".yaml")).read_text(encoding="utf-8"))
    assert sidecar["file"] == TABLE
    assert sidecar["sha256"] == hashlib.sha256((DATA / TABLE).read_bytes()).hexdigest()
    assert sidecar["source"]
    assert sidecar["licence"]


@pytest.mark.parametrize(("mass", "kev"), table())
def test_the_table_is_met_at_its_own_masses(mass, kev):
    assert absorbed_kev(mass) == pytest.approx(kev, rel=PRINTED_TO_FOUR_DIGITS)


@pytest.mark.parametrize(
    ("mass", "s_mgy"), [(0.1, 2.21990e-1), (10, 2.35401e-3), (300, 8.05382e-5), (1000, 2.45360e-5)]
)
def test_one_mbq_for_one_second_gives_the_printed_dose(mass, s_mgy):
    assert self_dose_gy(1 / 3600, mass) * 1000 == pytest.approx(s_mgy, rel=PRINTED_S_VALUES)


@pytest.mark.parametrize(("organ", "mass", "s_mgy"), [("spleen", 149.97, 1.5967e-4), ("liver", 1799.8, 1.3713e-5)])
def test_organs_of_the_reference_man_agree_with_opendose(organ, mass, s_mgy):
    # OpenDose, ICRP-110 adult male, Lu-177, self-dose [mGy/(MBq s)]
    assert self_dose_gy(1 / 3600, mass) * 1000 == pytest.approx(s_mgy, rel=ANOTHER_PHANTOM_AND_CODE), organ


@pytest.mark.parametrize("mass", [0.001, 1e5, 0.0, -3.0])
def test_a_mass_beyond_the_table_is_refused(mass):
    with pytest.raises(ValueError, match="does not reach"):
        absorbed_kev(mass)
