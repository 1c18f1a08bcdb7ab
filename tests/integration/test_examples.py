"""The examples work as they stand, with the voice that ships."""

import json
from pathlib import Path

import pytest

from voiceover import media

EXAMPLES = Path(__file__).parents[2] / "examples"


def test_the_readmes_film(run_cli, tmp_path):
    """The README's first command: every line spoken, on time, picture untouched."""
    film, report = tmp_path / "bunny.webm", tmp_path / "report.json"
    finished = run_cli(
        "dub", EXAMPLES / "bunny.webm", EXAMPLES / "bunny.srt", "--voice", "narrator", "-o", film, "--report", report
    )
    assert finished.exit_code == 0, finished.stderr
    assert str(film) in finished.stdout.replace("\n", "")
    about = json.loads(report.read_text())
    assert [line["flags"] for line in about["lines"]] == [[]] * 8
    assert all(line["attention"]["coverage"] >= 0.9 for line in about["lines"])
    totals = about["totals"]
    assert totals["overlap_samples"] == 0
    assert totals["median_onset_error_ms"] <= 20
    assert totals["p95_onset_error_ms"] <= 40
    assert totals["integrated_lufs"] == pytest.approx(-14, abs=0.5)
    assert totals["true_peak_dbtp"] <= -1.0
    source, dubbed = media.probe(EXAMPLES / "bunny.webm"), media.probe(film)
    assert dubbed.seconds == pytest.approx(source.seconds, abs=1 / 24)
    assert len(dubbed.audio) == 2


def test_the_lesson_script(run_cli, tmp_path):
    finished = run_cli("narrate", EXAMPLES / "lesson.txt", "-o", tmp_path / "lesson.wav", "--stems", tmp_path / "stems")
    assert finished.exit_code == 0, finished.stderr
    assert (tmp_path / "lesson.wav").stat().st_size > 100_000
    assert (tmp_path / "stems" / "0001.wav").exists()
