"""Write `*.spoken.csv` anew: what is said of each subtitle file here. Read every row that changed before committing.

python tests/golden/write_spoken.py
"""

from __future__ import annotations

import csv
from pathlib import Path

from voiceover import script, subtitles
from voiceover.text.english import spoken

HERE = Path(__file__).parent
FILES = (
    "elephantsdream.en.srt",
    "sintel_en.srt",
    "conventions-film.srt",
    "conventions-lesson.vtt",
    "conventions-anime.ass",
)
COLUMNS = ("cue", "start", "written", "speaker", "spoken", "left_out")


def golden(name: str) -> Path:
    """Return where the expected rows of a subtitle file are."""
    return HERE / f"{Path(name).stem}.spoken.csv"


def rows_of(name: str) -> list[tuple[str, ...]]:
    """Return a row for each line said, and one for each cue of which nothing is said, in the cues' order."""
    cues = subtitles.read(HERE / name)
    made = script.make(cues)
    lines = list(made.lines)
    rows = []
    for cue in cues:
        left_out = " | ".join(f"{part.reason}: {part.text}" for part in made.left_out if part.cue == cue.index)
        head = (str(cue.index), f"{cue.start:.3f}", cue.text)
        # the lines of a cue fill its time exactly
        is_said = bool(lines) and lines[0].start == cue.start and lines[0].end <= cue.end
        if not is_said:
            rows.append((*head, "", "", left_out))
        while is_said:
            line = lines.pop(0)
            rows.append((head[0], f"{line.start:.3f}", cue.text, line.speaker or "", spoken(line.text), left_out))
            is_said = line.end != cue.end
    assert not lines, f"{name}: no cue was found for {lines[0]}"
    return rows


if __name__ == "__main__":
    for file in FILES:
        with golden(file).open("w", encoding="utf-8", newline="") as csv_file:
            writer = csv.writer(csv_file, lineterminator="\n")
            writer.writerow(COLUMNS)
            writer.writerows(rows_of(file))
