"""A trained model of the user plugs in by an entry point; what it finds is held to the same contract."""

from __future__ import annotations

from importlib.metadata import EntryPoint

import numpy as np
import pytest

from lutetia.errors import InputError
from lutetia.quantification.segmentation import DifferentMethodsError, Method
from lutetia.response import Found, PsmaPet, compare_volumes, load_segmenter, measure_disease, plugged_in
from lutetia.volume import Geometry, Mask


class HottestOnly:
    """A dummy model: disease is what lies above half the maximum of the image."""

    def find(self, pet: PsmaPet) -> Found:
        values = pet.suv.values
        return Found(
            mask=Mask(voxels=values > values.max() / 2, geometry=pet.suv.geometry, name="disease"),
            method=Method(name="trained model", version="hottest-only 0.1", unit="g/mL", tracer=pet.tracer),
        )


class OtherGrid(HottestOnly):
    """A model that answers on a grid of its own."""

    def find(self, pet: PsmaPet) -> Found:
        grid = Geometry(shape=(2, 2, 2), spacing_mm=(4.0, 4.0, 4.0))
        mask = Mask(voxels=np.ones(grid.shape, dtype=bool), geometry=grid, name="disease")
        return Found(mask=mask, method=super().find(pet).method)


class OtherTracer(HottestOnly):
    """A model that says it saw another tracer."""

    def find(self, pet: PsmaPet) -> Found:
        found = super().find(pet)
        return Found(mask=found.mask, method=Method(name="trained model", version="x", unit="g/mL", tracer="FDG"))


def no_segmenter() -> object:
    return object()


def broken() -> object:
    raise OSError("no weights")


@pytest.fixture
def installed(monkeypatch):
    names = ("HottestOnly", "no_segmenter", "broken")
    points = [EntryPoint(name, f"{__name__}:{name}", "lutetia.segmenters") for name in names]
    here = globals()
    monkeypatch.setattr(EntryPoint, "load", lambda self: here[self.name])
    monkeypatch.setattr("lutetia.response.segmenter.entry_points", lambda group: points)


def test_installed_models_are_listed_and_loaded(installed, made) -> None:
    assert plugged_in() == ("HottestOnly", "broken", "no_segmenter")
    disease = measure_disease(made.pet(((0, 0, 0), 12, 9.0), ((50, 0, 0), 12, 4.0)), by=load_segmenter("HottestOnly"))
    assert len(disease.counted) == 1
    assert "trained model (definition hottest-only 0.1)" in str(disease.method)


def test_a_model_is_not_compared_with_a_threshold(made) -> None:
    pet = made.pet(((0, 0, 0), 12, 9.0))
    with pytest.raises(DifferentMethodsError, match="the rule"):
        compare_volumes(measure_disease(pet, by=HottestOnly()), measure_disease(pet))


def test_a_model_without_name_and_version_is_no_method() -> None:
    with pytest.raises(ValueError, match="its own name and version"):
        Method(name="trained model", unit="g/mL", tracer="x")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("unknown", "no installed package offers it \\(offered: HottestOnly, broken, no_segmenter\\)"),
        ("no_segmenter", "has no method 'find'"),
        ("broken", "could not be loaded \\(OSError: no weights\\)"),
    ],
)
def test_what_is_no_segmenter_is_refused(installed, name: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        load_segmenter(name)


@pytest.mark.parametrize(("model", "said"), [(OtherGrid(), "another grid"), (OtherTracer(), "the tracer is")])
def test_what_a_model_finds_belongs_to_this_pet(made, model, said: str) -> None:
    with pytest.raises(InputError, match=said):
        measure_disease(made.pet(((0, 0, 0), 12, 9.0)), by=model)
