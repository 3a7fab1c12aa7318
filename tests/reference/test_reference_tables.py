import numpy as np
import pytest

from lutetia.errors import InputError
from lutetia.reference import dataset
from lutetia.reference.nuclide import LU177, nuclide
from lutetia.reference.point_kernel import point_kernel
from lutetia.reference.tissue import ORGAN_DENSITY_G_ML, SOFT_TISSUE, Medium, density_from_hu


@pytest.mark.parametrize("name", ["Lu-177", "177Lu", "lu177", "Lu177"])
def test_a_nuclide_is_found_under_its_usual_spellings(name):
    assert nuclide(name) is LU177


def test_a_nuclide_without_data_is_refused_with_those_that_have_some():
    with pytest.raises(InputError, match=r"(?i)no decay data for 'Ac-225'.*known nuclides: Lu-177"):
        nuclide("Ac-225")


def test_a_metastable_nuclide_is_not_taken_for_its_ground_state():
    with pytest.raises(InputError):
        nuclide("Lu-177m")


def test_the_point_kernel_says_where_it_comes_from():
    about = point_kernel("Lu-177").dataset
    assert about.source.identifier.startswith("EGSnrc")
    assert len(about.sha256) == 64
    assert "beyond" in about.beyond_range


def test_a_changed_table_is_refused(tmp_path, monkeypatch):
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "t.csv").write_text("a\n1\n")
    (folder / "t.yaml").write_text("sha256: '00'\nsource: {title: t, year: 1}\nmade_with: x\nbeyond_range: y\n")
    monkeypatch.setattr(dataset, "files", lambda _package: tmp_path)
    with pytest.raises(dataset.ChangedTableError, match=r"t\.csv: its SHA-256 is .* nobody has checked"):
        dataset.load.__wrapped__("t")


def test_there_is_no_point_kernel_for_another_nuclide():
    with pytest.raises(InputError, match="there is none for 'Y-90'"):
        point_kernel("Y-90")


def test_the_density_of_the_kernel_adds_up_to_its_cumulative_energy():
    kernel = point_kernel("Lu-177")
    r = np.linspace(0.3, 2.0, 20001)
    middle = (r[1:] + r[:-1]) / 2
    shells = 4 * np.pi * middle**2 * kernel.density_kev_cm3(middle, medium=SOFT_TISSUE) * np.diff(r)
    between = np.diff(kernel.within_kev([0.3, 2.0], medium=SOFT_TISSUE))[0]
    assert shells.sum() == pytest.approx(between, rel=1e-6)


def test_beyond_its_range_the_kernel_gives_nothing_more():
    kernel = point_kernel("Lu-177")
    assert kernel.within_kev(100.0) == kernel.whole_kev()
    assert kernel.density_kev_cm3(61.0) == 0.0
    assert kernel.density_kev_cm3(61.0, medium=Medium("light", 0.5)) > 0.0


@pytest.mark.parametrize(
    ("hu", "g_ml"),
    [(-1000, 0.00121), (-98, 0.930486), (14, 1.03), (100, 1.1199), (1600, 1.9642)],
    ids=["air", "fat", "soft tissue", "connective tissue", "bone"],
)
def test_density_follows_the_published_relation(hu, g_ml):
    printed_to_three_decimals = 1e-3
    assert float(density_from_hu(hu)) == pytest.approx(g_ml, abs=printed_to_three_decimals)


def test_ct_numbers_beyond_the_relation_are_held_at_its_ends():
    assert density_from_hu([-1024.0, 5000.0]).tolist() == density_from_hu([-1000.0, 3000.0]).tolist()


@pytest.mark.parametrize(
    ("hu", "g_ml"),
    [(-1000, 1.21e-3), (-98, 0.93), (14, 1.03), (23, 1.031), (100, 1.1199), (101, 1.0762), (1600, 1.9642), (3000, 2.8)],
)
def test_density_agrees_with_the_table_of_schneider(hu, g_ml):
    """The table as it is shipped with Monte Carlo codes (Schneider 2000; printed to three digits at the ends)."""
    printed_to_two_or_three_digits = 0.0035
    assert float(density_from_hu(hu)) == pytest.approx(g_ml, rel=printed_to_two_or_three_digits)


@pytest.mark.parametrize(
    ("hu", "g_ml"), [(-549, 0.465848), (0, 1.018), (18, 1.03), (60, 1.07314), (500, 1.313), (1000, 1.609)]
)
def test_density_between_the_points_of_the_table_follows_the_printed_lines(hu, g_ml):
    worked_by_hand = 1e-4
    assert float(density_from_hu(hu)) == pytest.approx(g_ml, rel=worked_by_hand)


def test_a_whole_image_has_the_densities_of_its_single_voxels():
    whole = np.arange(-1100.0, 3200.0)
    image = np.tile(whole, 4).astype(np.float32)
    one_by_one = np.concatenate([density_from_hu(part) for part in np.split(whole, 10)])
    assert np.array_equal(density_from_hu(image), np.tile(one_by_one, 4))
    image[0] = 40.5
    assert density_from_hu(image)[0] == density_from_hu(40.5)


def test_the_density_of_organs_is_that_of_the_reference_phantoms():
    """ICRP 110, both adults, by the materials of the OpenDose input; salivary glands are organs 120 and 121."""
    published = {"kidney": 1.05, "liver": 1.05, "spleen": 1.04, "parotid": 1.03, "submandibular": 1.03, "bladder": 1.04}
    for code, density in ORGAN_DENSITY_G_ML.items():
        assert density == published[code.split("_")[0]], code
