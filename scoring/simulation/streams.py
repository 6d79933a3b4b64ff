"""Random numbers: one independent stream for each thing that is drawn."""

from __future__ import annotations

from zlib import crc32

import numpy as np


def stream(seed: int, what: str, occasion: int = 0) -> np.random.Generator:
    """The PCG64 generator of one kind of draw on one occasion (wave).

    Because each kind has its own stream, changing one parameter of a scenario changes no other draw:
    two scenarios with one seed differ by that parameter alone.

    Raises:
        ValueError: a negative seed.
    """
    return np.random.Generator(np.random.PCG64([seed, crc32(what.encode()), occasion]))
