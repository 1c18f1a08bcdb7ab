"""What says of a file that speech in it is synthetic: who made it, with which voices, by whose consent, when."""

from __future__ import annotations

import html
import json
import os
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from voiceover import __version__
from voiceover.errors import BadInputError

FORMAT = 1
TOOL = "voiceover"
SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
# IPTC's terms: made by a model trained on recordings, and that beside something else (a film's pictures and sound).
# Whether a voice of the operating system was trained is not known; the term that warns more is taken for it too.
SPEECH, FILM = "trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia"
UNKNOWN = "not known"
_NAMESPACE = "urn:voiceover:mark#"
_RECORD = re.compile(r"<vo:record>([^<]{1,200000})</vo:record>")
_SYNTHETIC = f"{FILM}|{SPEECH}|compositeSynthetic|algorithmicMedia"  # of IPTC's terms, those that say so
_TERM = re.compile(rf"https?://cv\.iptc\.org/newscodes/digitalsourcetype/(?:{_SYNTHETIC})\b")


@dataclass(frozen=True, slots=True)
class VoiceUsed:
    """A voice and what is known of its speaker's consent; empty where nobody said."""

    name: str
    licence: str = ""
    consent: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """What a produced file says of itself."""

    voices: tuple[VoiceUsed, ...]
    date: str  # ISO 8601, UTC
    source_type: str  # IPTC's URI
    tool: str = TOOL
    version: str = __version__

    @property
    def sentence(self) -> str:
        """The mark for people, in one line, with the URI that programs look for."""
        whose = "; ".join(
            f"voice {voice.name}, licence {voice.licence or UNKNOWN}, consent {(voice.consent or UNKNOWN).rstrip('.')}"
            for voice in self.voices
        )
        return f"Synthetic speech by {self.tool} {self.version}, {self.date}: {whose}. {self.source_type}"

    def to_json(self) -> dict[str, Any]:
        """Return the record that programs read."""
        return {"format": FORMAT, "synthetic_speech": True, **asdict(self)}


def make(voices: Sequence[VoiceUsed], *, film: bool) -> Mark:
    """Return the mark of a run, of today or of the day that SOURCE_DATE_EPOCH names.

    Raises BadInputError if that holds no number of seconds.
    """
    return Mark(tuple(dict.fromkeys(voices)), _today(), SOURCE_TYPES + (FILM if film else SPEECH))


def write(mark: Mark) -> str:
    """Return the record as one line of JSON."""
    return json.dumps(mark.to_json(), ensure_ascii=False, separators=(",", ":"))


def write_xmp(mark: Mark) -> str:
    """Return the mark as an XMP packet: the properties that other programs know, and the record."""
    text = html.escape(mark.sentence)
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n<rdf:Description rdf:about=""'
        ' xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"'
        f' xmlns:vo="{_NAMESPACE}">\n'
        f"<Iptc4xmpExt:DigitalSourceType>{html.escape(mark.source_type)}</Iptc4xmpExt:DigitalSourceType>\n"
        f"<xmp:CreatorTool>{html.escape(f'{mark.tool} {mark.version}')}</xmp:CreatorTool>\n"
        f"<xmp:MetadataDate>{html.escape(mark.date)}</xmp:MetadataDate>\n"
        f'<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{text}</rdf:li></rdf:Alt></dc:description>\n'
        f"<vo:record>{html.escape(write(mark), quote=False)}</vo:record>\n"
        '</rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end="w"?>'
    )


def read(text: str) -> Mark | None:
    """Read a record back, None where the text is none. Nothing in it is trusted: each field is a string or it goes."""
    try:
        about = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(about, dict) or about.get("synthetic_speech") is not True:
        return None
    voices = about.get("voices")
    listed = [voice for voice in voices if isinstance(voice, dict)] if isinstance(voices, list) else []
    used = tuple(VoiceUsed(*(_string(voice.get(key)) for key in ("name", "licence", "consent"))) for voice in listed)
    date, source, tool, version = (_string(about.get(key)) for key in ("date", "source_type", "tool", "version"))
    return Mark(used, date, source, tool, version)


def read_xmp(packet: str) -> Mark | None:
    """Read a mark out of an XMP packet, None where it holds none. No XML is parsed, so no entity grows."""
    found = _RECORD.search(packet)
    return read(html.unescape(found[1])) if found else None


def find_source_type(text: str) -> str | None:
    """Return the first of IPTC's source types for what is synthetic that a text names, whoever wrote it, as a URI."""
    found = _TERM.search(text)
    return found[0] if found else None


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""


def _today() -> str:
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "").strip()
    try:
        moment = datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)
    except (ValueError, OverflowError, OSError):
        raise BadInputError(
            f"SOURCE_DATE_EPOCH is {epoch[:40]!r}, no moment.", "Give seconds since 1970, or leave it out."
        ) from None
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
