"""Slow work of the page's events, beside the event loop."""

from collections.abc import Callable
from typing import TypeVar

from anyio import to_thread

T = TypeVar("T")


async def apart(work: Callable[[], T]) -> T:
    """Do something slow in a thread. Stopping does not wait for it, else the page would take no question meanwhile."""
    return await to_thread.run_sync(work, abandon_on_cancel=True)
