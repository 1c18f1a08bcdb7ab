"""What decoding a line came to, and whether it kept to its text.

Shapes: N tokens, r frames per step, M mel bands.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from voiceover.types import Samples


@dataclass(frozen=True, slots=True)
class DecodingOptions:
    """The guards around free running."""

    batch_size: int = 32  # lines decoded together
    window_back: int = 2  # tokens behind the last step's peak that the attention may look at
    window_ahead: int = 4  # tokens ahead of it
    gate_threshold: float = 0.5  # stop when the gate rises above ...
    end_tokens: int = 3  # ... and the attention's peak is among the last so many
    rest_seconds: float = 0.4  # or when it has rested among them for so long, whatever the gate says
    cap_seconds_per_token: float = 0.35  # no line may take longer than tokens * this
    cap_seconds: float = 1.0  # + this
    min_focus: float = 0.3  # below: the attention was lost
    min_coverage: float = 0.9  # below: words were skipped
    max_stall_seconds: float = 1.0  # above: the attention stood still on one token
    attempts: int = 3  # with another seed each, before the best of them is taken and flagged

    @property
    def window(self) -> int:
        """How many tokens the attention may look at."""
        return self.window_back + 1 + self.window_ahead

    def cap(self, tokens: int, step_seconds: float) -> int:
        """Return how many steps a line may take."""
        return int(np.ceil((tokens * self.cap_seconds_per_token + self.cap_seconds) / step_seconds))

    def rest_steps(self, step_seconds: float) -> int:
        """Return how many steps the attention may rest at the end."""
        return max(1, round(self.rest_seconds / step_seconds))


@dataclass(frozen=True, slots=True)
class Utterance:
    """What is decoded in one go: a line, or a piece of it."""

    ids: tuple[int, ...]  # token numbers, at least one
    seed: int

    def noise(self, attempt: int) -> int:
        """Return an attempt's own seed: the same words and seed always get the same, wherever they stand."""
        digest = hashlib.sha256(repr((self.seed, self.ids, attempt)).encode()).digest()
        return int.from_bytes(digest[:7], "little")


@dataclass(frozen=True, slots=True, eq=False)
class Decoded:
    """One line's mel and how its attention went."""

    mel: Samples  # log-mel after the post-net, (M, frames)
    alignment: NDArray[np.float32]  # (steps, N)
    stopped: bool  # by itself, not by the cap
    focus: float  # mean over steps of the largest weight
    coverage: float  # share of the sounding tokens whose weights sum to something
    stall_seconds: float  # longest stay on one token
    repeats: int = 0  # how often the attention went back, further than its window, over tokens it had left
    skips: int = 0  # sounding tokens whose weights sum to next to nothing
    attempts: int = 1  # how many were made, of which this is the best

    def flawed(self, options: DecodingOptions) -> bool:
        """Say whether this attempt should be repeated with another seed."""
        return self.failed(options) or self.repeats > 0 or self.skips > 0

    def failed(self, options: DecodingOptions) -> bool:
        """Say whether somebody should listen to this attempt, if no other is better."""
        return (
            not self.stopped
            or self.focus < options.min_focus
            or self.coverage < options.min_coverage
            or self.stall_seconds > options.max_stall_seconds
        )

    @property
    def score(self) -> float:
        """Rank attempts at one line: higher is better."""
        flaws = self.repeats + self.skips
        return self.coverage + 0.2 * self.focus + self.stopped - 0.2 * self.stall_seconds - 0.1 * flaws


@dataclass(frozen=True, slots=True, eq=False)
class Waiting:
    """An utterance that is yet to be decoded, again where an attempt of it was flawed."""

    index: int
    utterance: Utterance
    attempt: int = 0
    best: Decoded | None = None


class Queue:
    """Utterances that wait for a row of a batch, those that come first before the others; for several threads."""

    def __init__(self, waiting: Iterable[Waiting]) -> None:
        self._waiting = deque(waiting)
        self.longest = max((len(one.utterance.ids) for one in self._waiting), default=0)  # tokens

    @classmethod
    def of(cls, utterances: Iterable[Utterance]) -> Queue:
        """Queue utterances for their first attempt, numbered as they come."""
        return cls(Waiting(index, utterance) for index, utterance in enumerate(utterances))

    def __len__(self) -> int:
        """Return how many wait at the moment."""
        return len(self._waiting)

    def take(self) -> Waiting | None:
        """Take the next one, None where none waits at the moment."""
        try:
            return self._waiting.popleft()
        except IndexError:
            return None

    def settle(
        self, tried: Waiting, take: Decoded, options: DecodingOptions, done: Callable[[int, Decoded], None]
    ) -> None:
        """Hand over the best attempt so far, or have a flawed one made again while there are attempts left."""
        best = take if tried.best is None or take.score > tried.best.score else tried.best
        attempts = tried.attempt + 1
        if take.flawed(options) and attempts < options.attempts:
            self._waiting.appendleft(replace(tried, attempt=attempts, best=best))
        else:
            done(tried.index, replace(best, attempts=attempts))


def judge(
    mel: Samples,
    alignment: NDArray[np.float32],
    ids: Sequence[int],
    *,
    stopped: bool,
    silent: frozenset[int],
    step_seconds: float,
    options: DecodingOptions,
) -> Decoded:
    """Measure how an attempt's attention went.

    Args:
        mel: log-mel, (M, frames).
        alignment: attention weights, (steps, N).
        ids: the line's tokens.
        stopped: whether it ended by itself.
        silent: tokens that may take no time (spaces, pauses, the end) and so do not count as skipped.
        step_seconds: length of one decoder step.
        options: the guards.
    """
    peaks = alignment.argmax(axis=1)
    attended = alignment.sum(axis=0) > 0.1
    sounding = [n for n, number in enumerate(ids) if number not in silent] or [0]
    return Decoded(
        mel=mel,
        alignment=alignment,
        stopped=stopped,
        focus=float(alignment.max(axis=1).mean()),
        coverage=float(attended[sounding].mean()),
        stall_seconds=_longest_stay(peaks[peaks < len(ids) - options.end_tokens]) * step_seconds,
        repeats=count_repeats(peaks, options.window_back),
        skips=int((~attended[sounding]).sum()),
    )


def dropout_masks(seed: int, steps: int, width: int) -> NDArray[np.uint8]:
    """Draw a line's pre-net dropout: (steps, 2, width), 0 or 2. More steps begin with the same ones."""
    return np.random.Generator(np.random.PCG64(seed)).integers(0, 2, (steps, 2, width), dtype=np.uint8) * np.uint8(2)


def count_repeats(peaks: NDArray[np.intp], window_back: int) -> int:
    """Count the times that a path of attention peaks falls more than `window_back` tokens behind where it had been.

    The window holds each single step back; what counts is how far several of them lead. One return, however long it
    lasts, counts once: the path has to reach its front again before the next.
    """
    behind = np.maximum.accumulate(peaks) - peaks
    returns, away = 0, False
    for distance in behind.tolist():
        if distance > window_back and not away:
            returns, away = returns + 1, True
        elif distance == 0:
            away = False
    return returns


def _longest_stay(peaks: NDArray[np.intp]) -> int:
    longest = run = 0
    previous = -1
    for peak in peaks.tolist():
        run = run + 1 if peak == previous else 1
        previous = peak
        longest = max(longest, run)
    return longest
