"""The Tacotron 2 voice where a line goes wrong."""

import dataclasses
import itertools
import subprocess
import sys
from functools import partial

import numpy as np
import pytest

from voiceover.config import Precision
from voiceover.errors import BadInputError, MissingError
from voiceover.synthesis.griffin_lim import griffin_lim
from voiceover.types import Line
from voiceover.voices import catalog, devices, networks
from voiceover.voices.base import as_spoken

TEXTS = [
    "The morning was warm.", "No.", "Where have you been all this time?",
    "She said that nothing could be done about it. Nothing!",
    "Twelve.", "Look at the sea, and at the ships on it.", "I do not know.",
]  # fmt: skip


@pytest.fixture(scope="module")
def voice():
    return catalog.open_voice("narrator", "cpu")


def lines_of(voice, order):
    return as_spoken(voice, [Line(number + 1, 0.0, 1.0, TEXTS[number]) for number in order])


@pytest.mark.parametrize("vocoder", [True, False])
@pytest.mark.parametrize("frames", [1, 3])
def test_a_take_of_few_frames_still_sounds(voice, frames, vocoder, monkeypatch):
    if not vocoder:
        monkeypatch.setattr(voice.engine, "_vocode", lambda mel, seed: griffin_lim(mel, voice.mel, seed=seed))
    audio = voice.vocode(np.full((80, frames), -6.0, np.float32), 0)
    assert len(audio) >= (frames - 1) * voice.mel.hop_length
    assert len(audio) > 0


def test_a_line_is_the_same_to_the_last_bit_whatever_is_spoken_with_it(voice, monkeypatch):
    alone = {i: next(voice.speak(lines_of(voice, [i]), seed=3)) for i in range(len(TEXTS))}
    orders = [range(len(TEXTS)), (6, 2, 4, 0, 5, 3, 1), (1, 3, 5)]
    for order, size, workers in itertools.product(orders, (2, 32), (1, 2)):
        monkeypatch.setattr(voice, "_options", dataclasses.replace(voice._options, batch_size=size))
        monkeypatch.setattr(voice.engine, "_workers", workers)
        spoken = list(voice.speak(lines_of(voice, order), seed=3))
        assert sorted(speech.line.index for speech in spoken) == sorted(i + 1 for i in order)
        for speech in spoken:
            expected = alone[speech.line.index - 1]
            assert np.array_equal(speech.audio.samples, expected.audio.samples)
            assert speech.words == expected.words
            assert speech.attention == expected.attention


def test_whoever_stops_listening_stops_the_work(voice, monkeypatch):
    decoded = []
    speaking = voice.speak(lines_of(voice, [3] * 40))
    monkeypatch.setattr(voice, "_options", dataclasses.replace(voice._options, batch_size=2))
    join = voice._join
    monkeypatch.setattr(voice, "_join", lambda asked: decoded.append(asked) or join(asked))
    next(speaking)
    speaking.close()
    assert len(decoded) < 20


def test_a_fault_in_a_worker_reaches_who_asked(voice, monkeypatch):
    monkeypatch.setattr(voice.engine, "_vocode", partial(_raise, ArithmeticError("a fault")))
    with pytest.raises(ArithmeticError, match="a fault"):
        list(voice.speak(lines_of(voice, range(4))))


def _raise(error, *_):
    raise error


def test_a_processor_speaks_without_torch():
    program = (
        "import sys; sys.modules['torch'] = None; from voiceover.voices import catalog; "
        "from voiceover.types import Line; "
        "voice = catalog.open_voice('narrator', 'cpu'); "
        "print(len(next(iter(voice.speak([Line(1, 0, 1, 'Hello there.')]))).audio.samples))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert int(done.stdout or 0) > 5000, done.stderr


def test_int8_is_another_voice_to_the_cache_and_a_processors_alone(voice, monkeypatch):
    quick = catalog.open_voice("narrator", "cpu", Precision.INT8)
    assert quick.fingerprint != voice.fingerprint
    assert catalog.open_voice("narrator", "cpu", Precision.FP32).fingerprint == voice.fingerprint
    assert not np.array_equal(*(next(v.speak(lines_of(v, [0]))).audio.samples[:9000] for v in (quick, voice)))
    monkeypatch.setattr(devices, "resolve", lambda name: "cuda:0")
    with pytest.raises(BadInputError, match="--precision int8"):
        catalog.open_voice("narrator", "cuda", Precision.INT8)


def test_bf16_is_another_voice_to_the_cache_and_a_gpus_alone(voice, monkeypatch):
    with pytest.raises(BadInputError, match="--precision bf16"):
        catalog.open_voice("narrator", "cpu", Precision.BF16)
    loaded = networks.load(catalog.find("narrator").path)
    monkeypatch.setattr(devices, "resolve", lambda name: "cuda:0")
    monkeypatch.setattr(networks, "load", lambda path, device: loaded)  # as if a GPU were there
    half, whole = (catalog.open_voice("narrator", "cuda", precision) for precision in (Precision.BF16, Precision.AUTO))
    assert half.fingerprint != whole.fingerprint == voice.fingerprint


@pytest.mark.parametrize("name", ["gpu", "cuda:x", "cpu:1", ""])
def test_a_device_that_does_not_exist_is_refused(name):
    with pytest.raises(BadInputError, match="no such device"):
        devices.resolve(name)


def test_without_torch_a_gpu_is_passed_over_or_asked_for_in_vain(monkeypatch):
    monkeypatch.setattr(devices, "_gpus", lambda: 1)
    monkeypatch.setattr(devices, "find_spec", lambda name: None)
    assert devices.resolve("auto") == "cpu"
    with pytest.raises(MissingError, match="needs torch"):
        devices.resolve("cuda:0")


def test_a_machine_without_the_driver_has_no_gpu(monkeypatch):
    monkeypatch.setattr(devices.ctypes, "CDLL", partial(_raise, OSError()))
    assert devices._gpus() == 0
    assert devices.resolve("auto") == "cpu"
