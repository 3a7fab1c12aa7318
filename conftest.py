"""What all tests share: images that go with their module, no deadline for a law, scripts and archives by name."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import settings

settings.register_profile("lutetia", deadline=None)
settings.load_profile("lutetia")

SCRIPTS = Path(__file__).parent / "scripts"


@pytest.fixture(scope="module", autouse=True)
def _forget_what_was_made(request: pytest.FixtureRequest) -> Iterator[None]:
    """Empty the caches of a test module after its last test, and give the memory back."""
    yield
    for made in vars(request.module).values():
        if hasattr(made, "cache_clear") and made.__module__ == request.module.__name__:
            made.cache_clear()
    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "malloc_trim"):
        libc.malloc_trim(0)


@pytest.fixture(scope="session")
def script() -> Callable[[str], ModuleType]:
    """Return a function that loads one of the scripts by its name."""

    def load(name: str) -> ModuleType:
        spec = importlib.util.spec_from_file_location(name, SCRIPTS / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load


@pytest.fixture(scope="session")
def unzipped() -> Callable[[str, Path], Path]:
    """Return a function that unpacks an archive of the folder named by LUTETIA_REAL_DATA, or skips the test."""

    def unpack(name: str, into: Path) -> Path:
        path = Path(os.environ["LUTETIA_REAL_DATA"]) / name
        if not path.exists():
            pytest.skip(f"{name} is not in the folder named by LUTETIA_REAL_DATA")
        with zipfile.ZipFile(path) as archive:
            archive.extractall(into)
        return into

    return unpack
