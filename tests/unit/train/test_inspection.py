"""Every planted fault is found, with its reason, and nothing is found on clean clips."""

import json
import os
import re
import shutil
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import planted
import pytest
import soundfile

from voiceover.train import corpus, findings, inspection, inspection_page, mending, recordings, signals, transcripts
from voiceover.train.findings import Severity

KATHLEEN = os.environ.get("KATHLEEN_CORPUS", "")  # the folder of its clips and metadata


@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    return inspection.inspect(planted.plant(tmp_path_factory.mktemp("faulty") / "corpus"), workers=2)


@pytest.fixture(scope="module")
def clean():
    return inspection.inspect(planted.CLIPS, workers=2)


@pytest.mark.parametrize(("clip", "kind"), planted.EXPECTED.items())
def test_every_planted_fault_is_found(faulty, clip, kind):
    found = [finding for finding in faulty.of(clip) if finding.kind == kind]
    assert len(found) == 1, faulty.of(clip)
    assert found[0].reason
    assert found[0].remedy
    assert (found[0].severity is Severity.INFO) == (clip in planted.INFO_KINDS)


def test_at_least_fifteen_kinds_are_planted():
    assert len({kind for clip, kind in planted.EXPECTED.items() if clip not in planted.INFO_KINDS}) >= 25


def test_nothing_is_found_on_the_clean_clips(clean):
    assert [finding for finding in clean.findings if finding.severity is not Severity.INFO] == []
    assert clean.totals()["clips"] == 20


def test_faulty_neighbours_do_not_make_clean_clips_faulty(faulty):
    of_others = [
        finding
        for finding in faulty.findings
        if not finding.clip.startswith("x-") and finding.kind != "id-twice" and finding.severity is Severity.FAULT
    ]
    assert of_others == []


@pytest.mark.corpus
@pytest.mark.skipif(not KATHLEEN, reason="KATHLEEN_CORPUS does not name the folder of the Kathleen corpus")
def test_false_alarms_on_a_whole_good_corpus():
    found = inspection.inspect(Path(KATHLEEN))
    assert len(found.flagged(Severity.FAULT)) <= 0.02 * found.totals()["clips"]


def test_the_page_holds_plots_and_players_that_lead_to_the_clips(faulty, tmp_path):
    page = tmp_path / "pages" / "look.html"
    page.parent.mkdir()
    inspection_page.write(faulty, page)
    written = page.read_text(encoding="utf-8")
    assert 'src="data:image/png;base64,' in written
    assert not re.search(r'(?:src|href)="(?:https?:|/)', written)
    players = re.findall(r'<audio[^>]* src="([^"]+)"', written)
    assert len(players) == len([clip for clip in faulty.clips if clip.measures])
    assert all((page.parent / unquote(player)).is_file() for player in players)
    rows = re.findall(r'<tr data-weight="(\d)"><td>([^<]+)', written)
    assert [int(weight) for weight, _ in rows] == sorted(int(weight) for weight, _ in rows)
    assert len(rows) == faulty.totals()["clips"]


def test_texts_cannot_break_the_page(tmp_path):
    source = tmp_path / "source"
    (source / "wavs").mkdir(parents=True)
    shutil.copy(planted.CLIPS / "wavs" / "arctic_a0004.ogg", source / "wavs" / "a.ogg")
    (source / "metadata.csv").write_text("a|Hello </td><script>alert(1)</script> there.\n", encoding="utf-8")
    inspection_page.write(inspection.inspect(source, workers=1), tmp_path / "page.html")
    assert "<script>alert" not in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_json_is_json(faulty, tmp_path):
    inspection.to_file(faulty, tmp_path / "all.json")
    text = (tmp_path / "all.json").read_text(encoding="utf-8")
    assert "NaN" not in text
    about = json.loads(text)
    assert about["format"] == 1
    assert about["totals"]["clips_with_fault"] == len(faulty.flagged(Severity.FAULT))
    assert {"clip", "kind", "severity", "reason", "remedy"} == about["findings"][0].keys()


def test_dropping_lists_the_clips_and_leaves_their_files(faulty):
    folder = faulty.folder
    names = mending.drop(faulty)
    assert names == sorted(set(faulty.flagged(Severity.FAULT)) - {"arctic_a0004"})  # its second line is at fault
    listed = transcripts.dropped(folder)
    assert set(listed) == set(names)
    assert "clipped" in listed["x-clipped"]
    assert not {item.id for item in transcripts.survey(folder).items} & set(names)
    assert all((folder / "wavs" / f"{name}.flac").is_file() for name in ("x-clipped", "x-noise"))


def test_repairing_mends_what_it_says_and_leaves_the_originals(tmp_path):
    source = tmp_path / "source"
    whole = planted.plant(tmp_path / "planted")
    shutil.copytree(planted.CLIPS, source)
    rows = dict(row.split("|") for row in (whole / "metadata.csv").read_text(encoding="utf-8").splitlines())
    wanted = {
        "x-offset": "offset",
        "x-hum": "hum",
        "x-pause": "pause",
        "x-ends": "silence-at-ends",
        "x-inverted": "channels",
    }
    with (source / "metadata.csv").open("a", encoding="utf-8") as metadata:
        for name in wanted:
            shutil.copy(whole / "wavs" / f"{name}.flac", source / "wavs")
            metadata.write(f"{name}|{rows[name]}\n")
    before = {name: (source / "wavs" / f"{name}.flac").read_bytes() for name in wanted}
    found = inspection.inspect(source, workers=2)
    assert all(kind in [finding.kind for finding in found.of(name)] for name, kind in wanted.items())
    repaired, left = mending.repair(found)
    assert repaired == sorted(wanted)
    assert left == []
    again = inspection.inspect(source, workers=2)
    assert [finding for finding in again.findings if finding.severity is not Severity.INFO] == []
    assert all((source / "wavs" / f"{name}.flac").read_bytes() == held for name, held in before.items())
    assert soundfile.info(source / "repaired" / "x-pause.flac").duration < 3.5


def test_a_prepared_corpus_notices_clips_that_were_changed(tmp_path):
    made, _ = corpus.prepare(planted.CLIPS, tmp_path / "corpus", workers=2)
    clip = made.folder / "clips" / "arctic_a0241.flac"
    samples, rate = soundfile.read(clip)
    soundfile.write(clip, 0.9 * samples, rate)
    (made.folder / "clips" / "arctic_a0412.flac").unlink()
    found = inspection.inspect(made.folder, workers=2)
    faults = [finding for finding in found.findings if finding.severity is Severity.FAULT]
    assert [(finding.clip, finding.kind) for finding in faults] == [
        ("arctic_a0241", "changed"), ("arctic_a0412", "unreadable"),
    ]  # fmt: skip
    assert mending.drop(found) == ["arctic_a0241", "arctic_a0412"]
    assert len(corpus.load(made.folder).clips) == 18
    again, _ = corpus.prepare(planted.CLIPS, made.folder, workers=2)
    assert len(again.clips) == 18  # what was dropped stays dropped


def test_measures_of_a_tone_are_exact():
    rate = 22050
    t = np.arange(rate) / rate
    tone = (0.5 * np.sin(2 * np.pi * 200 * t) + 0.01).astype(np.float32)[:, None]
    figures = signals.measure(recordings.Recording(tone, rate))
    assert figures.seconds == 1.0
    assert figures.peak == pytest.approx(0.51, abs=1e-3)
    assert figures.offset == pytest.approx(0.01 / np.sqrt(0.125 + 1e-4), rel=0.01)
    assert figures.speech_db == pytest.approx(-9.03, abs=0.1)
    assert figures.f0 == pytest.approx(200, rel=0.01)
    assert (figures.dropouts, figures.pause) == (0, 0)


def test_the_norm_is_not_moved_by_a_few_wild_values():
    usual = findings.norm([1.0, 1.1, 0.9, 1.05, 0.95, 100.0, float("nan")])
    assert usual.middle == pytest.approx(1.025)
    assert usual.spread < 0.15
