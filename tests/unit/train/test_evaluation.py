"""An evaluation of test voices, whose sound is known, and of the bundled voice on two short sentences."""

import dataclasses
import json
import sys
from pathlib import Path

import doubles
import numpy as np
import pytest
import torch

from voiceover.progress import Progress, ProgressMode, open_progress
from voiceover.train import corpus as corpora
from voiceover.train import evaluation, evaluation_page, recogniser, trial_sentences
from voiceover.train.evaluation import Judges, Take
from voiceover.types import Attention, Audio, Line, Speech, WordTime
from voiceover.voices import catalog

QUIET = open_progress(ProgressMode.NONE)
CLIPS = Path(__file__).parents[2] / "data" / "clips"


def lines(*texts):
    return [Line(n, 0.0, 1.0, text) for n, text in enumerate(texts, start=1)]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    torch.set_num_threads(1)
    made, _ = corpora.prepare(CLIPS, tmp_path_factory.mktemp("corpus"), workers=1)
    return made


def test_every_sentence_of_every_voice_is_measured():
    texts = ("Hello there.", "How are you?", "A third sentence & a longer one.")
    voices = {"one": doubles.BeepVoice(), "two": doubles.OverrunVoice()}
    found = evaluation.evaluate(voices, Judges(), QUIET, sets=[("mine", lines(*texts))])
    (section,) = found.sections
    assert section.texts == texts
    assert [material.name for material in section.materials] == ["one", "two"]
    assert (found.voice, found.other) == ("one", "two")
    beep, slow = section.materials
    assert [take.spoken for take in beep.takes] == [text.replace("&", "and") for text in texts]
    for fast, late in zip(beep.takes, slow.takes, strict=True):
        assert late.pace == pytest.approx(10 * fast.pace, rel=0.02)
        assert fast.level is not None
        assert fast.level.peak_dbtp == pytest.approx(-6.0, abs=1.5)  # the bursts overshoot
    figures = beep.figures()
    assert figures["clipped"] == figures["unsaid"] == figures["outliers"] == 0
    assert "focus" not in figures
    assert "word_error_rate" not in figures
    assert found.missing["word_error_rate"] == recogniser.INSTALL["recogniser"]
    assert "voiceover[asr]" in found.missing["word_error_rate"]
    json.dumps(found.to_json(), allow_nan=False)


def test_a_sentence_that_is_not_said_is_counted_and_harms_nothing():
    found = evaluation.evaluate(
        {"mute": doubles.MuteVoice()}, Judges(), QUIET, sets=[("mine", lines("One.", "Two.", "Three."))]
    )
    (material,) = found.sections[0].materials
    assert [take.troubles for take in material.takes] == [("not said",), (), ("not said",)]
    assert material.figures()["unsaid"] == 2
    assert len(material.said) == 1


def test_judges_are_asked_about_each_take():
    heard = {1: "hello bear", 2: "20 dogs"}
    asked = []

    def transcribe(audio):
        asked.append(audio)
        return heard[len(asked)]

    judges = Judges(transcribe=transcribe, rate=lambda audio: (3.0, 4.0))
    found = evaluation.evaluate(
        {"beep": doubles.BeepVoice()}, judges, QUIET, sets=[("mine", lines("Hello there.", "Twenty dogs."))]
    )
    figures = found.sections[0].materials[0].figures()
    assert figures["word_error_rate"] == pytest.approx(25.0), "twenty is 20, however it is written"
    assert (figures["dnsmos"], figures["dnsmos_p808"]) == (3.0, 4.0)
    assert found.missing == {}


def test_held_out_sentences_stand_beside_their_recordings_and_copies(corpus):
    judges = Judges(embed=lambda audio: np.array([1.0, 0.0], np.float32))
    found = evaluation.evaluate({"beep": doubles.BeepVoice()}, judges, QUIET, corpus=corpus)
    (section,) = found.sections
    assert section.texts == tuple(clip.text for clip in corpus.split("validation"))
    recordings, copy, beep = (material.figures() for material in section.materials)
    assert [material.name for material in section.materials[:2]] == [evaluation.RECORDINGS, evaluation.FALLBACK]
    assert "mcd_db" not in recordings
    assert recordings["speaker_similarity"] == pytest.approx(1.0)
    assert copy["mcd_db"] < 2.0 < beep["mcd_db"]
    assert copy["duration_ratio"] == pytest.approx(1.0, abs=0.05)
    assert copy["f0_error_semitones"] < 1.0


def test_a_recording_is_like_itself_in_everything(corpus):
    clip = corpus.split("validation")[0]
    audio = Audio(corpus.samples(clip), corpus.mel.sample_rate)
    material = evaluation._sounds("itself", [clip], [audio])
    compared = evaluation._compare(material, [evaluation._Analysis(audio, corpus.mel)], corpus.mel)
    against = compared.takes[0].against
    assert against == evaluation.Comparison(0.0, 0.0, 0.0, 1.0)


def test_an_attention_that_failed_is_told():
    sound = Audio(np.ones(100, np.float32) * 0.5, 22050)
    good = Take("Hello.", sound, 0.5, attention=Attention(0.9, 1.0))
    bad = Take("Hello.", sound, 0.5, attempts=3, attention=Attention(0.4, 0.6, repeats=2, skips=3, stopped=False))
    assert good.troubles == ()
    assert bad.troubles == ("did not stop by itself", "repeats", "skips")
    figures = evaluation.Material("voice", (good, bad)).figures()
    wanted = {"repeats": 2, "skips": 3, "stop_failures": 1, "retried": 1, "lowest_focus": 0.4, "lowest_coverage": 0.6}
    assert {key: figures[key] for key in wanted} == wanted


def test_words_out_of_order_are_counted():
    sound = Audio(np.full(22050, 0.5, np.float32), 22050)
    words = (
        WordTime("one", 0.1, 0.4),
        WordTime("two", 0.4, 0.6),
        WordTime("back", 0.3, 0.7),
        WordTime("after", 0.7, 1.2),
    )
    speech = Speech(lines("one two back after")[0], sound, "one two back after", 0.1, 0.9, words)
    take = evaluation._take(speech)
    assert take.mistimed == 2
    assert take.troubles == ("word times out of order",)
    assert evaluation._take(dataclasses.replace(speech, words=words[:2])).troubles == ()


def test_the_page_has_every_sentence_with_its_player_and_its_plots(corpus, tmp_path):
    voice = catalog.open_voice("narrator", "cpu")
    said = lines("It works.", "?!?!", "Salt & <pepper>.")
    found = evaluation.evaluate({"narrator": voice}, Judges(), QUIET, corpus=corpus, sets=[("mine", said)], count=1)
    narrator = found.sections[1].materials[0]
    assert narrator.figures()["focus"] > 0.5
    assert narrator.takes[1].troubles == ("not said",)
    held_out = found.sections[0].materials
    assert [material.name for material in held_out][2:] == ["through narrator's vocoder", "narrator"]
    copies = [material.figures() for material in held_out]
    assert ["mel_distance" in figures for figures in copies] == [False, True, True, False]
    assert copies[2]["stft_distance"] < copies[1]["stft_distance"]
    evaluation_page.check(tmp_path / "page", force=False)
    page = evaluation_page.write(found, tmp_path / "page", QUIET)
    assert sorted(path.name for path in page.parent.iterdir()) == ["index-files", "index.html"]
    html = page.read_text(encoding="utf-8")
    for text in (found.sections[0].texts[0], "It works.", "?!?!", "Salt &amp; &lt;pepper&gt;."):
        assert text in html
    for kind, count in (("mp3", 4 + 2), ("webp", 2 + 2 + 2)):  # sentences; and a histogram for each section
        names = [path.name for path in (page.parent / "index-files").glob(f"*.{kind}")]
        assert len(names) == count
        assert all(f'src="index-files/{name}"' in html for name in names)
    again = evaluation_page.write(found, tmp_path / "page", Progress())
    assert again == page
    assert sorted(path.name for path in page.parent.iterdir()) == ["index-files", "index.html"]


def test_of_a_speaker_nobody_has_heard_every_clip_is_held_out(corpus):
    assert evaluation.clips_to_speak(corpus, None) != list(corpus.clips)
    assert len(evaluation.clips_to_speak(evaluation.all_held_out(corpus), None)) == len({c.text for c in corpus.clips})


def test_the_sentences_are_as_many_as_promised():
    assert len(set(trial_sentences.HARD)) == 50
    assert len(set(trial_sentences.ORDINARY)) == 40


def test_a_missing_package_is_no_error(monkeypatch):
    for name in ("moonshine_voice", "speechmos", "speechmos.dnsmos", "resemblyzer", "pesq"):
        monkeypatch.setitem(sys.modules, name, None)
    assert evaluation.open_judges() == Judges()


def test_the_recogniser_hears_the_recordings():
    pytest.importorskip("moonshine_voice", reason="the extra asr is not installed")
    import soundfile

    hear = recogniser.open_recogniser()
    samples, rate = soundfile.read(CLIPS / "wavs" / "arctic_a0004.ogg", dtype="float32")
    assert "Lord" in hear(Audio(samples, rate))
