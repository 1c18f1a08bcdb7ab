"""One long recording to clips, by subtitles and by a script."""

import json
from pathlib import Path

import long_recording
import numpy as np
import pytest
import soundfile

from voiceover.errors import BadInputError
from voiceover.subtitles import reader
from voiceover.text import languages
from voiceover.train import cutting, matching, transcripts

ENGLISH = languages.front_end("en")


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("long")
    return folder / "day.flac", long_recording.record(folder / "day.flac")


def edges(pieces, said):
    by_text = {item.text: item for item in said}
    return [(clip.start - by_text[clip.text].start, clip.stop - by_text[clip.text].stop) for clip in pieces.clips]


def test_subtitles_cut_it_and_silence_moves_their_edges(recorded, tmp_path):
    recording, said = recorded
    srt = tmp_path / "day.srt"
    long_recording.subtitle(srt, said, off=0.2)
    pieces = cutting.cut(recording, srt, tmp_path / "work", ENGLISH)
    assert [clip.text for clip in pieces.clips] == [item.text for item in said]
    assert pieces.set_aside == ()
    assert np.abs(edges(pieces, said)).max() < 0.08
    found = transcripts.find(pieces.folder)
    assert [(item.id, item.text) for item in found] == [(f"day-{n:04}", s.text) for n, s in enumerate(said, 1)]
    for item, clip in zip(found, pieces.clips, strict=True):
        assert soundfile.info(item.audio).duration == pytest.approx(
            clip.stop - clip.start + 2 * cutting.MARGIN, abs=0.01
        )


def test_cues_of_one_breath_become_one_clip(recorded, tmp_path):
    """A sentence over two cues has no silence at the cues' edge, so it stays whole."""
    recording, said = recorded
    first = said[0]
    middle = (first.start + first.stop) / 2 + 0.1
    rows = [
        (first.start, middle, "Lord, but I'm glad"), (middle, first.stop, "to see you again, Phil."),
        (said[1].start, said[1].stop, said[1].text),
    ]  # fmt: skip
    clock = long_recording.clock
    srt = tmp_path / "day.srt"
    srt.write_text("\n".join(f"{n}\n{clock(a)} --> {clock(b)}\n{t}\n" for n, (a, b, t) in enumerate(rows, 1)))
    pieces = cutting.cut(recording, srt, tmp_path / "work", ENGLISH)
    assert [clip.text for clip in pieces.clips] == [said[0].text, said[1].text]


def test_a_cue_over_silence_is_set_aside_with_its_reason(recorded, tmp_path):
    recording, said = recorded
    srt = tmp_path / "day.srt"
    wrong = [*said[:6], long_recording.Said("This was never said by anybody at all.", 0.1, 0.6)]
    long_recording.subtitle(srt, wrong, off=0.0)
    pieces = cutting.cut(recording, srt, tmp_path / "work", ENGLISH)
    assert [clip.text for clip in pieces.set_aside] == ["This was never said by anybody at all."]
    assert pieces.set_aside[0].doubt
    report = json.loads((tmp_path / "work" / "cutting.json").read_text(encoding="utf-8"))
    assert report["set_aside"][0]["doubt"] == pieces.set_aside[0].doubt


def test_a_script_is_matched_in_order(recorded, tmp_path):
    recording, said = recorded
    text = tmp_path / "script.txt"
    text.write_text(
        "# Day one\n\n" + " ".join(item.text for item in said[:10]) + "\n\n" + "\n".join(i.text for i in said[10:])
    )
    pieces = cutting.cut(recording, text, tmp_path / "work", ENGLISH)
    clips = {clip.text for clip in pieces.clips}
    assert len(clips & {item.text for item in said}) >= 17
    exact = [clip for clip in pieces.clips if clip.text in {item.text for item in said}]
    assert np.abs(edges(cutting.Pieces(tmp_path, tuple(exact), ()), said)).max() < 0.08
    assert not {clip.text for clip in pieces.set_aside} & clips


def test_a_sentence_that_was_not_read_is_set_aside(recorded, tmp_path):
    recording, said = recorded
    rows = [item.text for item in said]
    extra = "In the end nobody ever read this rather long sentence aloud, since the page had been torn out before."
    rows.insert(7, extra)
    text = tmp_path / "script.txt"
    text.write_text("\n".join(rows))
    pieces = cutting.cut(recording, text, tmp_path / "work", ENGLISH)
    assert any(extra in item.text for item in pieces.set_aside)
    right = [clip for clip in pieces.clips if clip.text in {item.text for item in said}]
    assert len(right) >= 13
    assert np.abs(edges(cutting.Pieces(tmp_path, tuple(right), ()), said)).max() < 0.08


def test_sentences_of_a_script():
    cues = reader.parse('# Head\n\nDr. Hill came. He left!\nWas it "him?" Yes, it was.\n', Path("s.txt"))
    assert list(matching.sentences(cues)) == ["Dr. Hill came.", "He left!", 'Was it "him?"', "Yes, it was."]


def test_a_second_run_keeps_the_clips(recorded, tmp_path):
    recording, said = recorded
    srt = tmp_path / "day.srt"
    long_recording.subtitle(srt, said)
    first = cutting.cut(recording, srt, tmp_path / "work", ENGLISH)
    stamp = (tmp_path / "work" / "wavs" / "day-0001.flac").stat().st_mtime_ns
    assert cutting.cut(recording, srt, tmp_path / "work", ENGLISH) == first
    assert (tmp_path / "work" / "wavs" / "day-0001.flac").stat().st_mtime_ns == stamp


def test_what_does_not_go_together_is_refused(tmp_path):
    soundfile.write(tmp_path / "quiet.wav", np.zeros(22050), 22050)
    (tmp_path / "quiet.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nHello.\n")
    with pytest.raises(BadInputError, match="silent"):
        cutting.cut(tmp_path / "quiet.wav", tmp_path / "quiet.srt", tmp_path / "work", ENGLISH)
    assert not Path(tmp_path / "work").exists()
