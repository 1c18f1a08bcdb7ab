"""C2PA manifests: what a file's mark says, signed with the user's own certificate. Needs the extra `c2pa`.

Nothing of the network is used, but for the time stamp where one is asked for. Manifests: C2PA specification 2.x; the
actions say that a film was opened and edited, or that a narration was created.
"""

from __future__ import annotations

import io
import os
import re
import wave
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any, BinaryIO

from voiceover import provenance
from voiceover.config import Signing
from voiceover.errors import BadInputError, MissingError
from voiceover.identity import Identity, load
from voiceover.media import write_beside
from voiceover.provenance import Mark, VoiceUsed

FORMATS = {".mp4": "video/mp4", ".m4v": "video/mp4", ".mov": "video/quicktime", ".wav": "audio/wav"}
EXTRA = "pip install 'voiceover[c2pa]'"
# What is read may name a manifest on a server, and a certificate a server that knows of its revocation.
SETTINGS = {
    "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False, "verify_after_sign": True},
    "builder": {"thumbnail": {"enabled": False}},
    "core": {"backing_store_memory_threshold_in_mb": 16},  # else up to 512 MB of a film are kept in memory, not on disk
}
_LABEL = "voiceover.mark"
_SOURCE = "source"  # what the film is called between the action and what it names


def library() -> Any:
    """Return the C2PA library. Raises MissingError if it is not installed."""
    try:
        import c2pa
    except (ImportError, OSError, RuntimeError) as error:  # its own library may not start on this machine
        raise MissingError(f"C2PA manifests need c2pa-python ({error}).", EXTRA) from None
    return c2pa


def check(asked: Signing, output: Path) -> None:
    """Raise BadInputError or MissingError unless a file of that name can be signed: a moment of silence is."""
    if output.suffix.lower() not in FORMATS:
        raise BadInputError(
            f"{output}: this format holds no C2PA manifest; {', '.join(FORMATS)} do.",
            "Name such a file with -o, or leave --c2pa out: the mark that identify reads is there in any case.",
        )
    library()
    identity = load(asked)
    silence, signed = io.BytesIO(), io.BytesIO()
    with wave.open(silence, "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(1600))
    silence.seek(0)
    mark = provenance.make([VoiceUsed("")], film=False)
    _embed(identity, _manifest(mark, output.name, None), None, "audio/wav", silence, signed)


def sign(path: Path, asked: Signing, mark: Mark, *, name: str, film: Path | None = None) -> str:
    """Put a signed manifest into a finished file, whole or not at all; return whose signature it is.

    Nothing but places in the file changes: packets and samples stay what they are.

    Args:
        path: an MP4, QuickTime or WAV file, marked already.
        asked: certificate and key.
        mark: what the manifest says.
        name: what the file will be called.
        film: what it was made from, which the manifest names as its origin.

    Raises BadInputError if that cannot be done, and MissingError without the library.
    """
    identity = load(asked)
    stop = Event()
    with write_beside(path) as part, path.open("rb") as plain, part.open("w+b") as signed:
        files = _File(plain, stop), _File(signed, stop)
        form = FORMATS[path.suffix.lower()]
        # in a thread of its own: an interrupt that met the library's callbacks would be lost in them
        with ThreadPoolExecutor(1) as pool:
            try:
                pool.submit(_embed, identity, _manifest(mark, name, film), film, form, *files).result()
            except BaseException:
                stop.set()
                raise
    return identity.name


class _File:
    """A file for the library, which hides what goes wrong in it: the error is kept, and an interrupt ends the work."""

    def __init__(self, file: BinaryIO, stop: Event) -> None:
        self._file, self._stop = file, stop
        self.error: OSError | None = None

    def _do(self, what: str, *arguments: Any) -> Any:
        if self._stop.is_set():
            raise InterruptedError
        try:
            return getattr(self._file, what)(*arguments)
        except OSError as error:
            self.error = error
            raise

    def read(self, size: int = -1) -> Any:
        return self._do("read", size)

    def readinto(self, buffer: Any) -> Any:
        return self._do("readinto", buffer)

    def write(self, data: bytes) -> Any:
        return self._do("write", data)

    def seek(self, offset: int, whence: int = 0) -> Any:
        return self._do("seek", offset, whence)

    def tell(self) -> Any:
        return self._do("tell")

    def flush(self) -> Any:
        return self._do("flush")


def _embed(identity: Identity, manifest: dict[str, Any], film: Path | None, form: str, *files: Any) -> None:
    c2pa = library()
    info = c2pa.C2paSignerInfo(identity.algorithm, identity.chain, identity.key, identity.timestamp)
    try:
        with (
            c2pa.Context.from_dict(SETTINGS) as context,
            c2pa.Builder(manifest, context=context) as builder,
            c2pa.Signer.from_info(info) as signer,
        ):
            if film is not None:
                about = {"title": film.name, "relationship": "parentOf", "label": _SOURCE, "instance_id": _SOURCE}
                with film.open("rb") as source:
                    builder.add_ingredient(about, FORMATS.get(film.suffix.lower(), "application/octet-stream"), source)
            builder.sign(signer, form, *files)
    except c2pa.C2paError as error:
        for file in files:
            if isinstance(file, _File) and file.error is not None:
                raise file.error from None
        raise _refused(identity, str(error)) from None


def _refused(identity: Identity, said: str) -> BadInputError:
    what = said.rpartition("Signature: ")[2].rpartition("Verify: ")[2].rstrip(".")
    if identity.timestamp and re.search("http|time.?stamp", said, re.IGNORECASE):
        return BadInputError(
            f"{os.fsdecode(identity.timestamp)}: gave no time stamp: {what}.",
            "Check the address and the network, or leave --c2pa-timestamp out.",
        )
    return BadInputError(
        f"{identity.certificate}: cannot sign: {what}.",
        "C2PA takes a certificate for signing (key usage digitalSignature, with an extended key usage such as "
        "emailProtection), issued by another one. docs/provenance.md shows how to make one for trials.",
    )


def _manifest(mark: Mark, name: str, film: Path | None) -> dict[str, Any]:
    """Return what is signed: the tool, what was done, and the mark itself, with voices and consent."""
    agent = {"name": mark.tool, "version": mark.version}
    made = {
        "action": "c2pa.edited" if film else "c2pa.created",
        "digitalSourceType": mark.source_type,
        "softwareAgent": agent,
        "description": mark.sentence,
        "when": mark.date,
    }
    opened = {"action": "c2pa.opened", "parameters": {"ingredientIds": [_SOURCE]}}
    return {
        "claim_generator_info": [agent],
        "title": name,
        "assertions": [
            {"label": "c2pa.actions.v2", "data": {"actions": [opened, made] if film else [made]}},
            {"label": _LABEL, "data": mark.to_json()},
        ],
    }
