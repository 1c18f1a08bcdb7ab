"""Files to text, whatever encoding they are in; and what a file that is no text looks like."""

from __future__ import annotations

import codecs
import re
from itertools import islice
from pathlib import Path

from voiceover import markup
from voiceover.errors import BadInputError

LARGEST = 50_000_000  # bytes; the subtitles of a long film are 200 kB

_REMEDY = "Give a subtitle file (.srt, .vtt, .ass, .ssa) or a narration script (.txt, .md)."
_SAVE_AS_UTF8 = "Open the file in a text editor and save it as UTF-8."

# UTF-32 first: its little-endian mark begins with that of UTF-16
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_SIGNATURES = (
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a zip archive or an office document"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"{\\rtf", "a rich text document"),
    (b"\x1a\x45\xdf\xa3", "a Matroska or WebM video"),
    (b"RIFF", "a WAV or AVI file"),
    (b"OggS", "an Ogg file"),
    (b"ID3", "an MP3 file"),
    (b"fLaC", "a FLAC file"),
    (b"\x00\x00\x01\xba", "MPEG video or picture subtitles (VobSub)"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3", "a database"),
)

# the encodings subtitles have been met in, the likelier of two that fit equally first
_LEGACY = (
    "cp1252 cp1251 cp932 cp1250 cp1256 cp1253 cp1254 cp1255 gb18030 big5 cp949 euc_jp koi8_r cp1257 cp1258 cp866 cp874"
).split()
_SAMPLE = 40_000  # bytes shown to the detector; more changes its answer no further, only its time

_NEWLINE = re.compile(r"\r+\n|\r")  # "\r\r\n" comes from files converted twice
_FOREIGN = re.compile("[\udc80-\udcff]")  # bytes that are no UTF-8, after surrogateescape
_CONTROL = re.compile(r"[\x01-\x08\x0e-\x19\x1c-\x1f\x7f]")


def read_text(path: Path, *, remedy: str = _REMEDY) -> str:
    r"""Read a text file in whatever encoding it is in; every line of the result ends in `\n`, but perhaps the last.

    Raises BadInputError for a file that is missing, a folder, unreadable, larger than 50 MB, empty, or no text;
    `remedy` says which file would do.
    """
    return decode(_bytes(path, remedy), path, remedy=remedy)


def decode(data: bytes, path: Path, *, remedy: str = _REMEDY) -> str:
    r"""Decode the bytes of a text file. `path` is only for the message. Line ends become `\n`, byte order marks go.

    Raises BadInputError for what is no text, or text in an encoding that cannot be told.
    """
    if not data.strip():
        raise BadInputError(f"{path} is empty.", remedy)
    if kind := _signature(data):
        raise BadInputError(f"{path} is not a text file: it looks like {kind}.", remedy)
    text = markup.strip(_NEWLINE.sub("\n", _decoded(data, path, remedy)).replace("\ufeff", "").rstrip("\x1a\x00"))
    if "\x00" in text or len(_CONTROL.findall(text)) > 2 + len(text) // 200:
        raise BadInputError(f"{path} is not a text file: it looks like binary data.", remedy)
    if not text.strip():
        raise BadInputError(f"{path} is empty.", remedy)
    return text


def _bytes(path: Path, remedy: str) -> bytes:
    try:
        if path.is_dir():
            raise BadInputError(f"{path} is a folder, not a file.", remedy)
        if not path.exists():
            raise BadInputError(f"{path} does not exist.", "Check the name and the folder.")
        if not path.is_file():
            raise BadInputError(f"{path} is not a regular file.", remedy)
        size = path.stat().st_size
        if size > LARGEST:
            # the first bytes tell a video from a text
            with path.open("rb") as file:
                kind = _signature(file.read(64)) or "no subtitles"
            raise BadInputError(f"{path} is too large ({size / 1e6:.0f} MB): it looks like {kind}.", remedy)
        return path.read_bytes()
    except OSError as error:
        raise BadInputError(
            f"{path} cannot be read: {error.strerror or error}.", "Check the file's permissions."
        ) from error


def _signature(data: bytes) -> str | None:
    for start, kind in _SIGNATURES:
        if data.startswith(start):
            return kind
    if data[4:8] == b"ftyp":
        return "an MP4 or QuickTime video"
    if data[:200].lstrip().lower().startswith((b"<!doctype html", b"<html")):
        return "a web page"
    return None


def _decoded(data: bytes, path: Path, remedy: str) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            # a file cut off within a character keeps all its others
            return data.decode(encoding, errors="replace")
    if b"\x00" in data.rstrip(b"\x00"):
        return _wide(data, path, remedy)
    if b"\x1b$" in data or b"\x1b(" in data:
        try:
            return data.decode("iso2022_jp_2")
        except UnicodeDecodeError:
            pass  # stray escape characters
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _mostly_utf8(data) or _legacy(data, path)


def _wide(data: bytes, path: Path, remedy: str) -> str:
    """Decode UTF-16 without a mark: the zeros of its digits and line ends all stand on one side."""
    even, odd = data[0::2].count(0), data[1::2].count(0)
    if max(even, odd) > 10 * min(even, odd) and max(even, odd) * 20 > len(data):
        try:
            return data[: len(data) // 2 * 2].decode("utf-16-le" if odd > even else "utf-16-be")
        except UnicodeDecodeError:
            pass
    raise BadInputError(f"{path} is not a text file: it looks like binary data.", remedy)


def _mostly_utf8(data: bytes) -> str | None:
    """Decode UTF-8 with a few foreign bytes (joined or cut files), those as cp1252; None where it is not UTF-8."""
    sample = data[: 5 * _SAMPLE].decode("utf-8", errors="surrogateescape")
    foreign = len(_FOREIGN.findall(sample))
    genuine = len(re.findall("[\u0080-\ud7ff\ue000-\U0010ffff]", sample))
    if genuine <= 4 * foreign:
        return None
    text = data.decode("utf-8", errors="surrogateescape")
    return _FOREIGN.sub(lambda match: bytes([ord(match[0]) - 0xDC00]).decode("cp1252", errors="replace"), text)


def _legacy(data: bytes, path: Path) -> str:
    """Decode a legacy code page, told by charset-normalizer from the lines that are not plain ASCII."""
    from charset_normalizer import from_bytes

    telling = b"\n".join(islice((line for line in data.splitlines() if not line.isascii()), 1000))[:_SAMPLE]
    matches = from_bytes(telling, cp_isolation=_LEGACY, enable_fallback=False)
    if best := matches.best():
        # short samples often fit several code pages equally well: the commonest of them is the best guess
        equal = {
            name
            for match in matches
            if (match.chaos, match.coherence) == (best.chaos, best.coherence)
            for name in match.could_be_from_charset
        }
        # the sample may end within a character and a few bytes may be damaged: the rest is still words
        text = data.decode(next((name for name in _LEGACY if name in equal), best.encoding), errors="replace")
        if text.count("\ufffd") * 100 <= len(text):
            return text
    raise BadInputError(f"{path}: the encoding cannot be told.", _SAVE_AS_UTF8)
