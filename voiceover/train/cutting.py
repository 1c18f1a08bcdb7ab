"""One long recording to clips: by its subtitles, edges moved to the nearest silence, or by its script, in order.

WORK/wavs/NAME-NNNN.flac   the clips, at the corpus rate, as the recording sounds
WORK/metadata.csv          id|text
WORK/cutting.json          what was cut and set aside, with times and reasons, and what it was made from
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from voiceover import media, script
from voiceover.errors import BadInputError
from voiceover.subtitles import reader
from voiceover.text.frontend import FrontEnd
from voiceover.train import matching
from voiceover.train.recordings import SILENT
from voiceover.types import Line, Samples

__all__ = ["Cut", "Pieces", "cut", "is_script", "silences"]

FORMAT = 1
RATE = 22050
SPLIT_DB = 32.0  # below the recording's speech a frame is silence
SHORTEST_PAUSE = 0.08  # seconds; a stop consonant is shorter
REACH = 0.4  # seconds; so far a cue's edge is moved to a silence
MARGIN = 0.08  # seconds of silence kept on each side of a clip
JOIN_GAP, LONGEST = 0.6, 15.0  # cues without silence between them are one clip, up to so many seconds
_BLOCK = 60  # seconds looked at together
_EDGE_TEXTS = (".txt", ".md")


@dataclass(frozen=True, slots=True)
class Cut:
    """A piece of the recording and what is said in it; times in seconds."""

    text: str
    start: float
    stop: float
    doubt: str = ""  # why it is set aside
    id: str = ""


@dataclass(frozen=True, slots=True)
class Pieces:
    """What became of a recording."""

    folder: Path  # in LJSpeech layout
    clips: tuple[Cut, ...]
    set_aside: tuple[Cut, ...]


def is_script(text: Path) -> bool:
    """Return whether a text file has no times of its own."""
    return text.suffix.lower() in _EDGE_TEXTS


def cut(
    recording: Path,
    text: Path,
    work: Path,
    front_end: FrontEnd,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> Pieces:
    """Cut a long recording into clips with their texts; what was cut from the same two files is kept.

    Args:
        recording: an audio or video file, any length.
        text: its subtitles, or its script (.txt, .md).
        work: where the clips go.
        front_end: reads the texts: how long they take follows from what is said.
        progress: called with (clips written, clips in all).

    Raises:
        BadInputError: either file cannot be read, or nothing of them goes together.
    """
    made_from = [f"{path.name}:{path.stat().st_size}:{path.stat().st_mtime_ns}" for path in (recording, text)]
    if kept := _kept(work, made_from):
        return kept
    if is_script(text):
        texts = list(matching.sentences(reader.read(text)))
    else:
        lines = script.make(reader.read(text)).lines
        texts = [line.text for line in lines]
    if not texts:
        raise BadInputError(f"{text}: nothing of it is speech", "Check that it is the right file.")
    with tempfile.TemporaryDirectory(prefix="voiceover-") as scratch:
        samples = media.decode_audio(recording, rate=RATE, scratch=Path(scratch))
        sound = _sounding(samples, recording)
        weights = [sum(map(str.isalpha, front_end.spoken(item))) for item in texts]
        if is_script(text):
            cuts = [Cut(*found) for found in matching.match(sound, texts, weights)]
        else:
            cuts = list(_by_cues(sound, lines, len(samples) / RATE))
            cuts = _doubt_pace(cuts, front_end)
        good = [item for item in cuts if not item.doubt]
        if not good:
            reasons = "\n".join(f"{item.text[:40]!r}: {item.doubt}" for item in cuts[:5])
            raise BadInputError(f"{recording} and {text} do not go together: no clip is without doubt", reasons)
        good = [replace(item, id=f"{recording.stem}-{number:04}") for number, item in enumerate(good, start=1)]
        _write(good, samples, sound, work, progress)
        del samples  # Windows removes no file that is still mapped
    aside = [item for item in cuts if item.doubt]
    report = {"format": FORMAT, "made_from": made_from, "recording": str(recording), "text": str(text)}
    rows = {"clips": [asdict(item) for item in good], "set_aside": [asdict(item) for item in aside]}
    (work / "cutting.json").write_text(json.dumps({**report, **rows}, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return Pieces(work, tuple(good), tuple(aside))


def _kept(work: Path, made_from: list[str]) -> Pieces | None:
    try:
        about = json.loads((work / "cutting.json").read_text(encoding="utf-8"))
        if about["made_from"] != made_from or about["format"] != FORMAT:
            return None
        clips, aside = ([Cut(**row) for row in about[name]] for name in ("clips", "set_aside"))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return Pieces(work, tuple(clips), tuple(aside))


def _write(
    cuts: Sequence[Cut],
    samples: Samples,
    sound: Sequence[tuple[float, float]],
    work: Path,
    progress: Callable[[int, int], None] | None,
) -> None:
    import soundfile

    (work / "wavs").mkdir(parents=True, exist_ok=True)
    for done, item in enumerate(cuts, start=1):
        before = max((stop for _, stop in sound if stop <= item.start + 1e-6), default=0.0)
        after = min((start for start, _ in sound if start >= item.stop - 1e-6), default=len(samples) / RATE)
        start = max(item.start - MARGIN, (before + item.start) / 2)  # never into the neighbour
        stop = min(item.stop + MARGIN, (after + item.stop) / 2)
        piece = np.asarray(samples[round(start * RATE) : round(stop * RATE)]).mean(axis=1)
        part = work / "wavs" / f".{item.id}.part.flac"
        soundfile.write(part, piece, RATE, subtype="PCM_16")
        part.replace(work / "wavs" / f"{item.id}.flac")
        if progress:
            progress(done, len(cuts))
    rows = "".join(f"{item.id}|{item.text.replace('|', ' ')}\n" for item in cuts)
    (work / "metadata.csv").write_text(rows, encoding="utf-8")


def _sounding(samples: Samples, recording: Path) -> list[tuple[float, float]]:
    """Return the stretches of sound of a recording (n, channels): librosa's split, a minute at a time."""
    import librosa

    block = _BLOCK * RATE
    levels = [
        librosa.feature.rms(y=np.asarray(samples[begin : begin + block]).mean(axis=1), frame_length=512)[0]
        for begin in range(0, len(samples), block)
    ]
    joined = np.concatenate(levels) if levels else np.zeros(1)
    top = float(np.percentile(joined, 99.5))
    if top < SILENT:
        raise BadInputError(f"{recording}: silent", "Check that it is the right file, and that it has sound.")
    speech = float(np.percentile(joined[joined > top * 10**-1.5], 75))
    found: list[list[float]] = []
    for begin in range(0, len(samples), block):
        mono = np.asarray(samples[begin : begin + block]).mean(axis=1)
        for start, stop in librosa.effects.split(mono, top_db=SPLIT_DB, ref=speech, frame_length=512, hop_length=128):
            first, last = (begin + start) / RATE, (begin + stop) / RATE
            if found and first - found[-1][1] < SHORTEST_PAUSE:
                found[-1][1] = last
            elif last - first > 0.02:
                found.append([first, last])
    return [(first, last) for first, last in found]


def silences(sound: Sequence[tuple[float, float]], seconds: float) -> NDArray[np.float64]:
    """Return the gaps between stretches of sound, those at the ends too: (n, 2), seconds."""
    edges = [0.0, *(edge for stretch in sound for edge in stretch), seconds]
    return np.array(edges).reshape(-1, 2)


def _by_cues(sound: Sequence[tuple[float, float]], lines: Sequence[Line], seconds: float) -> Iterator[Cut]:
    """Give each cue the sound between the silences at its edges; join cues that have none between them."""
    gaps = silences(sound, seconds)
    waiting: Cut | None = None
    last = 0.0  # where the clip before ended
    for number, line in enumerate(lines):
        following = lines[number + 1] if number + 1 < len(lines) else None
        heard = sum(max(min(stop, line.end) - max(start, line.start), 0.0) for start, stop in sound)
        if waiting is None and heard < 0.15 * (line.end - line.start):
            yield Cut(line.text, line.start, line.end, "nothing is heard during the cue")
            continue
        if waiting is None:
            start = _edge(gaps, line.start, 1, last)
            waiting = Cut(line.text, line.start if start is None else start, line.end)
            if start is None:
                waiting = replace(waiting, doubt="no silence near its start: speech runs over the cue's edge")
        else:
            waiting = replace(waiting, text=f"{waiting.text} {line.text}", stop=line.end)
        limit = following.end if following else seconds
        stop = _edge(gaps, line.end, 0, waiting.start + 0.05, limit)
        close = following is not None and following.start - line.end < JOIN_GAP
        if stop is None and close and following is not None and following.end - waiting.start < LONGEST:
            continue
        if stop is None:
            doubt = waiting.doubt or "no silence near its end: speech runs over the cue's edge"
            waiting = replace(waiting, doubt=doubt)
        else:
            waiting = replace(waiting, stop=stop)
        yield waiting
        last, waiting = waiting.stop, None


def _edge(gaps: NDArray[np.float64], time: float, side: int, after: float, before: float = np.inf) -> float | None:
    """Return where sound begins (side 1) or ends (side 0) at the silence nearest to a time, the longer the better."""
    edges = gaps[:, side]
    distance = np.maximum(np.maximum(gaps[:, 0] - time, time - gaps[:, 1]), 0.0)
    possible = (distance <= REACH) & (edges >= after - 1e-6) & (edges < before)
    possible &= np.abs(edges - time) < 1.0 + REACH  # within a long silence the cue means the sound at its near end
    if not possible.any():
        return None
    cost = distance - np.minimum(gaps[:, 1] - gaps[:, 0], 0.5)
    return float(edges[np.where(possible, cost, np.inf).argmin()])


def _doubt_pace(cuts: Sequence[Cut], front_end: FrontEnd) -> list[Cut]:
    """Set aside what is spoken far faster or slower than the rest."""
    letters = [sum(map(str.isalpha, front_end.spoken(item.text))) for item in cuts]
    pace = np.array([(item.stop - item.start) / (count + 3) for item, count in zip(cuts, letters, strict=True)])
    usual = float(np.median(pace))
    result = []
    for item, own, count in zip(cuts, pace / usual, letters, strict=True):
        doubt = item.doubt
        if not doubt and not count:
            doubt = "its text has no word that can be pronounced"
        elif not doubt and not 0.55 < own < 1.8:
            doubt = f"its text takes {own:.1f} times the usual time"
        result.append(replace(item, doubt=doubt))
    return result
