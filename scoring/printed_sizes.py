"""Sizes of cells as they are printed: exact, banded or not at all, and what follows from them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from scoring.disclosure import BOARD_SIZES
from scoring.released import Response, Size
from scoring.rounding import decade, nearest

INDICATIVE: Final = 50
LOW: Final = 30
"""Response rates in percent below which a cell is only indicative, or carries no interval and no verdict."""

WIDEST: Final = 10
"""Half width of a band, in percent of the invited, beyond which no response rate is printed."""


def n_band(label_sizes: Iterable[int], k: int) -> tuple[int, int]:
    """Fewest and most people that a cell can hold by what is public of its labels.

    Labels below 2k are known to hold k to 2k - 1 people and nothing more; larger ones are known
    exactly. So the band of a total gives nothing back about its small parts. Below k is only a board
    that agreed to be shown, of which 3 or 4 is known.

    >>> n_band([281, 31, 6], 5), n_band([31, 3], 5)
    ((317, 321), (34, 35))
    """
    sizes = list(label_sizes)
    known = sum(n for n in sizes if n >= 2 * k)
    hidden = sum(k <= n < 2 * k for n in sizes)
    boards = sum(n < k for n in sizes)
    return (
        known + k * hidden + BOARD_SIZES[0] * boards,
        known + (2 * k - 1) * hidden + BOARD_SIZES[-1] * boards,
    )


def size_of(label_sizes: Iterable[int], k: int) -> Size:
    """How much of a cell's size is printed, by what is public of its labels.

    >>> size_of([6], 5), size_of([31, 6], 5), size_of([31, 12], 5), size_of([6, 4], 5)
    ('small', 'banded', 'exact', 'small')
    """
    sizes = list(label_sizes)
    if n_band(sizes, k)[0] < 2 * k:
        return "small"
    return "banded" if min(sizes) < 2 * k else "exact"


def response_percent(size: Size, band: tuple[int, int], invited: int | None) -> int | None:
    """Response rate from printed numbers alone, so that it gives no hidden size back.

    Whole percent of an exact cell; of a banded one in steps of 5, from the middle of its band, and
    none where the band is too wide to say it within 10.
    """
    if not invited or 50 * (band[1] - band[0]) / invited > WIDEST:
        return None
    percent = 50 * (band[0] + band[1]) / invited
    return min(100, nearest(percent) if size == "exact" else 5 * nearest(percent / 5))


def response(percent: int | None) -> Response:
    """What a response rate in percent allows; None where it is not printed."""
    if percent is None:
        return "withheld"
    return "low" if percent < LOW else "indicative" if percent < INDICATIVE else "usual"


def shown_band(band: tuple[int, int]) -> str:
    """A band as text; a size that is known stands in its band of ten."""
    return decade(band[0]) if band[0] == band[1] else f"{band[0]}-{band[1]}"


def shown_invited(size: Size, invited: int) -> int | None:
    """Head count: exact beside an exact size, rounded to 10 beside a band, none beside a small one."""
    if size == "small":
        return None
    return invited if size == "exact" else 10 * nearest(invited / 10)
