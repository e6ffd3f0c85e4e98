"""How often a visitor may try a wrong token."""

import time
from collections.abc import Callable

MOST = 10
SECONDS = 60.0
REMEMBERED = 1000  # addresses: more would let a visitor with many of them fill the memory


class Attempts:
    """Counts wrong tokens by address: after `MOST` of them within `SECONDS` no further one is looked at.

    `clock` gives seconds. Visitors behind one proxy share its address; whoever is let in already is not asked again.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures: dict[str, list[float]] = {}

    def spent(self, address: str) -> bool:
        """Whether this address has to wait."""
        return len(self._recent(address)) >= MOST

    def failed(self, address: str) -> None:
        """Note a wrong token."""
        recent = [*self._recent(address), self._clock()]
        self._failures.pop(address, None)  # it comes last again: the one that was quiet longest is forgotten first
        self._failures[address] = recent[-MOST:]
        while len(self._failures) > REMEMBERED:
            del self._failures[next(iter(self._failures))]

    def _recent(self, address: str) -> list[float]:
        return [when for when in self._failures.get(address, []) if self._clock() - when < SECONDS]
