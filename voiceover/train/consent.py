"""Who allowed what to be done with a voice: a statement that travels from the recordings to the voice bundle."""

from __future__ import annotations

from pathlib import Path

from voiceover.errors import BadInputError
from voiceover.subtitles.encoding import read_text

FILES = ("consent.md", "consent.txt", "CONSENT.md", "CONSENT.txt")  # looked for among the recordings
OWN_WORD = "Whoever prepared the recordings declared that they have the rights to make a voice of them."
NEEDED = "no consent: nobody has said that a voice may be made of these recordings"
REMEDY = (
    "Name a statement with --consent FILE (templates/consent.md is one to fill in; a consent.md among the recordings "
    "is found by itself), or, if the rights are yours, pass --i-have-the-rights."
)
_BLANK = "____"


def read(path: Path) -> str:
    """Read a statement; comments of the template are left out.

    Raises:
        BadInputError: it cannot be read, or still has the blanks of the template.
    """
    text = read_text(path)
    while (start := text.find("<!--")) >= 0 and (end := text.find("-->", start)) >= 0:
        text = text[:start] + "\n" * text.count("\n", start, end) + text[end + 3 :]
    for number, row in enumerate(text.splitlines(), start=1):
        if _BLANK in row:
            message = f"{path}, line {number}: a blank was not filled in: {row.strip()[:60]}"
            raise BadInputError(message, "Fill in every ____, and delete what does not apply.")
    statement = text.strip()
    if len(statement) < 10:
        raise BadInputError(f"{path}: says nothing", "Write who speaks, who may use the voice, and for what.")
    return statement


def beside(recordings: Path) -> Path | None:
    """Return the statement that lies among the recordings, or beside a single one, if there is one."""
    folder = recordings if recordings.is_dir() else recordings.parent
    return next((path for name in FILES if (path := folder / name).is_file()), None)


def stated(who: str, users: str, purpose: str) -> str:
    """Write a statement of three answers given at a terminal."""
    return f"Speaker: {who}. May be used by: {users}. For: {purpose}."
