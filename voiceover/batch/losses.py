"""Films whose worker was lost: each gets another one, until it has taken down too many."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Sequence

from voiceover.batch.planning import Film


class Losses:
    """What was taken back from lost workers, to be done again before what has not been begun."""

    def __init__(self, tries: int) -> None:
        """Give a film up after so many losses."""
        self._tries = tries
        self._lost: Counter[str] = Counter()
        self.again: deque[Sequence[Film]] = deque()

    def next(self, groups: Iterator[Sequence[Film]]) -> Sequence[Film] | None:
        """Return what is to be done next, None where nothing is left."""
        return self.again.popleft() if self.again else next(groups, None)

    def take_back(self, films: Sequence[Film]) -> Film | None:
        """Take back what a lost worker had, and return the film that it was lost over too often, if there is one.

        Only the first was under way. It waits by itself, so that the others do not fall with it.
        """
        if not films:
            return None
        current, *rest = films
        self._lost[current.name] += 1
        if rest:
            self.again.append(rest)
        if self._lost[current.name] >= self._tries:
            return current
        self.again.append([current])
        return None
