from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from voiceover.errors import BadInputError
from voiceover.subtitles.encoding import LARGEST, decode, read_text

RUSSIAN = (
    "1\n00:00:14,958 --> 00:00:17,833\nСлева мы видим...\n\n2\n00:00:18,458 --> 00:00:20,208\nсправа мы видим...\n"
)
JAPANESE = "1\n00:00:15,042 --> 00:00:18,042\n左に見えるのは…\n\n2\n00:00:18,750 --> 00:00:20,333\n右に見えるのは…\n"
SWEDISH = "1\n00:00:15,042 --> 00:00:18,250\nTill vänster kan vi se...\nSer vi... på två öar är det så.\n"
FRENCH = "1\n00:00:15,042 --> 00:00:18,250\nJe ne sais pas où il est allé, peut-être à l’hôtel.\n"
FILE = Path("film.srt")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (SWEDISH, "utf-8"),
        (SWEDISH, "cp1252"),
        (FRENCH, "cp1252"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8_r"),
        (RUSSIAN, "cp866"),
        (RUSSIAN, "utf-16-le"),
        (RUSSIAN, "utf-16-be"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc_jp"),
        (JAPANESE, "iso2022_jp"),
        (JAPANESE, "utf-16-le"),
        (JAPANESE, "utf-16-be"),
    ],
)
def test_text_without_a_mark_comes_back_whole(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding), FILE) == text


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_byte_order_marks_decide_and_go(mark: bytes, encoding: str) -> None:
    assert decode(mark + RUSSIAN.encode(encoding), FILE) == RUSSIAN


def test_line_ends_of_every_system_become_one() -> None:
    assert decode(b"a\r\nb\nc\rd\r\r\ne", FILE) == "a\nb\nc\nd\ne"


def test_one_foreign_byte_does_not_spoil_utf8() -> None:
    data = "Überall schöne Töne, süße Äpfel und Öl.\n".encode() + b"caf\xe9\n"
    assert decode(data, FILE) == "Überall schöne Töne, süße Äpfel und Öl.\ncafé\n"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7\n1 0 obj", "a PDF document"),
        (b"PK\x03\x04rest", "a zip archive or an office document"),
        (b"\x00\x00\x00\x18ftypmp42", "an MP4 or QuickTime video"),
        (b"\x1a\x45\xdf\xa3webm", "a Matroska or WebM video"),
        (b"<!DOCTYPE html><html>", "a web page"),
        (bytes(range(256)) * 4, "binary data"),
        (b"\x01\x02\x03\x04\x05\x06\x07" * 20, "binary data"),
    ],
)
def test_what_is_no_text_is_named(data: bytes, kind: str) -> None:
    with pytest.raises(BadInputError, match=r"^film\.srt is not a text file") as caught:
        decode(data, FILE)
    assert caught.value.message.endswith(f"it looks like {kind}.")
    assert ".srt" in caught.value.remedy


@pytest.mark.parametrize("data", [b"", b" \r\n\t", codecs.BOM_UTF8, codecs.BOM_UTF16_LE])
def test_empty_files_are_refused(data: bytes) -> None:
    with pytest.raises(BadInputError, match=r"film\.srt is empty"):
        decode(data, FILE)


def test_missing_folder_and_huge_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"none\.srt does not exist"):
        read_text(tmp_path / "none.srt")
    with pytest.raises(BadInputError, match="is a folder"):
        read_text(tmp_path)
    huge = tmp_path / "huge.srt"
    with huge.open("wb") as file:
        file.write(b"\x1a\x45\xdf\xa3")
        file.truncate(LARGEST + 1)
    with pytest.raises(BadInputError, match=r"too large \(50 MB\): it looks like a Matroska or WebM video"):
        read_text(huge)
