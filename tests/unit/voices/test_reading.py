from __future__ import annotations

import json
import shutil
from pathlib import Path

import doubles
import pytest

from voiceover import durations
from voiceover.config import voices_folders
from voiceover.durations import LETTERS, Stretch
from voiceover.errors import BadInputError
from voiceover.types import Line
from voiceover.voices import bundle, catalog, reading
from voiceover.voices.bundle import StoredDurations

NARRATOR = voices_folders()[-1] / "narrator"
STORED = StoredDurations(version=durations.VERSION, basis="en-us-gruut", seconds={"any sound": 0.1}, figures={"a": 1})


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VOICEOVER_HOME", str(tmp_path / "home"))
    monkeypatch.syspath_prepend(doubles.install(tmp_path / "plugins"))
    return tmp_path / "home"


@pytest.fixture
def card_only(tmp_path: Path) -> Path:
    """Return a bundle of narrator's card alone: whoever only reads needs no more."""
    folder = tmp_path / "voices" / "narrator"
    folder.mkdir(parents=True)
    shutil.copy(NARRATOR / bundle.CARD, folder)
    return folder


def test_narrator_foretells_what_it_says() -> None:
    lines = [
        "My uncle sold the farm last spring.",
        "Would you hand me that towel, please?",
        "Nothing could be further from the truth.",
        "The parade begins at ten, rain or shine.",
        "He dropped the plate and ran.",
        "Keep both of your hands on the wheel at all times.",
    ]
    voice, reader = catalog.open_voice("narrator", "cpu"), reading.open_reader("narrator")
    asked = [Line(place, 0.0, 1.0, voice.read(text).spoken) for place, text in enumerate(lines)]
    assert not set(lines) & set((Path(bundle.__file__).parent / "lines" / "en.txt").read_text("utf-8").splitlines())
    errors = sorted(
        abs(reader.durations.predict(Stretch(reader.words(speech.line.text))) / speech.natural_seconds - 1)
        for speech in voice.speak(asked)
    )
    assert errors[len(errors) // 2] < 0.10
    assert errors[-1] < 0.25


def test_a_card_is_enough_to_read_with(card_only: Path) -> None:
    reader = reading.open_reader(str(card_only))
    assert (reader.name, reader.language, reader.times_words) == ("narrator", "en-us", True)
    assert reader.estimate.calibrated
    assert reader.estimate.median_error_percent is not None
    assert reader.estimate.median_error_percent <= 8  # the target
    assert reader.read("In 1984").spoken == "In nineteen eighty four"
    assert [word.word for word in reader.words("Hello there.")] == ["Hello", "there"]


@pytest.mark.parametrize("change", [{"version": 99}, {"basis": "de-de-gruut"}, None])
def test_a_voice_without_times_of_this_version_is_estimated_roughly(
    card_only: Path, change: dict[str, object] | None
) -> None:
    about = json.loads((card_only / bundle.CARD).read_text("utf-8"))
    about["durations"] = about["durations"] | change if change else None
    (card_only / bundle.CARD).write_text(json.dumps(about), "utf-8")
    reader = reading.open_reader(str(card_only))
    assert not reader.estimate.calibrated
    assert reader.durations.basis == LETTERS
    assert 1.0 < reader.durations.predict(Stretch(reader.words("This sentence takes about two seconds."))) < 4.0


def test_times_that_cannot_be_are_refused(card_only: Path) -> None:
    about = json.loads((card_only / bundle.CARD).read_text("utf-8"))
    for wrong in (-0.1, float("nan"), "long"):
        about["durations"]["seconds"]["word"] = wrong
        (card_only / bundle.CARD).write_text(json.dumps(about), "utf-8")
        with pytest.raises(BadInputError, match=r"durations\.seconds\.word"):
            reading.open_reader(str(card_only))


def test_kept_times_leave_the_rest_of_the_card_as_it_is_written(card_only: Path) -> None:
    before = (card_only / bundle.CARD).read_text("utf-8").splitlines()
    bundle.keep_durations(card_only, STORED)
    after = (card_only / bundle.CARD).read_text("utf-8").splitlines()
    start = before.index(' "durations": {')
    assert after[:start] == before[:start]
    assert bundle.read_card(card_only).durations == STORED
    assert [file.name for file in card_only.iterdir()] == [bundle.CARD]


def test_times_are_kept_in_a_packed_voice_too(tmp_path: Path) -> None:
    packed = tmp_path / "packed.voice"
    bundle.pack(NARRATOR, packed)
    bundle.keep_durations(packed, STORED)
    assert bundle.check(packed).durations == STORED
    assert bundle.read_member(packed, bundle.SAMPLE) == (NARRATOR / bundle.SAMPLE).read_bytes()


def test_a_plug_in_voice_is_read_by_letters_and_its_times_lie_in_a_file(home: Path) -> None:
    assert reading.open_reader("beep:").words("Hi.")[0].sounds == ("h", "i")
    kept = reading.keep_durations("BeepVoice:", StoredDurations(version=1, basis=LETTERS, seconds={"word": 0.5}))
    assert kept.parent == home / "durations"
    assert reading.open_reader("beep:").durations.seconds == {"word": 0.5}
    kept.write_text("{", "utf-8")
    with pytest.raises(BadInputError, match="voices calibrate"):
        reading.open_reader("beep:")


def test_languages_of_ours_give_a_plug_in_voice_its_sounds() -> None:
    assert reading.sounds_of("en-gb")[0] == "en-us-gruut"
    assert reading.sounds_of("de")[0] == "de-de-gruut"
    assert reading.sounds_of("fr")[0] == reading.sounds_of(None)[0] == LETTERS


def test_two_names_never_share_a_file() -> None:
    assert reading.durations_file("system:a b") != reading.durations_file("system:a-b")
