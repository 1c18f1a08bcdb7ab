"""Clips whose sound is not their text, among many whose sound is: each sound has a spectrum of its own here."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from voiceover.synthesis.mels import MelConfig
from voiceover.text import languages
from voiceover.train import fit, judgement
from voiceover.train.corpus import Clip, Corpus
from voiceover.train.findings import Examined, Severity
from voiceover.train.fit import Fit
from voiceover.types import Reading

FRONT_END = languages.named(languages.ENGLISH)
WORDS = "silver monkey winter table garden people river basket window kitten".split()


class Recorded(Corpus):
    """Its features are made from what is said, which need not be what the text says."""

    def features(self, clip):
        random = np.random.default_rng(int(clip.id))
        spectra = np.random.default_rng(7).normal(-4, 2, (len(FRONT_END.symbols), 80))
        ids = [i for i in FRONT_END.tokens(clip.text).ids if i not in FRONT_END.silent]
        frames = np.concatenate([np.repeat(spectra[i][None], random.integers(5, 12), axis=0) for i in ids])
        return frames + random.normal(0, 0.7, frames.shape), np.zeros(len(frames))


def corpus(said=None, clips=80):
    """`said` replaces what is said in some clips: number -> words."""
    random = np.random.default_rng(0)
    made = []
    for number in range(clips):
        text = " ".join(random.choice(WORDS, 5, replace=False))
        heard = (said or {}).get(number, text)
        made.append(Clip(str(number), heard, text, 10.0, 0, "train"))
    return Recorded(Path("nowhere"), MelConfig(), tuple(made), languages.ENGLISH)


@pytest.fixture(scope="module")
def misread():
    words = corpus().clips[3].spoken.split()
    wrong = next(word for word in WORDS if word not in words)
    return words[2], corpus({3: " ".join([*words[:2], wrong, *words[3:]])})


def test_a_misread_word_is_found_and_named(misread):
    word, recorded = misread
    found = fit.measure(recorded)
    worst = min(found, key=lambda name: found[name].goodness)
    assert worst == "3"
    assert word in found["3"].words.split()
    others = [one.goodness for name, one in found.items() if name != "3"]
    assert found["3"].goodness < min(others) - 5 * np.std(others)
    assert 0.2 < found["3"].start < 3.0


def test_it_tells_how_far_it_is_and_nothing_of_a_small_corpus(misread):
    _, recorded = misread
    told = []
    small = dataclasses.replace(recorded, clips=recorded.clips[:8])
    assert fit.measure(small, lambda *progress: told.append(progress)) == {}
    assert told == []
    fit.measure(recorded, lambda *progress: told.append(progress))
    assert told[-1][0] == told[-1][1] == len(told)


def examined(name, text, goodness):
    return Examined(name, None, text, Reading(text), None, fit=Fit(goodness, "a word", 1.25))


def test_a_doubtful_take_is_at_fault_where_another_says_the_text_better():
    usual = [examined(f"usual{n}", f"text {n}", -4.0 + 0.1 * (n % 7)) for n in range(50)]
    clips = [
        *usual,
        examined("alone", "Said once.", -6.5),
        examined("worse", "Said twice.", -6.5),
        examined("better", "said  twice.", -4.0),
        examined("hopeless", "Said wrongly.", -20.0),
    ]
    found = {f.clip: f for f in judgement.judge(clips)[0] if f.kind == "misread"}
    assert {name: finding.severity for name, finding in found.items()} == {
        "alone": Severity.DOUBT,
        "worse": Severity.FAULT,
        "hopeless": Severity.FAULT,
    }
    assert found["worse"].reason == "“a word” at 1.2 s sounds like something else; better says it better"
