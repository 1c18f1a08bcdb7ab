"""A corpus made faulty on purpose: the twenty test clips, and one faulty copy for each kind of fault."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import scipy.signal
import soundfile

CLIPS = Path(__file__).parent / "data" / "clips"
RATE = 22050
FAULTS, INFOS = "fault", "info"


def noise(count: int, level: float, seed: int = 1) -> np.ndarray:
    return level * np.random.default_rng(seed).standard_normal(count)


def effective(x: np.ndarray) -> float:
    return float(np.sqrt(np.mean(x**2)))


def floor(seconds: float) -> np.ndarray:
    """The quiet of the room the clips were recorded in."""
    return noise(round(seconds * RATE), 8e-4)


def loud_at(x: np.ndarray, near: float) -> int:
    """The sample in the middle of the loudest 40 ms between `near` +- a fifth of the clip."""
    power = np.convolve(x**2, np.ones(882), "same")
    low, high = round(len(x) * (near - 0.2)), round(len(x) * (near + 0.2))
    return low + int(power[low:high].argmax())


def clipped(x):
    return np.clip(x, -0.25 * abs(x).max(), 0.25 * abs(x).max())


def hummed(x):
    t = np.arange(len(x)) / RATE
    return x + 0.2 * effective(x) * sum(np.sin(2 * np.pi * 50 * k * t) / k for k in (1, 2, 3))


def with_music(x):
    t = np.arange(len(x)) / RATE
    chords = ((261.6, 329.6, 392.0), (220.0, 261.6, 349.2), (246.9, 293.7, 392.0))
    half = len(x) // 2
    tune = np.zeros(len(x))
    for part, chord in zip((slice(0, half), slice(half, None)), chords, strict=False):
        for note in chord:
            for partial in range(1, 7):
                tune[part] += np.sin(2 * np.pi * note * partial * t[part]) / partial
    return x + 0.25 * effective(x) * tune / effective(tune)


def in_a_hall(x):
    t = np.arange(round(1.2 * RATE)) / RATE
    room = noise(len(t), 1.0, 7) * 10 ** (-3 * t / 1.1)
    wet = scipy.signal.fftconvolve(np.concatenate([x, np.zeros(RATE // 2)]), room)[: len(x) + RATE // 2]
    dry = np.concatenate([x, np.zeros(RATE // 2)])
    return 0.4 * dry + wet * effective(x) / effective(wet)


def another_speaker(x):
    import librosa

    return librosa.effects.pitch_shift(x.astype(np.float32), sr=RATE, n_steps=-7).astype(float)


def too_fast(x):
    return scipy.signal.resample(x, round(len(x) / 1.5))


def telephone(x):
    return scipy.signal.sosfiltfilt(scipy.signal.butter(10, 3400, fs=RATE, output="sos"), x)


def with_holes(x):
    y = x.copy()
    for near in (0.3, 0.5, 0.7):
        centre = loud_at(x, near)
        y[centre - 120 : centre + 120] = 0.0
    return y


def with_pause(x):
    return np.concatenate([x[: len(x) // 2], floor(2.6), x[len(x) // 2 :]])


def stereo(other: Callable[[np.ndarray], np.ndarray]) -> Callable[[np.ndarray], np.ndarray]:
    return lambda x: np.stack([x, other(x)], axis=1)


def resampled_before(x):
    return scipy.signal.resample_poly(scipy.signal.resample_poly(x, 160, 221), 221, 160)


# name of the clip: the finding it must get, its clip number, what is done to the sound (None: nothing), to the text
SOUNDS: dict[str, tuple[str, int, Callable[[np.ndarray], np.ndarray]]] = {
    "x-silent": ("silent", 0, np.zeros_like),
    "x-short": ("too-short", 1, lambda x: x[loud_at(x, 0.5) - 2200 : loud_at(x, 0.5) + 2200] * np.hanning(4400)),
    "x-long": ("too-long", 2, lambda x: np.tile(x, 11)),
    "x-clipped": ("clipping", 3, clipped),
    "x-quiet": ("level", 4, lambda x: 0.05 * x),
    "x-noise": ("noise", 5, lambda x: x + noise(len(x), 0.3 * effective(x))),
    "x-hum": ("hum", 6, hummed),
    "x-offset": ("offset", 7, lambda x: x + 0.1),
    "x-pause": ("pause", 8, with_pause),
    "x-cut-start": ("cut-start", 9, lambda x: x[loud_at(x, 0.25) :]),
    "x-cut-end": ("cut-end", 10, lambda x: x[: loud_at(x, 0.75)]),
    "x-music": ("music", 11, with_music),
    "x-speaker": ("speaker", 12, another_speaker),
    "x-speed": ("speed", 13, too_fast),
    "x-echo": ("echo", 14, in_a_hall),
    "x-inverted": ("channels", 15, stereo(np.negative)),
    "x-channels": ("channels", 16, stereo(lambda x: noise(len(x), effective(x)))),
    "x-telephone": ("bandwidth", 17, telephone),
    "x-holes": ("dropout", 18, with_holes),
    "x-take": ("takes", 19, lambda x: np.concatenate([x, x[::-1]])),
}
TEXTS: dict[str, tuple[str, int, str]] = {
    "x-empty": ("text-missing", 0, ""),
    "x-marks": ("text-without-words", 1, "?! ..."),
    "x-much": ("text-too-long", 2, "{} And then there was a great deal more of it, which nobody ever said at all."),
    "x-little": ("text-too-short", 3, "You."),
    "x-cyrillic": ("unreadable-letters", 4, "{} Спасибо."),
    "x-symbol": ("symbols", 5, "{} ☃"),
    "x-encoding": ("symbols", 6, "{} \ufffd\ufffd"),
    "x-note": ("annotation", 7, "[coughs] {}"),
}
OTHERS = {
    "x-broken": "unreadable",
    "x-rate": "sample-rate",
    "x-same": "same-sound",
    "x-nowhere": "audio-missing",
    "arctic_a0004": "id-twice",
}
INFO_KINDS = {
    "x-ends": "silence-at-ends",
    "x-lowpass": "lowpass",
    "x-digits": "written-out",
    "x-guess": "guessed-words",
    "x-orphan": "not-listed",
}
EXPECTED = {
    **{name: kind for name, (kind, _, _) in SOUNDS.items()},
    **{name: kind for name, (kind, _, _) in TEXTS.items()},
    **OTHERS,
    **INFO_KINDS,
}


def plant(folder: Path) -> Path:
    """Write the faulty corpus, in LJSpeech layout."""
    (folder / "wavs").mkdir(parents=True)
    rows = [row.split("|") for row in (CLIPS / "metadata.csv").read_text(encoding="utf-8").splitlines()]
    clips = []
    for name, text in rows:
        shutil.copy(CLIPS / "wavs" / f"{name}.ogg", folder / "wavs")
        samples, _ = soundfile.read(CLIPS / "wavs" / f"{name}.ogg")
        clips.append((samples, text))

    def write(name: str, samples: np.ndarray, text: str, rate: int = RATE) -> None:
        soundfile.write(folder / "wavs" / f"{name}.flac", samples, rate, subtype="PCM_16")
        rows.append([name, text])

    for name, (_, number, change) in SOUNDS.items():
        samples, text = clips[number]
        write(name, change(samples), " ".join([text] * 11) if name == "x-long" else text)
    for number, (name, (_, clip, text)) in enumerate(TEXTS.items()):
        samples = clips[clip][0] * (1.01 + number / 1000)  # another sound than the original's
        write(name, samples, text.format(clips[clip][1]))
    write("x-rate", scipy.signal.resample_poly(clips[8][0], 1, 2), clips[8][1], RATE // 2)
    write("x-same", clips[9][0], "Something else was said here.")
    shutil.copy(CLIPS / "wavs" / f"{rows[9][0]}.ogg", folder / "wavs" / "x-same.ogg")
    (folder / "wavs" / "x-same.flac").unlink()
    (folder / "wavs" / "x-broken.wav").write_bytes(b"RIFF not really")
    rows += [["x-broken", "This one cannot be read."], ["x-nowhere", "This one is not there."], rows[0]]
    write("x-ends", np.concatenate([floor(1.5), clips[10][0], floor(1.5)]), clips[10][1])
    write("x-lowpass", resampled_before(clips[11][0]), clips[11][1])
    write("x-digits", clips[12][0] * 1.02, clips[12][1] + " 7")
    write("x-guess", clips[13][0] * 1.02, clips[13][1].replace("Jeanne", "Brixly"))
    soundfile.write(folder / "wavs" / "x-orphan.flac", clips[14][0], RATE)
    (folder / "metadata.csv").write_text("\n".join("|".join(row) for row in rows) + "\n", encoding="utf-8")
    return folder
