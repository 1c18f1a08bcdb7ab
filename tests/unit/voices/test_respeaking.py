"""The narrator speaks a clip again at another pace."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch

from voiceover import fitting, sentences, warping
from voiceover.cache import ClipCache
from voiceover.casting import Role
from voiceover.config import CacheSettings
from voiceover.models.mel import log_mel
from voiceover.models.vocoder import trusted_pitch
from voiceover.onsets import find_onset
from voiceover.sentences import Sentence
from voiceover.speaking import Part, respeaker
from voiceover.types import Audio, Line, MelPiece, Pause, Placed, Speech, SpokenMel
from voiceover.voices import catalog, networks, respeaking
from voiceover.voices.base import Respeaking, as_spoken

LINE = Line(1, 0.0, 3.0, "No. The morning was warm and clear.")
SPEEDS = [0.9, 1.1, 1.25]


@pytest.fixture(scope="module")
def voice():
    return catalog.open_voice("narrator", "cpu")


@pytest.fixture(scope="module")
def speech(voice):
    return next(iter(voice.speak(as_spoken(voice, [LINE]))))


def fit(voice, speech, speed, pauses=()):
    lost = sum(pause.lost for pause in pauses)
    end = 1.0 + (speech.natural_seconds - lost) / speed
    respeak = respeaker([Part(LINE, voice, Role("narrator"))])
    return next(fitting.fit_clips([Placed(speech, 1.0, end, speed, pauses=pauses)], respeak=respeak))


def break_between_sentences(speech):
    """The silence that was set between the line's two pieces."""
    _, second = speech.mel.pieces
    return second.sample / speech.audio.rate - 0.12, second.sample / speech.audio.rate


def mel_of(voice, samples):
    return log_mel(torch.from_numpy(samples), voice.mel)


def pitch_of(voice, samples):
    """F0 of each frame, 0 where unvoiced."""
    vocoder = networks.load(catalog.find(voice.name).path).vocoder
    found = vocoder.pitch(mel_of(voice, samples)[None])
    return np.where(found.voiced[0].numpy() > 0, trusted_pitch(found), 0.0)


@pytest.mark.parametrize("speed", SPEEDS)
@pytest.mark.parametrize("shortened", [False, True])
def test_a_line_has_its_length_and_its_onset(voice, speech, speed, shortened):
    start, end = break_between_sentences(speech)
    pauses = (Pause(start, end, 0.05),) if shortened else ()
    clip = fit(voice, speech, speed, pauses)
    wanted = (speech.natural_seconds - 0.07 * shortened) / speed * fitting.RATE
    assert clip.span.offset - clip.span.onset == pytest.approx(wanted, abs=1)
    assert clip.span.onset == fitting.RATE
    found = find_onset(clip.samples, fitting.RATE) * fitting.RATE + clip.span.start
    assert found == pytest.approx(clip.span.onset, abs=0.012 * fitting.RATE)


@pytest.mark.parametrize("speed", SPEEDS)
def test_it_keeps_its_pitch_at_every_moment(voice, speech, speed):
    even = warping.even((0.0, speech.audio.seconds), speed)
    samples = voice.respeak(speech, even).samples
    natural, made = pitch_of(voice, speech.audio.samples), pitch_of(voice, samples)
    moments = np.arange(len(made)) / voice.mel.frames_per_second
    places = respeaking.bend(speech.mel, even, voice.mel).to_natural(moments) * voice.mel.frames_per_second
    natural = natural[places.round().astype(int).clip(0, len(natural) - 1)]
    both = (natural > 0) & (made > 0)
    assert both.sum() > 50
    cents = 1200 * np.log2(made[both] / natural[both])
    assert abs(np.median(cents)) < 5
    assert np.median(np.abs(cents)) < 20


def test_an_even_map_at_natural_speed_gives_the_clip_back(voice, speech):
    whole = warping.even((0.0, speech.audio.seconds), 1.0)
    again = voice.respeak(speech, whole)
    assert len(again.samples) == len(speech.audio.samples)
    # half precision is all that is between them: the mel, the noise and the frames' places are the same
    assert np.abs(again.samples - speech.audio.samples).max() < 0.05 * np.abs(speech.audio.samples).max()


def test_the_same_clip_and_map_give_the_same_samples(voice, speech, tmp_path):
    assert isinstance(voice, Respeaking)
    clips = ClipCache(CacheSettings(folder=tmp_path), voice.fingerprint, 0)
    clips.save(speech, speech.line.text)
    cached = clips.load(LINE, speech.line.text)
    among = {
        spoken.line.index: spoken
        for spoken in voice.speak(as_spoken(voice, [Line(2, 0.0, 1.0, "Something else entirely, and longer."), LINE]))
    }[1]
    times = warping.even((speech.onset, speech.offset), 1.1)
    first = voice.respeak(speech, times).samples
    with ThreadPoolExecutor(2) as pool:
        for again in pool.map(lambda one: voice.respeak(one, times).samples, [cached, speech, cached, speech]):
            assert np.array_equal(again, first)
    # a batch's matrix products round otherwise; half precision hides most of that
    assert np.abs(voice.respeak(among, times).samples[: len(first)] - first).max() < 0.05


def test_parts_of_a_sentence_over_cues_are_spoken_again_each_for_itself(voice):
    lines = (Line(1, 0.0, 1.0, "We walked along the old"), Line(2, 1.0, 2.0, "river to the town."))
    one = Sentence(lines, tuple(voice.read(line.text).spoken for line in lines))
    whole = next(iter(voice.speak([Line(1, 0.0, 2.0, one.text)])))
    parts = sentences.divide(whole, one)
    assert parts[1].mel.start > 0
    for part in parts:
        again = voice.respeak(part, warping.even((0.0, part.audio.seconds), 1.0))
        length = len(part.audio.samples)
        assert abs(len(again.samples) - length) <= 1
        # the harmonics' phase counts from where it is spoken from, so the samples are others
        apart = mel_of(voice, again.samples[:length]) - mel_of(voice, part.audio.samples)
        assert apart.abs().mean() < 0.3
        assert np.abs(again.samples[-20:]).max() < 0.01
        fast = voice.respeak(part, warping.even((part.onset, part.offset), 1.25))
        assert fast.seconds == pytest.approx(part.natural_seconds / 1.25, abs=1e-4)


@pytest.mark.parametrize("frames", [1, 2, 5])
def test_a_clip_of_few_frames_can_be_spoken_again(voice, frames):
    mel = SpokenMel(np.full((80, frames), -6.0, np.float16), (MelPiece(frames, 0, 1),))
    short = Speech(LINE, Audio(np.zeros(1024, np.float32), voice.rate), "", 0.0, 0.04, mel=mel)
    again = voice.respeak(short, warping.even((0.0, 0.04), 1.25))
    assert len(again.samples) == pytest.approx(0.032 * voice.rate, abs=1)
    assert np.isfinite(again.samples).all()


def test_a_clip_without_a_mel_is_left_to_stretching(voice):
    bare = Speech(LINE, Audio(np.zeros(1024, np.float32), voice.rate), "", 0.0, 0.04)
    assert voice.respeak(bare, warping.even((0.0, 0.04), 1.25)) is None
