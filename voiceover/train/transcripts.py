"""Find the recordings of a folder and the text of each.

Three layouts are read: LJSpeech's (`metadata.csv` with `id|text` or `id|text|normalised text`, clips beside it or in
`wavs/` or `clips/`), VCTK's (`txt/SPEAKER/ID.txt` and `wav48*/SPEAKER/ID.wav` or `ID_mic1.flac`), and one text file
per recording (`a.wav` + `a.txt`). Ids listed in the folder's `dropped.txt` are passed over, and a recording in its
`repaired/` stands in for the original: `voiceover dataset inspect --fix` writes both.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from voiceover.errors import BadInputError
from voiceover.train.recordings import AUDIO_SUFFIXES

DROPPED, REPAIRED = "dropped.txt", "repaired"
_CLIP_FOLDERS = ("wavs", "clips", "wav", "audio", ".")
_MICROPHONES = ("_mic1", "", "_mic2")  # of VCTK, in the order of preference
_NO_TEXTS = frozenset("readme license licence consent copying notice dropped metadata speaker-info".split())
_LAYOUTS = (
    "Expected a metadata.csv with one 'id|text' per line and the clips in wavs/ or clips/, one text file beside each "
    "recording (a.wav + a.txt), or VCTK's txt/SPEAKER/ and wav48/SPEAKER/. "
    "One long recording is given by itself, with --text and its subtitles or script."
)
_DROP = "or leave it out: voiceover dataset inspect {folder} --fix drop"


@dataclass(frozen=True, slots=True)
class Transcribed:
    """A recording and what is said in it."""

    id: str
    audio: Path
    text: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Something of a folder that does not go together."""

    id: str
    kind: str  # text-missing, text-unreadable, audio-missing, not-listed, id-twice or id-outside
    message: str  # with file and line
    remedy: str
    fatal: bool = True  # False where the rest can be used without asking


@dataclass(frozen=True, slots=True)
class Survey:
    """What a folder holds: `items` in the order of their ids; those of a text-missing have the text ""."""

    items: tuple[Transcribed, ...]
    problems: tuple[Problem, ...]

    def usable(self, folder: Path) -> list[Transcribed]:
        """Return the items that have a text.

        Raises:
            BadInputError: a problem is fatal.
        """
        if first := next((problem for problem in self.problems if problem.fatal), None):
            dropping = f"{first.remedy[:-1]}, {_DROP.format(folder=folder)}"
            raise BadInputError(first.message, first.remedy if first.kind.startswith("id") else dropping)
        return [item for item in self.items if item.text]


def find(folder: Path, *, speaker: str | None = None) -> list[Transcribed]:
    """List a folder's recordings with their texts, in the order of their ids.

    Raises:
        BadInputError: no such folder, no layout that is known, a line without text, a clip that is missing.
    """
    return survey(folder, speaker=speaker).usable(folder)


def survey(folder: Path, *, speaker: str | None = None) -> Survey:
    """List a folder's recordings with their texts, and what does not go together, without stopping at it.

    `speaker` chooses one of a VCTK folder.

    Raises:
        BadInputError: no such folder, no layout that is known.
    """
    if not folder.is_dir():
        raise BadInputError(f"{folder}: no such folder of recordings", _LAYOUTS)
    metadata = next((path for name in ("metadata.csv", "metadata.txt") if (path := folder / name).is_file()), None)
    if metadata:
        found = list(_from_metadata(metadata))
    elif (folder / "txt").is_dir() and any(folder.glob("wav48*/")):
        found = list(_from_vctk(folder, speaker))
    else:
        found = list(_from_pairs(folder))
    left_out = dropped(folder)
    items = [_repaired(folder, item) for item in found if isinstance(item, Transcribed) and item.id not in left_out]
    problems = [item for item in found if isinstance(item, Problem) and item.id not in left_out]
    if not items and not problems:
        raise BadInputError(f"{folder}: no recordings with a text were found", _LAYOUTS)
    return Survey(tuple(sorted(items, key=lambda item: item.id)), tuple(problems))


def dropped(folder: Path) -> dict[str, str]:
    """Return the ids that a folder's `dropped.txt` lists, with the reasons."""
    try:
        rows = (folder / DROPPED).read_text(encoding="utf-8").splitlines()
    except OSError:
        return {}
    pairs = (row.partition("\t") for row in rows if row.strip() and not row.startswith("#"))
    return {name.strip(): reason for name, _, reason in pairs}


def _repaired(folder: Path, item: Transcribed) -> Transcribed:
    better = folder / REPAIRED / f"{item.id}.flac"
    return replace(item, audio=better) if better.is_file() else item


def _from_metadata(metadata: Path) -> Iterator[Transcribed | Problem]:
    try:
        rows = metadata.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise BadInputError(f"{metadata}: not UTF-8 at byte {error.start}", "Save the file as UTF-8.") from None
    seen: dict[str, int] = {}
    used: set[Path] = set()
    for number, row in enumerate(rows, start=1):
        if not row.strip():
            continue
        name, *texts = (field.strip() for field in row.split("|"))
        text = next((text for text in reversed(texts) if text), "")
        identity = Path(name).stem if Path(name).suffix.lower() in AUDIO_SUFFIXES else Path(name).name
        where = f"{metadata}, line {number}"
        if Path(name).is_absolute() or ".." in Path(name).parts:
            message = f"{where}: the id {name!r} leads out of the folder"
            yield Problem(identity, "id-outside", message, "Name clips relative to the folder.")
            continue
        if name in seen:
            message = f"{where}: the id {name!r} was used on line {seen[name]}"
            yield Problem(identity, "id-twice", message, "Give every clip an id of its own.")
            continue
        seen[name] = number
        if not text:
            yield Problem(identity, "text-missing", f"{where}: no text after the id", "Write it as 'id|text'.")
        audio = _clip(metadata.parent, name)
        if audio:
            used.add(audio)
            yield Transcribed(identity, audio, text)
        elif text:
            remedy = f"Put it into {metadata.parent / 'wavs'} as WAV, FLAC, Ogg or MP3, or remove the line."
            yield Problem(identity, "audio-missing", f"{where}: no recording called {Path(name).name!r}", remedy)
    folders = dict.fromkeys(path.parent for path in used)
    for audio in sorted(path for folder in folders for path in folder.iterdir()):
        if audio.suffix.lower() in AUDIO_SUFFIXES and audio not in used:
            message = f"{audio}: no line of {metadata.name} names it"
            yield Problem(audio.stem, "not-listed", message, f"Add '{audio.stem}|what is said' to it.", fatal=False)


def _clip(folder: Path, name: str) -> Path | None:
    stem = name if Path(name).suffix.lower() not in AUDIO_SUFFIXES else str(Path(name).with_suffix(""))
    candidates = (folder / sub / f"{stem}{suffix}" for sub in _CLIP_FOLDERS for suffix in AUDIO_SUFFIXES)
    return next((path for path in candidates if path.is_file()), None)


def _from_vctk(folder: Path, speaker: str | None) -> Iterator[Transcribed | Problem]:
    speakers = sorted(path.name for path in (folder / "txt").iterdir() if path.is_dir())
    if speaker is not None and speaker not in speakers:
        known = ", ".join(speakers[:20]) or "none"
        raise BadInputError(f"{folder / 'txt'}: no speaker {speaker!r}", f"Choose one of: {known}.")
    if speaker is None and len(speakers) > 1:
        message = f"{folder}: {len(speakers)} speakers ({', '.join(speakers[:8])}, ...), and a voice is one of them"
        raise BadInputError(message, f"Choose one, as in: --speaker {speakers[0]}")
    for name in speakers if speaker is None else [speaker]:
        texts = {path.stem: path for path in sorted((folder / "txt" / name).glob("*.txt"))}
        sounds: dict[str, Path] = {}
        for rank in reversed(_MICROPHONES):
            for path in sorted(folder.glob(f"wav48*/{name}/*")):
                microphone = next((end for end in ("_mic1", "_mic2") if path.stem.endswith(end)), "")
                if microphone == rank and path.suffix.lower() in AUDIO_SUFFIXES:
                    sounds[path.stem.removesuffix(microphone)] = path
        for identity in sorted(texts.keys() | sounds.keys()):
            yield from _pair(identity, sounds.get(identity), texts.get(identity), folder / "txt" / name)


def _from_pairs(folder: Path) -> Iterator[Transcribed | Problem]:
    files = [path for path in sorted(folder.rglob("*")) if REPAIRED not in path.relative_to(folder).parts[:-1]]
    sounds = {path.with_suffix(""): path for path in reversed(files) if path.suffix.lower() in AUDIO_SUFFIXES}
    texts = {path.with_suffix(""): path for path in files if path.suffix.lower() in (".lab", ".txt")}
    for stem in sorted(sounds):
        identity = stem.relative_to(folder).as_posix().replace("/", "-")
        yield from _pair(identity, sounds[stem], texts.get(stem), stem.parent)
    for stem in sorted(texts.keys() - sounds.keys()) if sounds else ():
        if stem.name.lower() not in _NO_TEXTS:
            yield from _pair(stem.relative_to(folder).as_posix().replace("/", "-"), None, texts[stem], stem.parent)


def _pair(identity: str, audio: Path | None, text_file: Path | None, folder: Path) -> Iterator[Transcribed | Problem]:
    if audio is None:
        remedy = f"Put a recording called {identity} beside it, or remove the text."
        yield Problem(identity, "audio-missing", f"{text_file}: no recording for this text", remedy, fatal=False)
        return
    if text_file is None:
        remedy = f"Write what is said into {folder / f'{audio.stem}.txt'}."
        yield Problem(identity, "text-missing", f"{audio}: no text beside it", remedy)
        yield Transcribed(identity, audio, "")
        return
    try:
        text = " ".join(text_file.read_text(encoding="utf-8-sig").split())
    except UnicodeDecodeError as error:
        message = f"{text_file}: not UTF-8 at byte {error.start}"
        yield Problem(identity, "text-unreadable", message, "Save the file as UTF-8.")
        return
    if not text:
        remedy = "Write what is said in the recording."
        yield Problem(identity, "text-missing", f"{text_file}: the file is empty", remedy)
    yield Transcribed(identity, audio, text)
