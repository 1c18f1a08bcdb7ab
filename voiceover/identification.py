"""What a file says of its making: `voiceover identify`."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

from voiceover import media, provenance
from voiceover.errors import BadInputError
from voiceover.media import Marks

_LARGEST = 200_000_000  # bytes of a report; a page holds its clips
_META = re.compile(r'<meta name="synthetic-speech" content="([^"]{1,200000})">')


def identify(path: Path) -> Marks:
    """Read the marks of a media file, or of a report as JSON or as a page.

    Raises BadInputError for a file that is missing, and for one that is neither.
    """
    suffix = path.suffix.lower()
    if suffix not in {".json", ".html"} or not path.is_file():
        return media.read_marks(path)
    if path.stat().st_size > _LARGEST:
        raise BadInputError(f"{path}: too large for a report.", "Give a film, a WAV file or a report.")
    text = path.read_text("utf-8", "replace")
    if suffix == ".html":
        found = _META.search(text)
        mark = provenance.read(html.unescape(found[1])) if found else None
    else:
        try:
            about = json.loads(text)
        except (ValueError, RecursionError):
            raise BadInputError(f"{path}: not JSON.", "Give a film, a WAV file or a report.") from None
        record = about.get("provenance") if isinstance(about, dict) else None
        mark = provenance.read(json.dumps(record))
    return Marks(mark, mark.source_type if mark else None, "the report" if mark else "")
