"""What a file's C2PA manifest says and whether it holds: the signature, the content, the signer. No network is used."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from voiceover import signing
from voiceover.errors import BadInputError, MissingError
from voiceover.media import boxes, riff

_UNTRUSTED = "signingCredential.untrusted"
_BOX = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")  # C2PA specification, "Embedding manifests into BMFF files"
_MOST = 20  # problems told


class State(StrEnum):
    """Whether a manifest is to be believed."""

    VALID = "valid"  # the content is what was signed, by somebody whom a trusted authority knows
    UNTRUSTED = "untrusted"  # the content is what was signed, by whom no trusted authority says
    INVALID = "invalid"  # the content was changed, or the certificate was not good for it
    UNCHECKED = "unchecked"  # there is one, and the library that reads it is not installed


@dataclass(frozen=True, slots=True)
class Signature:
    """A C2PA manifest."""

    state: State
    signer: str = ""
    when: str = ""  # by a time stamp, which somebody else signed
    problems: tuple[str, ...] = ()


def read(path: Path, trusted: Path | None = None) -> Signature | None:
    """Read a media file's C2PA manifest, None where there is none.

    `trusted` holds certificates (PEM) of authorities that are trusted; without it, no signer is.

    Raises BadInputError for certificates that cannot be read, MissingError if such are given and the library is not
    installed.
    """
    anchors = _read_anchors(trusted) if trusted else ""
    try:
        c2pa = signing.library()
    except MissingError:
        if trusted:
            raise
        return Signature(State.UNCHECKED) if _has_manifest(path) else None
    settings = signing.SETTINGS | ({"trust": {"trust_anchors": anchors}} if anchors else {})
    try:
        with c2pa.Context.from_dict(settings) as context:
            reader = c2pa.Reader.try_create(path, context=context)
            if reader is None:
                return None
            with reader:
                return _judge(reader)
    except c2pa.C2paError as error:
        # formats it does not know hold none; a manifest that cannot be taken apart is one that does not hold
        return Signature(State.INVALID, problems=(str(error),)) if _has_manifest(path) else None


def _judge(reader: object) -> Signature:
    told = reader.get_validation_results() or {}  # type: ignore[attr-defined]
    failures = (told.get("activeManifest") or {}).get("failure") or []
    by = (reader.get_active_manifest() or {}).get("signature_info") or {}  # type: ignore[attr-defined]
    state = {"Trusted": State.VALID, "Valid": State.UNTRUSTED}.get(
        reader.get_validation_state(),  # type: ignore[attr-defined]
        State.INVALID,
    )
    problems = (str(one.get("explanation") or one.get("code")) for one in failures if one.get("code") != _UNTRUSTED)
    names = dict.fromkeys(str(by[key]) for key in ("common_name", "issuer") if by.get(key))
    return Signature(state, ", ".join(names), str(by.get("time") or ""), tuple(dict.fromkeys(problems))[:_MOST])


def _has_manifest(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(12)
    return bool(riff.read(path, b"C2PA")) if head[:4] == b"RIFF" else head[4:8] == b"ftyp" and boxes.has(path, _BOX)


def _read_anchors(path: Path) -> str:
    try:
        text = path.read_text("ascii")
    except OSError as error:
        raise BadInputError(f"{path}: {error.strerror}.", "Check the name that --trust gives.") from None
    except ValueError:
        text = ""
    if "BEGIN CERTIFICATE" not in text:
        raise BadInputError(f"{path}: no certificates in PEM.", "Give the authorities' certificates with --trust.")
    return text
