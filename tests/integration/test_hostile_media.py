"""Films that are none, names that are options or addresses, playlists that open other files."""

import subprocess
from pathlib import Path

import pytest

from voiceover import media
from voiceover.errors import BadInputError
from voiceover.media import find_ffmpeg


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    path = tmp_path_factory.mktemp("film") / "film.ts"
    source = ["-f", "lavfi", "-i", "testsrc=d=1:s=64x48:r=10"]
    subprocess.run([find_ffmpeg(), "-v", "error", *source, path], check=True)
    return path


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("list.m3u8", "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:9\n#EXTINF:1,\n{film}\n#EXT-X-ENDLIST\n"),
        ("list.mp4", "ffconcat version 1.0\nfile {film}\n"),
        ("list.sdp", "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n"),
    ],
)
def test_a_playlist_is_refused(film, tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text.format(film=film.name))
    (tmp_path / film.name).write_bytes(film.read_bytes())
    with pytest.raises(BadInputError, match="a playlist, or a kind that voiceover does not open"):
        media.probe(path)


@pytest.mark.parametrize(
    "name", ["-y.ts", "a%d.ts", "http:x.ts", "file:x.ts", "$(id);a|b.ts", "concat:a|b.ts", "pipe:0"]
)
def test_a_name_is_nothing_but_a_name(film, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    Path(name).write_bytes(film.read_bytes())
    assert media.probe(Path(name)).seconds == pytest.approx(1.0, abs=0.15)


def test_an_address_is_no_file():
    with pytest.raises(BadInputError, match="no such file"):
        media.probe(Path("http://127.0.0.1/x.mp4"))


@pytest.mark.parametrize(
    "data", [b"", b"\0" * 5000, b"\0\0\0\x20ftypisom" + b"\xff" * 5000, b"\x1a\x45\xdf\xa3" + b"\xff" * 5000]
)
def test_what_is_no_film_is_refused(tmp_path, data):
    path = tmp_path / "x.mp4"
    path.write_bytes(data)
    with pytest.raises(BadInputError, match=r"x\.mp4"):
        media.probe(path)
