import pytest

from voiceover.errors import BadInputError
from voiceover.train import transcripts


def layout(folder, metadata, *clips):
    (folder / "wavs").mkdir()
    for clip in clips:
        (folder / "wavs" / clip).write_bytes(b"x")
    (folder / "metadata.csv").write_text(metadata, encoding="utf-8")


def test_ljspeech_layout_takes_the_normalised_text(tmp_path):
    layout(tmp_path, "b|It cost $5.|It cost five dollars.\na|Hello.\n\n", "a.wav", "b.flac")
    found = transcripts.find(tmp_path)
    assert [(item.id, item.text) for item in found] == [("a", "Hello."), ("b", "It cost five dollars.")]
    assert found[1].audio == tmp_path / "wavs" / "b.flac"


def test_one_text_file_beside_each_recording(tmp_path):
    (tmp_path / "day one").mkdir()
    (tmp_path / "day one" / "x.mp3").write_bytes(b"x")
    (tmp_path / "day one" / "x.txt").write_text("Two\nlines\n", encoding="utf-8")
    assert [(item.id, item.text) for item in transcripts.find(tmp_path)] == [("day one-x", "Two lines")]


@pytest.mark.parametrize(
    ("metadata", "message"),
    [
        ("a|Hello\nb|\n", "line 2: no text"),
        ("a|Hello\na|Again\n", "line 2: the id 'a' was used on line 1"),
        ("missing|Hello\n", "line 1: no recording called 'missing'"),
        ("../a|Hello\n", "line 1: the id '../a' leads out of the folder"),
    ],
)
def test_faults_name_file_and_line(tmp_path, metadata, message):
    layout(tmp_path, metadata, "a.wav", "b.wav")
    with pytest.raises(BadInputError, match=message) as caught:
        transcripts.find(tmp_path)
    assert str(tmp_path / "metadata.csv") in caught.value.message
    assert caught.value.remedy


def test_a_recording_without_text_is_named(tmp_path):
    (tmp_path / "x.wav").write_bytes(b"x")
    with pytest.raises(BadInputError, match=r"x\.wav: no text beside it"):
        transcripts.find(tmp_path)


def test_a_folder_of_nothing_is_refused(tmp_path):
    with pytest.raises(BadInputError, match="no recordings"):
        transcripts.find(tmp_path)
    with pytest.raises(BadInputError, match="no such folder"):
        transcripts.find(tmp_path / "nowhere")


def vctk(folder, *names, microphone="_mic1", suffix="flac"):
    for name in names:
        speaker = name.partition("_")[0]
        for kind in ("txt", "wav48_silence_trimmed"):
            (folder / kind / speaker).mkdir(parents=True, exist_ok=True)
        (folder / "txt" / speaker / f"{name}.txt").write_text("Please call Stella.\n", encoding="utf-8")
        (folder / "wav48_silence_trimmed" / speaker / f"{name}{microphone}.{suffix}").write_bytes(b"x")


def test_vctk_layout_prefers_the_first_microphone(tmp_path):
    vctk(tmp_path, "p225_001", "p225_002")
    vctk(tmp_path, "p225_001", "p225_003", microphone="_mic2")
    found = transcripts.find(tmp_path)
    assert [(item.id, item.audio.name) for item in found] == [
        ("p225_001", "p225_001_mic1.flac"), ("p225_002", "p225_002_mic1.flac"), ("p225_003", "p225_003_mic2.flac"),
    ]  # fmt: skip
    assert found[0].text == "Please call Stella."


def test_vctk_layout_of_the_first_release(tmp_path):
    vctk(tmp_path, "p225_001", microphone="", suffix="wav")
    (tmp_path / "wav48_silence_trimmed").rename(tmp_path / "wav48")
    assert [item.audio.name for item in transcripts.find(tmp_path)] == ["p225_001.wav"]


def test_of_several_vctk_speakers_one_is_chosen(tmp_path):
    vctk(tmp_path, "p225_001", "p226_001")
    with pytest.raises(BadInputError, match=r"2 speakers \(p225, p226") as caught:
        transcripts.find(tmp_path)
    assert "--speaker p225" in caught.value.remedy
    assert [item.id for item in transcripts.find(tmp_path, speaker="p226")] == ["p226_001"]
    with pytest.raises(BadInputError, match="no speaker 'p9'"):
        transcripts.find(tmp_path, speaker="p9")


def test_a_survey_does_not_stop_at_the_first_problem(tmp_path):
    layout(tmp_path, "a|Hello\na|Again\nb|\nmissing|Hello\n", "a.wav", "b.wav", "c.wav")
    found = transcripts.survey(tmp_path)
    assert [(item.id, item.text) for item in found.items] == [("a", "Hello"), ("b", "")]
    assert [(problem.id, problem.kind) for problem in found.problems] == [
        ("a", "id-twice"), ("b", "text-missing"), ("missing", "audio-missing"), ("c", "not-listed"),
    ]  # fmt: skip


def test_what_is_dropped_or_repaired_is_taken_note_of(tmp_path):
    layout(tmp_path, "a|Hello\nb|\nc|There\n", "a.wav", "b.wav", "c.wav")
    (tmp_path / "dropped.txt").write_text("# why\nb\ttext-missing: no text\n", encoding="utf-8")
    (tmp_path / "repaired").mkdir()
    (tmp_path / "repaired" / "c.flac").write_bytes(b"x")
    assert [(item.id, item.audio.parent.name) for item in transcripts.find(tmp_path)] == [
        ("a", "wavs"),
        ("c", "repaired"),
    ]


def test_a_text_alone_stops_nothing_and_is_told(tmp_path):
    (tmp_path / "x.wav").write_bytes(b"x")
    for name in ("x.txt", "y.txt", "README.txt"):
        (tmp_path / name).write_text("Hello", encoding="utf-8")
    assert [item.id for item in transcripts.find(tmp_path)] == ["x"]
    assert [problem.id for problem in transcripts.survey(tmp_path).problems] == ["y"]
