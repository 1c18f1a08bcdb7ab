from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest

from voiceover import markup
from voiceover.errors import BadInputError, MissingError
from voiceover.types import Line
from voiceover.voices import system
from voiceover.voices.base import Voice
from voiceover.voices.recorder import list_voices, record
from voiceover.voices.system import SystemVoice, list_system_voices, open_voice

LINES = [
    Line(1, 0.0, 2.0, "Hello there, Dr. Smith."),
    Line(2, 3.0, 5.0, "♪"),
    Line(3, 6.0, 9.0, "It costs $5."),
    Line(4, 10.0, 11.0, "No!"),
]

# A recorder that answers from what the text says; a real child process, as the real one is.
FAKE = """
import json, os, sys, time, wave
question = json.load(sys.stdin)
if not question:
    print(json.dumps({"default": "gmw/en", "voices": VOICES}))
    sys.exit(0)
text = question["text"]
if "crash" in text: sys.exit(139)
if "hang" in text: time.sleep(30)
if "gone" in text: print("RuntimeError: no libespeak", file=sys.stderr); sys.exit(3)
if "nothing" in text: sys.exit(0)
if "broken" in text: open(question["path"], "w").write("no sound file"); print("{}"); sys.exit(0)
with wave.open(question["path"], "wb") as file:
    file.setnchannels(2); file.setsampwidth(2); file.setframerate(8000)
    if "empty" in text:
        asked = question["path"] + ".asked"
        tries = open(asked).read() if os.path.exists(asked) else ""
        open(asked, "w").write(tries + "1")
        if "once" not in text or not tries: sys.exit(0)
    level = b"\\0\\0" if "silent" in text else b"\\0\\x40"
    file.writeframes(b"\\0\\0" * 2 * 800 + level * 2 * 1600 + b"\\0\\0" * 2 * 800)
print("{}")
"""
VOICES = [
    ["gmw/en", "English (Great Britain)", ["en-gb"]],
    ["gmw/en-us", "English (America)", ["en-us"]],
    ["gmw/de", "German", ["de"]],
    ["roa/fr", "French (France)", ["fr-fr"]],
    ["roa/fr-be", "French (Belgium)", ["fr-be"]],
]


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    script = tmp_path / "fake_recorder.py"
    script.write_text(f"VOICES = {VOICES!r}\n{FAKE}", encoding="utf-8")
    monkeypatch.setattr(system, "RECORDER", script)
    system._rate.cache_clear()
    return script


@pytest.mark.parametrize(
    ("argument", "voice_id"),
    [
        ("gmw/en", "gmw/en"),
        ("GMW/EN-US", "gmw/en-us"),
        ("english (america)", "gmw/en-us"),
        ("German", "gmw/de"),
        ("ger", "gmw/de"),
        ("en", "gmw/en"),
        ("en-us", "gmw/en-us"),
        ("", "gmw/en"),
    ],
)
def test_a_voice_is_found_by_id_name_or_unique_prefix(fake: Path, argument: str, voice_id: str) -> None:
    voice = open_voice(argument, "auto")
    assert voice.voice_id == voice_id
    assert voice.name == f"system:{voice_id}"
    assert isinstance(voice, Voice)


def test_an_ambiguous_prefix_lists_the_voices(fake: Path) -> None:
    with pytest.raises(BadInputError, match=r"2 voices that go by 'fre'[\s\S]*roa/fr \(French \(France\)\), roa/fr-be"):
        open_voice("fre", "auto")


def test_an_unknown_voice_names_near_ones(fake: Path) -> None:
    with pytest.raises(BadInputError, match=r"no voice 'Germna'[\s\S]*Near it: gmw/de \(German\)"):
        open_voice("Germna", "auto")
    with pytest.raises(BadInputError, match=r"no voice 'zzzzzz'.\n`voiceover voices list`"):
        open_voice("zzzzzz", "auto")


@pytest.mark.parametrize(
    ("languages", "name", "words"),
    [
        (("en-us",), "x", "five dollars"),
        (("409",), "Zira", "five dollars"),
        (("407",), "Hedda", "fünf Dollar"),
        (("de",), "x", "fünf Dollar"),
        (("fr-fr",), "x", "$5"),
        (("be",), "x", "$5"),
        ((), "English voice", "five dollars"),
        ((), "Karl", "$5"),
    ],
)
def test_numbers_are_written_out_in_the_languages_that_have_rules(
    languages: tuple[str, ...], name: str, words: str
) -> None:
    voice = SystemVoice("id", name, languages)
    assert voice.read("$5").spoken == words
    assert voice.phonemes("$5") is None


def test_marks_that_the_engine_cannot_take_leave_the_word_or_its_respelling() -> None:
    voice = SystemVoice("id", "x", ("en",))
    marked = markup.parse("[Nguyen](nuh-WIN) and *[Li](/liː/)* <break 0.5s> $5 太郎")
    reading = voice.read(marked)
    assert markup.show(reading.spoken) == "nuh win and Li <break 0.5s> five dollars"
    assert reading.lost == "太郎"


def test_a_break_is_silence_between_the_recordings(fake: Path) -> None:
    voice = open_voice("en", "auto")
    spoken = voice.read(markup.parse("One. <break 1.5s> Two.")).spoken
    (speech,) = voice.speak([Line(1, 0, 1, spoken)])
    assert speech.natural_seconds == pytest.approx(0.2 + 1.5 + 0.2, abs=0.01)
    quiet = speech.audio.samples[round(0.35 * 8000) : round(1.6 * 8000)]
    assert not quiet.any()


def test_speech_is_mono_with_its_bounds(fake: Path) -> None:
    voice = open_voice("en", "auto")
    (speech,) = voice.speak([LINES[0]])
    assert speech.spoken_text == LINES[0].text
    assert (speech.audio.rate, voice.rate) == (8000, 8000)
    assert speech.audio.samples.dtype == np.float32
    assert speech.audio.samples.shape == (3200,)
    assert (speech.onset, speech.offset) == (pytest.approx(0.1, abs=1.1e-3), pytest.approx(0.3))
    assert speech.flags == ()


@pytest.mark.parametrize("text", ["crash", "nothing", "broken", "silent", "empty", "♪", "...", "hang"])
def test_a_line_without_sound_is_unsaid_and_the_others_are_not_lost(
    fake: Path, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if text == "hang":
        monkeypatch.setattr(system, "START_SECONDS", 1.5)
    lines = [Line(1, 0, 1, "one"), Line(2, 1, 2, text), Line(3, 2, 3, "three")]
    speeches = {speech.line.index: speech for speech in open_voice("en", "auto").speak(lines)}
    assert sorted(speeches) == [1, 2, 3]
    assert speeches[2].flags == ("unsaid",)
    assert speeches[2].audio.samples.size == 0
    assert speeches[2].audio.rate == 8000
    assert speeches[1].flags == speeches[3].flags == ()
    assert speeches[1].natural_seconds == pytest.approx(0.2, abs=1.1e-3)


def test_an_empty_recording_is_made_again(fake: Path) -> None:
    (speech,) = open_voice("en", "auto").speak([Line(1, 0, 1, "empty once")])
    assert speech.flags == ()
    assert speech.natural_seconds == pytest.approx(0.2, abs=1.1e-3)


def test_an_engine_that_disappears_is_missing(fake: Path) -> None:
    with pytest.raises(MissingError, match="no libespeak"):
        list(open_voice("en", "auto").speak([Line(1, 0, 1, "gone"), LINES[0]]))


def test_no_engine_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "none.py"
    script.write_text("import sys; print('RuntimeError: no eSpeak', file=sys.stderr); sys.exit(3)", encoding="utf-8")
    monkeypatch.setattr(system, "RECORDER", script)
    monkeypatch.setattr(sys, "platform", "linux")
    for ask in (list_system_voices, lambda: open_voice("en", "auto")):
        with pytest.raises(MissingError, match=r"RuntimeError: no eSpeak\)\.\nInstall one: `apt install espeak-ng`"):
            ask()


def test_an_engine_without_voices_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "none.py"
    script.write_text("import sys; sys.exit(1)", encoding="utf-8")
    monkeypatch.setattr(system, "RECORDER", script)
    with pytest.raises(MissingError, match="lists no voices"):
        list_system_voices()


def test_speaking_leaves_no_files_even_when_it_is_stopped(
    fake: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    speaking = open_voice("en", "auto").speak([LINES[0]] * 20)
    next(speaking)
    speaking.close()  # type: ignore[attr-defined]
    assert list(folder.iterdir()) == []


class FakeEngine:
    """An engine that notes what it is asked."""

    def __init__(self, languages: list[object]) -> None:
        self.languages = languages
        self.asked: list[object] = []

    def __str__(self) -> str:
        return "fake"

    def getProperty(self, name: str) -> object:  # noqa: N802
        voice = type("FakeVoice", (), {"id": "v1", "name": None, "languages": self.languages})
        return {"voice": "v1", "voices": [voice]}[name]

    def setProperty(self, name: str, value: object) -> None:  # noqa: N802
        self.asked.append((name, value))

    def save_to_file(self, text: str, path: str) -> None:
        self.asked.append((text, path))

    def runAndWait(self) -> None:  # noqa: N802
        self.asked.append("run")


def test_the_recorder_lists_voices_of_any_driver() -> None:
    engine = FakeEngine([b"\x05en_US", "de_DE"])
    assert list_voices(engine) == {"default": "v1", "voices": [["v1", "v1", ["en-us", "de-de"]]]}


def test_the_recorder_sets_the_voice_before_it_speaks() -> None:
    engine = FakeEngine([])
    record(engine, "v1", "hello", "out.wav")
    assert engine.asked == [("voice", "v1"), ("hello", "out.wav"), "run"]


@pytest.fixture(scope="module")
def real() -> SystemVoice:
    try:
        return open_voice("", "auto")
    except MissingError as error:
        pytest.skip(f"no speech engine on this machine: {error.message}")


def test_the_real_engine_speaks_every_line(real: SystemVoice, capfd: pytest.CaptureFixture[str]) -> None:
    speeches = {speech.line.index: speech for speech in real.speak(LINES)}
    assert sorted(speeches) == [1, 2, 3, 4]
    assert speeches[2].flags == ("unsaid",)
    for index in (1, 3, 4):
        speech = speeches[index]
        assert speech.flags == ()
        assert 0.15 < speech.natural_seconds < 4.0
        assert 0.01 < np.abs(speech.audio.samples).max() <= 1.0
        assert 0.0 <= speech.onset < speech.offset <= speech.audio.seconds
        assert speech.audio.rate == real.rate
    assert speeches[1].natural_seconds > speeches[4].natural_seconds
    assert capfd.readouterr() == ("", "")


def test_the_real_engine_gives_the_same_audio_in_any_company(real: SystemVoice) -> None:
    (alone,) = real.speak([LINES[0]])
    together = next(speech for speech in real.speak([LINES[2], LINES[0], LINES[3]]) if speech.line.index == 1)
    np.testing.assert_array_equal(alone.audio.samples, together.audio.samples)


def test_the_real_engine_lists_its_voices(real: SystemVoice) -> None:
    voices = list_system_voices()
    assert real.voice_id in [voice_id for voice_id, _, _ in voices]
    assert len({voice_id for voice_id, _, _ in voices}) == len(voices)
