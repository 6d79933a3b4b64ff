"""Small matrices are faster on one thread: 60 x 60 on two costs ten times as long."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from threadpoolctl import ThreadpoolController


@lru_cache(maxsize=1)
def _controller() -> ThreadpoolController:
    return ThreadpoolController()


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Within the block the linear algebra library uses one thread (the whole process, while it lasts)."""
    with _controller().limit(limits=1, user_api="blas"):
        yield
