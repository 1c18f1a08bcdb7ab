from __future__ import annotations

import io
import json
from pathlib import Path

import doubles
import pytest

from voiceover import calibration
from voiceover.durations import LETTERS, Stretch, from_letters
from voiceover.errors import BadInputError
from voiceover.progress import PlainProgress, Progress
from voiceover.voices import reading

TEXTS = [text for text in calibration.lines_for("en", "any") if text.isascii()][:200]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VOICEOVER_HOME", str(tmp_path / "home"))
    monkeypatch.syspath_prepend(doubles.install(tmp_path / "plugins"))
    return tmp_path / "home"


def quiet() -> Progress:
    return PlainProgress(io.StringIO())


@pytest.mark.parametrize("spec", ["beep:", "beep:words"])
def test_a_voice_is_known_by_its_times_after_its_calibration(spec: str, home: Path) -> None:
    assert not reading.open_reader(spec).estimate.calibrated
    done = calibration.calibrate(spec, TEXTS, quiet())
    assert done.file.parent == home / "durations"
    stored = json.loads(done.file.read_text("utf-8"))
    assert (stored["version"], stored["basis"], stored["figures"]["lines"]) == (1, LETTERS, 200)
    known = reading.open_reader(spec)
    assert known.estimate.calibrated
    assert known.estimate.median_error_percent == done.median_error_percent < 5
    # a beep takes 0.05 s for each character, spaces and marks as well
    text = "Nobody has seen the little boat, nor its crew."
    foretold = known.durations.predict(Stretch(from_letters(text)))
    assert foretold == pytest.approx(0.05 * len(text), rel=0.05)


def test_halves_of_sentences_are_learnt_too() -> None:
    voice = doubles.WordBeepVoice("words")
    examples = [
        example
        for number, speech, sentence in calibration._speak(voice, TEXTS[-20:], quiet(), None)
        for example in calibration._examples(number, speech, sentence, from_letters)
    ]
    kinds = {(example.stretch.begins, example.stretch.ends) for example in examples}
    assert kinds == {(True, True), (True, False), (False, True)}
    for example in examples:
        characters = sum(len(word.word) + 1 for word in example.stretch.words)
        assert example.seconds == pytest.approx(0.05 * characters, abs=0.2)


def test_a_voice_that_says_too_little_is_not_calibrated() -> None:
    with pytest.raises(BadInputError, match="said 30 of 30 lines; its times need at least 40"):
        calibration.calibrate("beep:", TEXTS[:30], quiet())
    with pytest.raises(BadInputError, match="said 0 of 200"):
        calibration.calibrate("mute:all", TEXTS, quiet())


def test_time_that_is_over_ends_the_speaking_with_lines_of_every_length(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(100))
    monkeypatch.setattr(calibration.time, "monotonic", lambda: float(next(clock)))
    said = list(calibration._speak(doubles.BeepVoice(), TEXTS, quiet(), 3.5))
    lengths = sorted(len(speech.spoken_text) for _, speech, _ in said)
    assert 100 <= len(said) < 150
    assert lengths[0] < 10
    assert lengths[-1] > 50


def test_lines_come_with_the_language_or_from_a_file(tmp_path: Path) -> None:
    assert len(calibration.lines_for("de-de", "any")) > 100
    with pytest.raises(BadInputError, match="speaks fr, and there are lines to say only in de, en"):
        calibration.lines_for("fr", "any")
    file = tmp_path / "lines.txt"
    file.write_text("# a note\n\n  One line. \nAnother\n", "utf-8")
    assert calibration.read_lines(file) == ["One line.", "Another"]
    file.write_bytes("Schön".encode("latin-1"))
    with pytest.raises(BadInputError, match="not text in UTF-8"):
        calibration.read_lines(file)
    with pytest.raises(BadInputError, match="No such file"):
        calibration.read_lines(tmp_path / "missing.txt")
