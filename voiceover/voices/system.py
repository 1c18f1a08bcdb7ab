"""The voices of the operating system, through pyttsx3: `--voice system:NAME`.

Every line is recorded by a child process of its own; `recorder.py` says why.
"""

from __future__ import annotations

import difflib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from functools import cache
from pathlib import Path

import numpy as np

from voiceover.errors import BadInputError, MissingError
from voiceover.text import english
from voiceover.types import Audio, Line, Speech
from voiceover.voices.recorder import NO_ENGINE
from voiceover.voices.voiced import voiced_bounds

RECORDER = Path(__file__).with_name("recorder.py")
LINES_AT_ONCE = 4
START_SECONDS = 60.0  # the first start on a cold or busy machine
SECONDS_PER_CHARACTER = 0.25  # slower than any voice speaks, so it also covers engines that write in real time

SystemVoiceEntry = tuple[str, str, tuple[str, ...]]  # id, name, language tags in small letters


class SystemVoice:
    """One voice of the operating system's speech engine."""

    def __init__(self, voice_id: str, name: str, languages: tuple[str, ...]) -> None:
        self.voice_id = voice_id
        self.name = f"system:{voice_id}"
        self.title = name
        self.languages = languages

    @property
    def rate(self) -> int:
        """Sample rate of the speech, in Hz, found by one short recording."""
        return _rate(self.voice_id)

    @property
    def is_english(self) -> bool:
        """Tell whether the voice reads English, by its language tags, or by its name where it has none."""
        if not self.languages:
            return "english" in self.title.lower()
        return any(_is_english(tag) for tag in self.languages)

    def spoken(self, text: str) -> str:
        """Return the words of an English voice; the engine of any other language reads the text as it stands."""
        return english.spoken(text) if self.is_english else text

    def phonemes(self, text: str) -> str | None:
        """Return None: the engine keeps its phonemes to itself."""
        return None

    def speak(self, lines: Sequence[Line], *, seed: int = 0) -> Iterator[Speech]:
        """Speak every line once, in any order; system voices have no chance in them, so `seed` changes nothing.

        Raises:
            MissingError: the speech engine is gone, or does not start.
        """
        at_once = min(LINES_AT_ONCE, os.cpu_count() or 1)
        with tempfile.TemporaryDirectory(prefix="voiceover-") as folder, ThreadPoolExecutor(at_once) as pool:
            pending: list[Future[Speech]] = [
                pool.submit(self._speak_line, line, Path(folder) / f"{position}.wav")
                for position, line in enumerate(lines)
            ]
            try:
                for done in as_completed(pending):
                    yield done.result()
            finally:
                pool.shutdown(wait=True, cancel_futures=True)

    def _speak_line(self, line: Line, path: Path) -> Speech:
        text = self.spoken(line.text)
        audio = _record(self.voice_id, text, path) if any(map(str.isalnum, text)) else None
        onset, offset = voiced_bounds(audio) if audio else (0.0, 0.0)
        if audio is None or offset == 0.0:
            empty = Audio(np.zeros(0, dtype=np.float32), audio.rate if audio else self.rate)
            return Speech(line, empty, text, 0.0, 0.0, flags=("unsaid",))
        return Speech(line, audio, text, onset, offset)


def open_voice(argument: str, device: str) -> SystemVoice:
    """Return the system voice that `argument` names: an id, a name, or a prefix of one voice only; "" the default.

    Raises:
        BadInputError: no voice, or more than one, goes by that name.
        MissingError: this machine has no speech engine.
    """
    default, voices = _ask_for_voices()
    return SystemVoice(*_match(argument.strip() or default, voices))


def list_system_voices() -> list[SystemVoiceEntry]:
    """Return id, name and language tags of every voice the operating system has.

    Raises:
        MissingError: this machine has no speech engine.
    """
    return _ask_for_voices()[1]


def _match(wanted: str, voices: Sequence[SystemVoiceEntry]) -> SystemVoiceEntry:
    key = wanted.lower()
    ways_to_match: tuple[Callable[[SystemVoiceEntry], bool], ...] = (
        lambda entry: entry[0].lower() == key,
        lambda entry: entry[1].lower() == key,
        lambda entry: entry[0].lower().rpartition("/")[2] == key,  # espeak: en-us for gmw/en-us
        lambda entry: entry[0].lower().startswith(key) or entry[1].lower().startswith(key),
    )
    for matches in ways_to_match:
        found = [entry for entry in voices if matches(entry)]
        if len(found) == 1:
            return found[0]
        if found:
            raise BadInputError(
                f"The system has {len(found)} voices that go by '{wanted}'.",
                f"Name one by its id: {_listed(found)}.",
            )
    ids = {name.lower(): entry for entry in voices for name in (entry[0], entry[1], entry[0].rpartition("/")[2])}
    near = [ids[name] for name in difflib.get_close_matches(key, ids, n=5, cutoff=0.5)]
    near += [entry for entry in voices if key in entry[1].lower()]
    raise BadInputError(
        f"The system has no voice '{wanted}'.",
        f"{f'Near it: {_listed(list(dict.fromkeys(near)))}. ' if near else ''}`voiceover voices list` shows them all.",
    )


def _listed(entries: Sequence[SystemVoiceEntry]) -> str:
    shown = ", ".join(f"{voice_id} ({name})" for voice_id, name, _ in entries[:8])
    return f"{shown}, ..." if len(entries) > 8 else shown


def _is_english(tag: str) -> bool:
    if tag.startswith("en"):
        return True
    try:
        # Windows names languages by hexadecimal numbers whose low ten bits are the language: 409, 809, ...
        return int(tag, 16) & 0x3FF == 0x09
    except ValueError:
        return False


def _ask_for_voices() -> tuple[str, list[SystemVoiceEntry]]:
    answer = json.loads(_ask({}, START_SECONDS) or "{}")
    voices = [(voice_id, name, tuple(languages)) for voice_id, name, languages in answer.get("voices", [])]
    if not voices:
        raise _no_engine("it lists no voices")
    return answer.get("default") or voices[0][0], voices


@cache
def _rate(voice_id: str) -> int:
    with tempfile.TemporaryDirectory(prefix="voiceover-") as folder:
        audio = _record(voice_id, "a", Path(folder) / "rate.wav")
    if audio is None:
        raise _no_engine(f"it writes no sound for the voice {voice_id}")
    return audio.rate


def _record(voice_id: str, text: str, path: Path) -> Audio | None:
    """Return the recording of `text`, or None where the engine gave no sound."""
    import soundfile

    question = {"voice": voice_id, "text": text, "path": str(path)}
    if _ask(question, START_SECONDS + SECONDS_PER_CHARACTER * len(text)) is None or not path.exists():
        return None
    try:
        samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    except soundfile.LibsndfileError:
        return None
    path.unlink()
    return Audio(np.ascontiguousarray(samples.mean(axis=1), dtype=np.float32), int(rate))


def _ask(question: dict[str, str], seconds: float) -> str | None:
    """Return the recorder's answer, or None where it crashed or went over its time on this one question."""
    try:
        # -P: the recorder's own folder must not be searched for modules
        child = subprocess.run(
            [sys.executable, "-P", str(RECORDER)],
            input=json.dumps(question),
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    if child.returncode == NO_ENGINE:
        raise _no_engine(child.stderr.strip().rpartition("\n")[2])
    return child.stdout if child.returncode == 0 else None


def _no_engine(reason: str) -> MissingError:
    remedies = {
        "linux": "Install one: `apt install espeak-ng` (Debian, Ubuntu), `dnf install espeak-ng` (Fedora).",
        "darwin": "macOS has one built in: reinstall its driver with `pip install --force-reinstall pyttsx3`.",
        "win32": "Windows has one built in: turn on text to speech under Settings, Time & language, Speech.",
    }
    remedy = remedies.get(sys.platform, "Install espeak-ng, or use a voice bundle instead of a system voice.")
    return MissingError(f"The system's speech engine does not work ({reason or 'no reason given'}).", remedy)
