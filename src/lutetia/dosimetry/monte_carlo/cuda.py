"""Where are photons followed, and is there a CUDA device on which they can be?

numba answers (the extra ``gpu`` brings its compiler for such devices); it is imported when it is asked, not before.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from typing import Final

from lutetia.errors import InputError
from lutetia.vocabulary.device import Device

CORES: Final = "processor cores"
SIMULATOR: Final = "simulator (NUMBA_ENABLE_CUDASIM)"


@cache
def usable_device() -> str | None:
    """Return the name of the device that would be used; None where there is none."""
    if find_spec("numba") is None:
        return None
    from numba import config, cuda

    if config.ENABLE_CUDASIM:
        return SIMULATOR
    if not cuda.is_available():
        return None
    name = cuda.get_current_device().name
    return name.decode() if isinstance(name, bytes) else str(name)


def require_device() -> str:
    """Return the name of the device that is used.

    Raises
    ------
    InputError
        If there is none: what is asked for is never followed elsewhere unsaid.
    """
    found = usable_device()
    if found is None:
        missing = " (numba-cuda is not installed)" if find_spec("numba_cuda") is None else ""
        raise InputError(
            "dosimetry.yaml, monte_carlo.device",
            f"'cuda' is asked for, and no CUDA device can be used here{missing}",
            "write 'device: cpu', or run on a machine with an NVIDIA device, its driver and the extra gpu: "
            "pip install 'lutetia[gpu]'",
            "where photons are followed is the centre's choice",
        )
    return found


def in_words(device: Device) -> str:
    """Return where photons are followed."""
    return CORES if device == "cpu" else f"CUDA device: {usable_device() or 'none'}"
