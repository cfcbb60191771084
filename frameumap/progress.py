"""Progress of long work: one bar per stage on request, and the point between kernels where
KeyboardInterrupt is raised."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator, Sequence
from typing import TypeVar

logger = logging.getLogger("frameumap")
T = TypeVar("T")


class Progress:
    """Shows stages with `tqdm` when `verbose`, logs them otherwise.

    Kernels run in calls of about a tenth of a second; KeyboardInterrupt is raised between two of
    them.
    """

    def __init__(self, verbose: bool = False) -> None:
        self.verbose = verbose

    def say(self, text: str) -> None:
        """Report one stage."""
        logger.info(text)
        if self.verbose:
            from tqdm.auto import tqdm

            tqdm.write(text, file=sys.stderr)

    def steps(self, items: Sequence[T], stage: str) -> Iterator[T]:
        """Iterate over `items`, showing progress."""
        if not self.verbose or len(items) < 2:
            yield from items
            return
        from tqdm.auto import tqdm

        yield from tqdm(items, desc=stage, leave=False)
