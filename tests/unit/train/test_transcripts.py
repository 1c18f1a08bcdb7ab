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
