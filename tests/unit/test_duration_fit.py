from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from voiceover.duration_fit import Example, accuracy, cross_validate, fit
from voiceover.durations import ANY_SOUND, Durations, Said, Stretch

SOUNDS = {"a": 0.11, "b": 0.05, "c": 0.08, "d": 0.0}
PLANTED = Durations(
    "planted",
    {**{f"sound {name}": seconds for name, seconds in SOUNDS.items()}, "word": 0.02, "pause ,": 0.3, "end": 0.2},
)


def spoken(count: int, noise: float = 0.0) -> list[Example]:
    """Return lines of random words, with the lengths that the planted times give them."""
    random = np.random.default_rng(3)
    examples = []
    for number in range(count):
        words = tuple(
            Said("w", tuple(random.choice(list(SOUNDS), random.integers(1, 6))), str(random.choice(["", "", ","])))
            for _ in range(random.integers(1, 9))
        )
        stretch = Stretch(words, ends=bool(random.integers(2)))
        examples.append(Example(stretch, PLANTED.predict(stretch) * float(np.exp(noise * random.normal())), number))
    return [example for example in examples if example.seconds > 0]


def test_planted_times_are_found() -> None:
    found = fit(spoken(300), "planted")
    assert found.basis == "planted"
    for name, seconds in PLANTED.seconds.items():
        assert found.seconds[name] == pytest.approx(seconds, abs=0.01), name
    assert 0.0 < found.seconds[ANY_SOUND] < 0.11


def test_no_time_is_negative_however_noisy_the_lines() -> None:
    found = fit(spoken(60, noise=0.3), "planted")
    assert min(found.seconds.values()) >= 0.0


def test_takes_that_went_wrong_hardly_move_the_times() -> None:
    lines = spoken(300)
    wrong = [replace(example, seconds=example.seconds * 3) if place % 20 == 0 else example
             for place, example in enumerate(lines)]  # fmt: skip
    found = fit(wrong, "planted")
    errors = [(found.predict(example.stretch), example.seconds) for example in lines]
    assert accuracy(errors).median_error < 0.02


def test_held_out_lines_tell_the_noise_that_there_is() -> None:
    assert cross_validate(spoken(200), "planted").median_error < 0.01
    noisy = cross_validate(spoken(200, noise=0.1), "planted")
    assert 0.05 < noisy.median_error < 0.10  # 0.067 for a normal distribution
    assert noisy.examples == len(spoken(200))


def test_accuracy_is_of_the_true_lengths() -> None:
    found = accuracy([(1.1, 1.0), (1.9, 2.0), (3.0, 3.0)])
    assert (found.examples, found.bias) == (3, 0.0)
    assert found.median_error == pytest.approx(0.05)


def test_there_must_be_something_to_fit() -> None:
    with pytest.raises(ValueError, match="no examples"):
        fit([], "planted")
    with pytest.raises(ValueError, match="fewer than 4 lines"):
        cross_validate(spoken(2), "planted")
