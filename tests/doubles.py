"""Test voices that are real plug-ins: they are found by entry point, as any other voice.

Each speaks tone bursts whose length follows the text's length, with exactly known onsets.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from voiceover.types import Attention, Audio, Line, Reading, Speech, WordTime

RATE = 22_050
LEAD = 0.05  # silence before and after the tone, seconds
METADATA = "Metadata-Version: 2.1\nName: voiceover-doubles\nVersion: 1.0\n"
ENTRY_POINTS = """[voiceover.voices]
beep = doubles:open_beep
mute = doubles:open_mute
slow = doubles:open_slow
overrun = doubles:open_overrun
counted = doubles:open_counted
moody = doubles:open_moody
"""


def install(folder: Path) -> Path:
    """Write the metadata of an installed package that brings these voices; put `folder` on the path to have them."""
    info = folder / "voiceover_doubles-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(METADATA)
    (info / "entry_points.txt").write_text(ENTRY_POINTS)
    return folder


class BeepVoice:
    """Speaks a burst of 0.05 s for each character, its pitch the character's: no two texts sound alike."""

    rate = RATE
    language: str | None = None
    times_words = False

    def __init__(self, argument: str = "", seconds_per_character: float = 0.05) -> None:
        self.name = f"{type(self).__name__}:{argument}"
        self.argument = argument
        self.seconds_per_character = seconds_per_character
        self.asked: list[int] = []  # indexes of the lines this voice was asked for

    def read(self, text: str) -> Reading:
        return Reading(text.replace("&", "and"))

    def phonemes(self, spoken: str) -> str | None:
        return None

    def tone(self, text: str) -> Audio:
        length = round(self.seconds_per_character * RATE)
        gap = np.linspace(0, 1, length) > 0.8
        bursts = []
        for letter in text or " ":
            burst = 0.5 * np.sin(2 * np.pi * (300 + 40 * (ord(letter) % 32)) * np.arange(length) / RATE)
            bursts.append(np.where(gap, 0.0, burst))
        bursts[-1] = bursts[-1][~gap]
        lead = np.zeros(round(LEAD * RATE))
        return Audio(np.concatenate([lead, *bursts, lead]).astype(np.float32), RATE)

    def speak_line(self, line: Line) -> Speech:
        self.asked.append(line.index)
        audio = self.tone(line.text)
        return Speech(line=line, audio=audio, spoken_text=line.text, onset=LEAD, offset=audio.seconds - LEAD)

    def speak(self, lines: Sequence[Line], *, seed: int = 0) -> Iterator[Speech]:
        for line in reversed(lines):  # any order is allowed, so the order they came in would test nothing
            yield self.speak_line(line)


class CachedBeepVoice(BeepVoice):
    """A beep that can be told apart from other voices, so its clips are cached."""

    def __init__(self, argument: str = "") -> None:
        super().__init__(argument)
        self.fingerprint = f"beep {argument}"


class WordBeepVoice(CachedBeepVoice):
    """A beep that tells when each word sounds, so that sentences over several cues are spoken as one."""

    times_words = True

    def __init__(self, argument: str = "") -> None:
        super().__init__(argument)
        self.texts: list[str] = []  # what it was asked to speak

    def speak_line(self, line: Line) -> Speech:
        self.texts.append(line.text)
        speech = super().speak_line(line)
        words, place = [], 0
        for word in line.text.split():
            begin = LEAD + line.text.index(word, place) * self.seconds_per_character
            place = line.text.index(word, place) + len(word)
            words.append(WordTime(word.strip(",.?!"), begin, LEAD + place * self.seconds_per_character))
        return replace(speech, words=tuple(words))


class CountedVoice(WordBeepVoice):
    """Writes each text it speaks to the file that its argument names, and each time it is opened an empty line."""

    def __init__(self, argument: str) -> None:
        super().__init__(argument)
        self._note("")

    def speak_line(self, line: Line) -> Speech:
        self._note(line.text)
        return super().speak_line(line)

    def _note(self, text: str) -> None:
        with Path(self.argument).open("a", encoding="utf-8") as file:
            file.write(f"{text}\n")


class MuteVoice(BeepVoice):
    """Leaves every second line unsaid, or as `mute:all` every line."""

    def speak_line(self, line: Line) -> Speech:
        if line.index % 2 and self.argument != "all":
            return super().speak_line(line)
        silence = Audio(np.zeros(0, dtype=np.float32), RATE)
        return Speech(line=line, audio=silence, spoken_text=line.text, onset=0.0, offset=0.0, flags=("unsaid",))


class SlowVoice(CachedBeepVoice):
    """Takes a second for each line, or as many as its argument says: time enough to interrupt it."""

    def speak(self, lines: Sequence[Line], *, seed: int = 0) -> Iterator[Speech]:
        for line in lines:
            yield self.speak_line(line)
            time.sleep(float(self.argument or 1.0))


class OverrunVoice(BeepVoice):
    """Speaks ten times as slowly as a beep: no line fits its cue."""

    def __init__(self, argument: str = "") -> None:
        super().__init__(argument, seconds_per_character=0.5)


def open_beep(argument: str, device: str) -> BeepVoice:
    """`beep:` speaks every line; `beep:cached` keeps its clips; `beep:words` tells when each word sounds."""
    if argument == "words":
        return WordBeepVoice(argument)
    return CachedBeepVoice(argument) if argument == "cached" else BeepVoice(argument)


def open_counted(argument: str, device: str) -> CountedVoice:
    return CountedVoice(argument)


def open_mute(argument: str, device: str) -> MuteVoice:
    return MuteVoice(argument)


def open_slow(argument: str, device: str) -> SlowVoice:
    return SlowVoice(argument)


def open_overrun(argument: str, device: str) -> OverrunVoice:
    return OverrunVoice(argument)


class MoodyVoice(WordBeepVoice):
    """Speaks each text up to a third longer or shorter, as its seed has it, and attends now better, now worse."""

    def __init__(self, argument: str = "") -> None:
        super().__init__(argument)
        self.seeds: list[int] = []
        self.slips = 0  # in the takes that are shorter than natural

    def speak(self, lines: Sequence[Line], *, seed: int = 0) -> Iterator[Speech]:
        return self.speak_takes(lines, [seed] * len(lines))

    def speak_takes(self, lines: Sequence[Line], seeds: Sequence[int]) -> Iterator[Speech]:
        for line, seed in reversed(list(zip(lines, seeds, strict=True))):
            self.seeds.append(seed)
            yield self.take(line, seed)

    def take(self, line: Line, seed: int) -> Speech:
        chance = hashlib.sha256(f"{seed} {line.text}".encode()).digest()
        stretch = 0.67 + 0.66 * chance[0] / 255
        speech = self.speak_line(line)
        positions = np.arange(round(len(speech.audio.samples) * stretch)) / stretch
        audio = Audio(speech.audio.samples[positions.astype(int)], speech.audio.rate)
        words = tuple(WordTime(word.word, word.start * stretch, word.end * stretch) for word in speech.words)
        attention = Attention(0.8 + 0.2 * chance[1] / 255, 1.0, skips=self.slips if stretch < 1.0 else 0)
        onset, offset = LEAD * stretch, audio.seconds - LEAD * stretch
        return replace(speech, audio=audio, onset=onset, offset=offset, words=words, attention=attention)


def open_moody(argument: str, device: str) -> MoodyVoice:
    return MoodyVoice(argument)
