import numpy as np
import pytest

from lutetia.errors import InputError
from lutetia.reference import dataset
from lutetia.reference.nuclide import LU177, nuclide
from lutetia.reference.point_kernel import point_kernel
from lutetia.reference.tissue import SOFT_TISSUE, Medium, density_from_hu


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
