from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from voiceover import report
from voiceover.casting import Speaker
from voiceover.errors import BadInputError
from voiceover.types import Attention, Audio, LeftOut, Line, Placed, Reading, Speech

Flags = tuple[str, ...]


def placed(index: int, *, flags: Flags = (), speech_flags: Flags = (), speed: float = 1.0) -> Placed:
    line = Line(index, start=index * 2.0, end=index * 2.0 + 1.5, text=f"line {index}", speaker="ANNA")
    audio = Audio(np.zeros(22050, dtype=np.float32), 22050)
    speech = Speech(
        line, audio, f"line {index}", 0.1, 0.9, attention=Attention(0.75, 0.5), flags=speech_flags, voice="narrator"
    )
    return Placed(speech, start=index * 2.0, end=index * 2.0 + 0.8 / speed, speed=speed, flags=flags)


def build(*lines: report.LineReport, errors: tuple[float, ...] = ()) -> report.Report:
    measured = report.Measured(errors, (), integrated_lufs=-14.0, true_peak_dbtp=-1.5)
    totals = report.add_up(lines, measured, overlap_samples=0, synthesis_seconds=2.0, audio_seconds=8.0)
    return report.Report("narrator", 7, "a.mp4", "a.dubbed.mp4", totals, lines)


def test_json_has_exactly_the_fields_of_format_1() -> None:
    lines = (
        report.report_line(placed(1), reason="on time"),
        report.report_beyond_end(Line(2, 90.0, 91.0, "late"), "narrator", "late"),
    )
    stored = json.loads(json.dumps(build(*lines, errors=(0.010, -0.020)).to_json(), allow_nan=False))
    assert set(stored) == {
        *("format", "voice", "seed", "video", "output", "totals", "lines", "left_out", "speakers", "unknown_words"),
        "provenance",
    }
    assert stored["format"] == 1
    assert stored["lines"][0] == {
        "index": 1,
        "cue_start": 2.0,
        "cue_end": 3.5,
        "speaker": "ANNA",
        "voice": "narrator",
        "text": "line 1",
        "spoken_text": "line 1",
        "spoken_with": [],
        "lost": "",
        "start": 2.0,
        "end": 2.8,
        "natural_seconds": pytest.approx(0.8),
        "speed": 1.0,
        "shift": 0.0,
        "pauses_shortened": 0,
        "attempts": 1,
        "attention": {"focus": 0.75, "coverage": 0.5, "repeats": 0, "skips": 0, "stopped": True},
        "flags": [],
        "reason": "on time",
    }
    assert stored["lines"][1]["start"] is None
    assert stored["lines"][1]["flags"] == ["beyond-end"]
    totals = stored["totals"]
    assert totals["beyond-end"] == 1
    assert totals["shifted"] == totals["unsaid"] == totals["overlap_samples"] == 0
    assert totals["median_onset_error_ms"] == pytest.approx(15.0)
    assert totals["p95_onset_error_ms"] == pytest.approx(19.5)
    assert totals["real_time_factor"] == 0.25
    assert (totals["integrated_lufs"], totals["true_peak_dbtp"]) == (-14.0, -1.5)


def test_flags_of_speech_and_place_are_joined_and_ordered() -> None:
    line = report.report_line(placed(1, flags=("shifted", "over-speed"), speech_flags=("attention-failure", "odd")))
    assert line.flags == ("over-speed", "shifted", "attention-failure", "odd")
    totals = build(line).totals
    assert {flag: count for flag, count in totals.flags.items() if count} == dict.fromkeys(line.flags, 1)


def test_an_unsaid_line_has_no_place_and_no_share_in_speeds() -> None:
    silent, spoken = placed(1, speech_flags=("unsaid",), speed=1.9), placed(2, speed=1.1)
    lines = (report.report_line(silent), report.report_line(spoken))
    finished = build(*lines)
    assert (lines[0].start, lines[0].end) == (None, None)
    assert (finished.totals.max_speed, finished.totals.median_speed) == (1.1, 1.1)
    assert finished.unsaid == 1


def test_nothing_measured_is_null_not_zero() -> None:
    totals = report.add_up((), report.Measured(), overlap_samples=0, synthesis_seconds=0.0, audio_seconds=0.0)
    assert totals.real_time_factor is None
    assert totals.max_speed is None
    assert totals.median_onset_error_ms is None
    assert totals.integrated_lufs is None


def test_silence_of_minus_infinity_becomes_null() -> None:
    totals = report.add_up(
        (),
        report.Measured((), (), -np.inf, np.float64("nan")),
        overlap_samples=0,
        synthesis_seconds=0.0,
        audio_seconds=0.0,
    )
    stored = report.Report("v", 0, None, "o.wav", totals, ()).to_json()["totals"]
    assert (stored["integrated_lufs"], stored["true_peak_dbtp"]) == (None, None)


def test_every_flag_says_what_happened_and_what_to_do() -> None:
    for flag in report.FLAGS:
        told = report.describe(report.report_line(placed(3, flags=(flag,), speed=1.31)))
        assert told.startswith("0:00:06.000 line 3 “line 3”: ")
        assert told.endswith(")"), flag
        assert flag not in told.split("”: ")[1].split(" (")[0], "the flag's name explains nothing"


def test_an_early_line_is_not_the_fault_of_the_one_before_it() -> None:
    early = report.report_line(replace(placed(3, flags=("shifted",)), shift=-0.26))
    told = "starts 260 ms early (shorten its text, or start the next cue later)"
    assert report.describe(early).endswith(told)


def test_a_line_in_letters_the_voice_cannot_read_is_told_from_one_it_failed_at() -> None:
    line = report.report_line(placed(3, flags=("unsaid",)))
    assert "could not be said" in report.describe(line)
    unread = report.describe(replace(line, spoken_text="", lost="太郎"))
    assert "narrator cannot read 太郎, so there is a gap (use a voice of its language)" in unread


def test_what_is_not_spoken_who_speaks_and_what_was_guessed_is_told() -> None:
    line = report.report_line(placed(3, speech_flags=("unreadable",)), lost="太郎" * 20, spoken_with=(3, 4))
    words = report.unknown_words(
        [
            (1, Reading("a", guessed=(("Emo", "iːmoʊ"),))),
            (3, Reading("b", guessed=(("Proog", "pɹug"), ("Emo", "iːmoʊ")))),
        ]
    )
    made = replace(
        build(line),
        left_out=(LeftOut(2, 1.0, "[DOOR]", "sound"),),
        speakers=(Speaker("ANNA", 3, "narrator", mapped=False),),
        unknown_words=words,
    )
    stored = made.to_json()
    assert stored["left_out"] == [{"cue": 2, "start": 1.0, "text": "[DOOR]", "reason": "sound"}]
    assert stored["speakers"] == [{"name": "ANNA", "lines": 3, "voice": "narrator", "mapped": False}]
    assert [(word["word"], list(word["lines"])) for word in stored["unknown_words"]] == [
        ("Emo", [1, 3]),
        ("Proog", [3]),
    ]
    assert stored["lines"][0]["spoken_with"] == [3, 4]
    assert made.unsaid == 1  # part of a line that is missing is a gap too
    assert "narrator cannot read 太郎太郎" in report.describe(line)
    assert "…, which is left out" in report.describe(line)


def test_clock_carries_rounding() -> None:
    assert report.clock(3599.9996) == "1:00:00.000"
    assert report.clock(61.5) == "0:01:01.500"


def test_write_is_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    report.write(build(report.report_line(placed(1))), path)
    assert json.loads(path.read_text("utf-8"))["voice"] == "narrator"
    assert [entry.name for entry in tmp_path.iterdir()] == ["report.json"]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(BadInputError, match=r"file.report\.json: the report cannot be written"):
        report.write(build(), tmp_path / "file" / "report.json")
