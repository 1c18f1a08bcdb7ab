"""Forced alignment on sounds whose places are known."""

import numpy as np
import pytest

from voiceover.text.symbols import ID
from voiceover.train.alignment import align

PHONEMES = ["ɑ", "s", "m", "i", "t", "oʊ"]
SILENT = [ID[" "], ID[","], ID["."], ID["~"]]


def corpus(clips=60, seed=0):
    """Words of random phonemes, each phoneme with a spectrum of its own, spaces without sound, commas with."""
    random = np.random.default_rng(seed)
    spectra = {ID[p]: random.normal(-4, 2, 80) for p in PHONEMES}
    tokens, mels, truth = {}, {}, {}
    for clip in range(clips):
        ids, frames, path = [], [], []
        for word in range(4):
            for number in random.choice([ID[p] for p in PHONEMES], 3, replace=False):
                ids.append(int(number))
                length = int(random.integers(4, 14))
                frames += [spectra[number] + random.normal(0, 0.7, 80) for _ in range(length)]
                path += [len(ids) - 1] * length
            if word == 1:
                ids.append(ID[","])
                frames += [random.normal(-10, 0.5, 80) for _ in range(12)]
                path += [len(ids) - 1] * 12
            ids.append(ID[" "] if word < 3 else ID["."])
        ids.append(ID["~"])
        tokens[f"clip{clip}"], mels[f"clip{clip}"], truth[f"clip{clip}"] = ids, np.array(frames), np.array(path)
    return tokens, mels, truth


def test_every_phoneme_is_found_in_its_place():
    tokens, mels, truth = corpus()
    paths = {name: found.path for name, found in align(tokens, mels).items()}
    right = np.concatenate([paths[name] == truth[name] for name in truth]).mean()
    assert right > 0.95
    pauses = [(paths[name] == truth[name])[truth[name] == tokens[name].index(ID[","])].mean() for name in truth]
    assert np.mean(pauses) > 0.9


def test_paths_cover_all_frames_and_never_go_back():
    tokens, mels, _ = corpus(12)
    for name, (path, goodness) in align(tokens, mels, passes=2).items():
        assert len(path) == len(goodness) == len(mels[name])
        assert (goodness <= 1e-9).all()
        assert (np.diff(path) >= 0).all()
        spoken = [position for position, number in enumerate(tokens[name]) if number not in SILENT]
        assert set(spoken) <= set(path.tolist())  # every phoneme gets its frames; a space may get none


@pytest.mark.parametrize("frames", [1, 5])
def test_a_clip_shorter_than_its_text_is_spread_evenly(frames):
    tokens, mels, _ = corpus(6)
    mels["clip0"] = mels["clip0"][:frames]
    path, goodness = align(tokens, mels, passes=2)["clip0"]
    assert len(path) == frames
    assert (np.diff(path) >= 0).all()
    assert np.isneginf(goodness).all()


def test_stress_marks_share_a_model():
    tokens, mels, truth = corpus(40)
    stressed = {
        name: [ID["ˈɑ"] if i == ID["ɑ"] and k % 2 else i for k, i in enumerate(t)] for name, t in tokens.items()
    }
    paths = {name: found.path for name, found in align(stressed, mels).items()}
    assert np.concatenate([paths[name] == truth[name] for name in truth]).mean() > 0.95


def test_a_sound_that_the_text_does_not_have_there_is_told_by_its_goodness():
    tokens, mels, _ = corpus(60)
    read = list(tokens["clip0"])
    spoken = [position for position, number in enumerate(read) if number not in SILENT]
    place = spoken[4]
    tokens["clip0"] = [
        *read[:place],
        next(ID[p] for p in PHONEMES if ID[p] not in read[place - 1 : place + 2]),
        *read[place + 1 :],
    ]
    found = align(tokens, mels)
    goodness = {
        name: [one.goodness[one.path == n].mean() for n in spoken] for name, one in found.items() if name == "clip0"
    }
    assert int(np.argmin(goodness["clip0"])) == 4
