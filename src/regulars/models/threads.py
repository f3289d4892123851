"""The threads that blocks of histories are worked on: made once, because new ones begin with no memory of their own.

A pool made for each evaluation of a likelihood tripled its cost, all of it fresh pages.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import cache


@cache
def pool(threads: int) -> ThreadPoolExecutor:
    """Return the pool of so many threads, the same one each time.

    >>> pool(2) is pool(2)
    True
    """
    return ThreadPoolExecutor(threads, thread_name_prefix="histories")
