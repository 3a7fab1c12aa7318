"""Lines, cross-sections and tissues as their sources print them."""

import numpy as np
import pytest

from lutetia.errors import InputError
from lutetia.reference.material import (
    ICRU_SOFT_TISSUE,
    WATER_H2O,
    Composition,
    schneider,
    tissue_of_density,
)
from lutetia.reference.nuclide import LU177
from lutetia.reference.photon import (
    cross_sections,
    photon_lines,
    photon_tables,
    scattering_function,
    squared_form_factor,
    takes_of_photons,
)
from lutetia.reference.tissue import density_from_hu

PRINTED_TO_TWO_DECIMALS = 0.01
PRINTED_TO_FOUR_DIGITS = 0.0005
WATER_BY_XCOM = {55.8: 0.21335, 113.0: 0.16439, 208.0: 0.13513, 321.0: 0.11560}
"""Mass attenuation with coherent scattering [cm2/g], NIST XCOM."""
NEAR_AN_EDGE_OF_THE_TABLE = 0.001
NEARLY_FREE_ELECTRONS = 0.001


def test_lines_carry_the_photon_energy_of_icrp_107():
    assert photon_lines("Lu-177").kev_per_decay == pytest.approx(LU177.photon_kev, abs=PRINTED_TO_TWO_DECIMALS)
    gamma = {
        round(e): y for e, y in zip(photon_lines("Lu-177").energy_kev, photon_lines("Lu-177").per_decay, strict=True)
    }
    assert gamma[208] == pytest.approx(0.110, rel=PRINTED_TO_FOUR_DIGITS)
    assert gamma[113] == pytest.approx(0.064, rel=PRINTED_TO_FOUR_DIGITS)


def test_bremsstrahlung_is_a_thousandth_of_the_electrons_energy():
    """ESTAR: electrons of 133 keV radiate 0.13 % of the energy that they lose at that speed, less as they slow down."""
    radiated = photon_lines("Lu-177", "electron").kev_per_decay
    assert 0.0005 < radiated / LU177.electron_kev < 0.0013
    both = photon_lines("Lu-177", "total").kev_per_decay
    assert both == pytest.approx(radiated + photon_lines("Lu-177").kev_per_decay)


def test_an_unknown_nuclide_is_refused():
    with pytest.raises(InputError, match="Available: Lu-177"):
        photon_lines("I-131")


def test_water_attenuates_as_xcom_says():
    found = cross_sections(WATER_H2O, list(WATER_BY_XCOM)).total
    assert found == pytest.approx(list(WATER_BY_XCOM.values()), rel=NEAR_AN_EDGE_OF_THE_TABLE)


def test_transfer_is_near_the_energy_absorption_of_water():
    """NIST: mu_en/rho of water 0.02764 at 150 keV and 0.02967 at 200 keV; electrons of this energy hardly radiate."""
    mean_of_the_electron_alone = 0.01
    found = cross_sections(WATER_H2O, [150.0, 200.0]).transfer
    assert found == pytest.approx([0.02764, 0.02967], rel=mean_of_the_electron_alone)


def test_what_is_not_in_the_tables_is_refused():
    with pytest.raises(InputError, match="element 47"):
        cross_sections(Composition.of("silver", {47: 1.0}), 100.0)
    with pytest.raises(ValueError, match="add up to 1"):
        Composition("half", ((1, 0.5),))


def test_factors_have_their_limits():
    momenta = np.array([0.0, 40.0])
    assert scattering_function(ICRU_SOFT_TISSUE, momenta) == pytest.approx([0.0, 1.0], abs=NEARLY_FREE_ELECTRONS)
    squared = squared_form_factor(ICRU_SOFT_TISSUE, momenta)
    assert squared[1] < 1e-6 * squared[0]


def test_bone_takes_more_of_the_photons_per_gram_than_tissue():
    tissue = takes_of_photons(ICRU_SOFT_TISSUE, "Lu-177")
    assert takes_of_photons(schneider()[-1], "Lu-177") > 1.3 * tissue
    composition_of_lung_is_that_of_tissue = 0.02
    assert takes_of_photons(schneider()[1], "Lu-177") == pytest.approx(
        tissue, rel=composition_of_lung_is_that_of_tissue
    )


@pytest.mark.parametrize(
    ("hu", "name"),
    [(-1000, "-1000 HU"), (-800, "-950 HU"), (-100, "-120 HU"), (0, "-22 HU"), (40, "19 HU"), (90, "80 HU"),
     (250, "200 HU"), (1000, "1000 HU"), (1550, "1500 HU"), (2900, "1500 HU")],
)  # fmt: skip
def test_a_density_finds_the_tissue_of_its_ct_number(hu, name):
    assert schneider()[int(tissue_of_density(density_from_hu(np.array([hu])))[0])].name == f"tissue from {name}"


def test_contrast_medium_does_not_turn_a_kidney_into_bone():
    """150 HU are 1.106 g/mL by the branch of bone; soft tissue has that density too."""
    tissue = schneider()[int(tissue_of_density(density_from_hu(np.array([150])))[0])]
    assert all(part < 0.001 for z, part in tissue.parts if z == 20)


def test_every_table_says_where_it_comes_from():
    for dataset in photon_tables():
        assert dataset.source.identifier
        assert dataset.beyond_range
