"""What is spoken of a file, by whom and how, from the command line to the sound."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import soundfile

from voiceover import loudness, onsets

SENTENCE = """1
00:00:00,500 --> 00:00:02,400
He had always known that the river

2
00:00:02,600 --> 00:00:04,500
would rise again in the spring,

3
00:00:04,700 --> 00:00:07,000
and that nobody would believe him.
"""

FILM = """1
00:00:00,500 --> 00:00:01,500
ANNA: Come in, GIF.

2
00:00:02,500 --> 00:00:03,000
[DOOR CREAKS]

3
00:00:03,500 --> 00:00:04,500
BEN: My name is 太郎.

4
00:00:05,500 --> 00:00:06,500
ANNA: 日本語です

5
00:00:07,500 --> 00:00:08,500
♪ La la la ♪
"""

CAST = """format: 1
default: beep:cached
speakers:
  Anna:
    voice: beep:low
    speed: 1.2
    gain: -6
  CARL: beep:x
"""


def narrate(run_cli: Callable[..., Any], source: Path, *options: str | Path) -> tuple[Any, dict[str, Any], Path]:
    """Narrate a file; return how it went, its report and the track."""
    out, report = source.with_suffix(".wav"), source.with_suffix(".json")
    finished = run_cli("narrate", source, "-o", out, "--report", report, "--force", *options)
    return finished, json.loads(report.read_text("utf-8")) if report.exists() else {}, out


def loudness_of(stem: Path) -> float:
    samples, rate = soundfile.read(stem, dtype="float32", always_2d=True)
    return loudness.measure(samples, rate).lufs


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.srt"
    path.write_text(FILM, "utf-8")
    return path


def test_one_sentence_over_three_cues_is_one_synthesis_and_three_clips_on_time(
    run_cli: Callable[..., Any], tmp_path: Path
) -> None:
    source = tmp_path / "sentence.srt"
    source.write_text(SENTENCE)
    finished, report, out = narrate(run_cli, source, "--stems", tmp_path / "stems", "--loudness", "ebu")
    assert finished.exit_code == 0, finished.stderr
    assert [line["spoken_with"] for line in report["lines"]] == [[1, 2, 3]] * 3
    assert len({json.dumps(line["attention"]) for line in report["lines"]}) == 1  # one decoding made all three
    assert sorted(path.name for path in (tmp_path / "stems").iterdir()) == ["0001.wav", "0002.wav", "0003.wav"]
    samples, rate = soundfile.read(out, dtype="float32")
    found = onsets.measure_onsets(samples, rate, [line["start"] for line in report["lines"]])
    for line, onset in zip(report["lines"], found, strict=True):
        assert onset == pytest.approx(line["cue_start"], abs=0.04)
        assert line["spoken_text"].rstrip(",.") == line["text"].rstrip(",.")

    apart, alone, _ = narrate(run_cli, source, "--no-merge")
    assert apart.exit_code == 0
    assert [line["spoken_with"] for line in alone["lines"]] == [[]] * 3
    assert len({json.dumps(line["attention"]) for line in alone["lines"]}) == 3


def test_a_cast_gives_speakers_their_voice_speed_and_level(
    run_cli: Callable[..., Any], film: Path, tmp_path: Path
) -> None:
    cast = tmp_path / "cast.yaml"
    cast.write_text(CAST)
    finished, report, _ = narrate(run_cli, film, "--cast", cast, "--stems", tmp_path / "stems")
    assert finished.exit_code == 0, finished.stderr
    said = [(line["speaker"], line["voice"], line["speed"]) for line in report["lines"]]
    assert said == [
        ("ANNA", "BeepVoice:low", 1.2),
        ("BEN", "CachedBeepVoice:cached", 1.0),
        ("ANNA", "BeepVoice:low", 1.2),
    ]
    assert report["speakers"] == [
        {"name": "ANNA", "lines": 2, "voice": "beep:low", "mapped": True},
        {"name": "BEN", "lines": 1, "voice": "beep:cached", "mapped": False},
    ]
    assert "does not name BEN" in finished.stderr
    assert "CARL speaks no line" in finished.stderr
    low, high = (loudness_of(tmp_path / "stems" / f"{number:04d}.wav") for number in (1, 2))
    assert high - low == pytest.approx(6.0, abs=1.0)


def test_what_is_no_speech_is_left_out_reported_and_spoken_on_request(run_cli: Callable[..., Any], film: Path) -> None:
    finished, report, _ = narrate(run_cli, film, "--voice", "beep:")
    assert finished.exit_code == 0, finished.stderr
    assert [(part["reason"], part["text"]) for part in report["left_out"]] == [
        ("sound", "[DOOR CREAKS]"),
        ("lyrics", "♪ La la la ♪"),
    ]
    assert "1 sound, 1 lyrics" in finished.stdout
    _, kept, _ = narrate(run_cli, film, "--voice", "beep:", "--keep-sdh")
    assert [line["text"] for line in kept["lines"]][1::3] == ["DOOR CREAKS.", "La la la"]
    assert kept["left_out"] == []


def test_letters_a_voice_cannot_read_are_told_line_by_line_and_the_rest_is_spoken(
    run_cli: Callable[..., Any], film: Path
) -> None:
    finished, report, out = narrate(run_cli, film, "--voice", "narrator")
    assert finished.exit_code == 4
    assert out.exists()
    assert [line["flags"] for line in report["lines"]] == [[], ["unreadable"], ["unsaid"]]
    assert [line["lost"] for line in report["lines"]] == ["", "太郎", "日本語です"]
    assert "line 2 “My name is 太郎.”: narrator cannot read 太郎, which is left out" in finished.stderr
    assert "line 3 “日本語です”: narrator cannot read 日本語です, so there is a gap" in finished.stderr


def test_a_lexicon_changes_how_words_are_said(run_cli: Callable[..., Any], film: Path, tmp_path: Path) -> None:
    words = tmp_path / "words.csv"
    words.write_text("word,say,speaker\nGIF,/dʒɪf/,\ngif,wrong,\nCome,cull-UM,ANNA\nname,gnome,ANNA\n", "utf-8")
    _, report, _ = narrate(run_cli, film, "--lexicon", words)
    assert report["lines"][0]["text"] == "Come in, GIF."
    assert report["lines"][0]["spoken_text"] == "[Come](/kʌlˈʌm/) in, [GIF](/dʒɪf/)."
    assert report["lines"][1]["spoken_text"] == "My name is."


def test_guessed_words_are_listed_with_their_pronunciation(run_cli: Callable[..., Any], tmp_path: Path) -> None:
    source = tmp_path / "names.srt"
    source.write_text(
        "1\n00:00:01,000 --> 00:00:03,000\nProog met Zyxgorb.\n\n2\n00:00:04,000 --> 00:00:06,000\nProog left.\n"
    )
    finished, report, _ = narrate(run_cli, source)
    assert [(word["word"], word["lines"]) for word in report["unknown_words"]] == [("Proog", [1, 2]), ("Zyxgorb", [1])]
    assert all(word["pronunciation"] for word in report["unknown_words"])
    assert "guessed words" in finished.stdout


@pytest.mark.parametrize(
    ("name", "content", "option", "expected"),
    [
        (
            "cast.yaml",
            "speakers:\n  ANNA:\n    voice: beep:x\n    speed: 9\n",
            "--cast",
            "line 4: the speed must be a number from 0.7 to 1.5",
        ),
        ("cast.yaml", "speakers:\n  ANNA: nobody\n", "--cast", "nobody"),
        ("cast.yaml", "speakers: [\n", "--cast", "is not YAML"),
        ("words.csv", "word,say\nGIF,/d#ɪf/\n", "--lexicon", "words.csv, line 2: the pronunciation of “GIF”"),
        ("words.csv", "", "--lexicon", "is empty"),
        ("words.doc", "x", "--lexicon", "a lexicon is a .csv or a .yaml file"),
    ],
)
def test_bad_files_are_named_with_their_line_and_nothing_is_written(
    run_cli: Callable[..., Any], film: Path, name: str, content: str, option: str, expected: str
) -> None:
    path = film.with_name(name)
    path.write_text(content, "utf-8")
    finished, _, out = narrate(run_cli, film, "--voice", "beep:", option, path)
    assert finished.exit_code == 2
    assert expected in " ".join(finished.stderr.split())
    assert not out.exists()


def test_a_voice_of_another_language_is_refused(run_cli: Callable[..., Any], film: Path) -> None:
    finished, _, out = narrate(run_cli, film, "--language", "de")
    assert finished.exit_code == 2
    assert "narrator speaks en-us" in finished.stderr
    assert not out.exists()


def test_say_shows_how_a_text_is_read(run_cli: Callable[..., Any], tmp_path: Path) -> None:
    text = "Dr. [Nguyen](nuh-WIN) paid *$5* <break 0.5s> for a GIF."
    words = tmp_path / "words.yaml"
    words.write_text("GIF: jiff\n")
    shown = run_cli("say", text, "--lexicon", words, "--show-text", "--show-phonemes")
    assert shown.exit_code == 0, shown.stderr
    spoken, phonemes = shown.stdout.splitlines()
    assert spoken == "Doctor [Nguyen](/nuwˈɪn/) paid *five dollars* <break 0.5s> for a jiff."
    assert phonemes == "dˈɑktɚ nuwˈɪn pˈeɪd fˈaɪv dˈɑlɚz, fɚ ə d͡ʒˈɪf."
    german = run_cli("say", "Am 3. Oktober um 15:30 Uhr", "--language", "de", "--show-text", "--show-phonemes")
    assert german.stdout.splitlines()[0] == "Am dritten Oktober um fünfzehn Uhr dreißig"
    assert run_cli("say", "a [b](/#/)", "--show-text").exit_code == 2
    others = find_spec("phonemizer") is not None and find_spec("espeakng_loader") is not None
    unknown = run_cli("say", "hello", "--language", "xx", "--show-text")
    assert unknown.exit_code == (2 if others else 3)  # not known there, or the extra that would know is missing


def test_a_break_and_emphasis_are_heard(run_cli: Callable[..., Any], tmp_path: Path) -> None:
    seconds = {}
    for name, text in {
        "plain": "I met the doctor in the garden.",
        "break": "I met the doctor <break 1s> in the garden.",
        "emphasis": "I met the *doctor* in the garden.",
    }.items():
        out = tmp_path / f"{name}.wav"
        assert run_cli("say", text, "-o", out).exit_code == 0
        samples, rate = soundfile.read(out)
        seconds[name] = len(samples) / rate
    assert seconds["break"] == pytest.approx(seconds["plain"] + 1.0, abs=0.25)
    assert 0.03 < seconds["emphasis"] - seconds["plain"] < 0.3
