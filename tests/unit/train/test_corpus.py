"""Levelling and trimming of single clips; the whole of `prepare` is in integration/test_train.py."""

from pathlib import Path

import numpy as np
import pyloudnorm
import pytest
import soundfile

from voiceover.errors import BadInputError
from voiceover.synthesis.mels import MelConfig
from voiceover.train import corpus, inspection

RATE = 22050
CLIPS = Path(__file__).parents[2] / "data" / "clips"


def burst(level, seconds=1.0, hertz=220.0):
    t = np.arange(round(seconds * RATE)) / RATE
    return (level * np.sin(2 * np.pi * hertz * t)).astype(np.float32)


@pytest.mark.parametrize("level", [0.9, 0.02])
def test_clips_come_out_at_one_loudness(level):
    levelled = corpus._level(burst(level), RATE)
    assert pyloudnorm.Meter(RATE).integrated_loudness(levelled) == pytest.approx(corpus.LEVEL_LUFS, abs=0.1)


def test_trimming_is_relative_to_the_clips_own_peak():
    """A quiet recording keeps its quiet last word: what counts is 35 dB below its peak, not a fixed level."""
    quiet_word = burst(0.02 * 10 ** (-30 / 20), 0.3)
    clip = np.concatenate([np.zeros(RATE), burst(0.02), np.zeros(2000), quiet_word, np.zeros(RATE)]).astype(np.float32)
    trimmed = corpus._trim(clip, RATE)
    spoken = 1.0 + 2000 / RATE + 0.3
    assert spoken < len(trimmed) / RATE < spoken + 4 * corpus.EDGE_SECONDS


def test_pitch_is_found_frame_by_frame():
    f0 = corpus.fundamental(burst(0.5, hertz=200.0), MelConfig())
    assert len(f0) == RATE // 256 + 1
    assert np.median(f0[f0 > 0]) == pytest.approx(200.0, rel=0.01)
    assert (f0 > 0).mean() > 0.9


@pytest.mark.parametrize("module", [corpus, inspection])
def test_pitch_is_compiled_before_processes_share_the_work(module, monkeypatch, tmp_path):
    done = []

    def started(*_):
        raise InterruptedError

    monkeypatch.setattr(module, "compile_pitch", lambda: done.append("compiled"))
    monkeypatch.setattr(module, "ProcessPoolExecutor", started)
    with pytest.raises(InterruptedError):
        corpus.prepare(CLIPS, tmp_path) if module is corpus else inspection.inspect(CLIPS)
    assert done == ["compiled"]


def test_a_clean_up_lowers_what_is_between_the_words_and_can_be_taken_back(tmp_path):
    source = tmp_path / "recordings"
    source.mkdir()
    spoken = np.concatenate([burst(0.3), np.zeros(RATE), burst(0.3)])
    hiss = 0.01 * np.random.default_rng(1).standard_normal(len(spoken))
    soundfile.write(source / "a.wav", spoken + hiss, RATE)
    (source / "a.txt").write_text("Hello there.", encoding="utf-8")

    def floor(**options):
        prepared, _ = corpus.prepare(source, tmp_path / "corpus", workers=1, **options)
        return float(np.sort(prepared.features(prepared.clips[0])[0].astype(np.float32).mean(axis=1))[:20].mean())

    as_it_is = floor()
    assert floor(clean=True) < as_it_is - 0.5
    assert '"cleaned_up": true' in (tmp_path / "corpus" / "corpus.json").read_text(encoding="utf-8")
    assert floor() == as_it_is


def test_takes_of_one_text_stay_on_one_side():
    texts = [f"Sentence number {n // 2}" + ("!" if n % 2 else ".") for n in range(200)]
    held = corpus._held_out(texts)
    assert len(held) == 4
    sides = {n // 2: {corpus._key(t) in held for t in texts[n // 2 * 2 : n // 2 * 2 + 2]} for n in range(0, 200, 2)}
    assert all(len(side) == 1 for side in sides.values())


def test_a_folder_that_is_no_corpus_says_how_to_make_one(tmp_path):
    with pytest.raises(BadInputError, match="no prepared corpus") as caught:
        corpus.load(tmp_path)
    assert "voiceover dataset prepare" in caught.value.remedy
