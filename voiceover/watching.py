"""Files that somebody edits: tells when what they hold has changed, however an editor saves.

Editors write in place, write in several steps, empty a file first, or write a new one and rename it. So it is the
content that counts, once it has stayed the same for a moment; what the system tells of changes only says when to look.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

SETTLED = 0.3  # seconds without a change after which a save is taken for finished
PATIENCE = 2.0  # the same for a file that is missing or empty: most likely it is being written
LONGEST = 10.0  # seconds after which a file that never rests is taken as it is
_LOOK = 1.0  # seconds between looks where the system tells nothing, as on network drives
_STEP = 0.05


class Watched:
    """Files and what they held when they were last looked at."""

    def __init__(self, files: Sequence[Path]) -> None:
        self._files = tuple(files)
        self._known = self._contents()

    def wait(self) -> tuple[Path, ...]:
        """Wait until files hold something else than when they were last looked at, and return those.

        The first look is at the making of this object, so that what is saved during a run is not missed.
        """
        while True:
            for _ in self._moments():
                if self._contents() == self._known:
                    continue
                now = self._settle()
                changed = tuple(path for path in self._files if now[path] != self._known[path])
                self._known = now
                if changed:
                    return changed

    def _moments(self) -> Iterator[None]:
        """Yield whenever something may have changed."""
        import watchfiles

        yield None  # something may have changed before anybody watched
        # the folders, as a file that is renamed to another's name is another file; both ends of a link
        folders = {folder for path in self._files for folder in (path.parent.resolve(), path.resolve().parent)}
        there = [folder for folder in folders if folder.is_dir()]
        if not there:
            time.sleep(_LOOK)
            return
        for _ in watchfiles.watch(
            *there, watch_filter=None, recursive=False, rust_timeout=round(_LOOK * 1000), yield_on_timeout=True
        ):
            yield None

    def _settle(self) -> Mapping[Path, bytes | None]:
        """Return what the files hold once that has stayed the same."""
        began = changed = time.monotonic()
        contents = self._contents()
        while True:
            time.sleep(_STEP)
            now, before, contents = time.monotonic(), contents, self._contents()
            if contents != before:
                changed = now
            saved = [content for path, content in contents.items() if content != self._known[path]]
            rest = PATIENCE if None in saved or _EMPTY in saved else SETTLED
            if now - changed >= rest or now - began >= LONGEST:
                return contents

    def _contents(self) -> Mapping[Path, bytes | None]:
        return {path: _digest(path) for path in self._files}


_EMPTY = hashlib.sha256().digest()


def _digest(path: Path) -> bytes | None:
    """Return what tells contents apart, None for a file that cannot be read."""
    try:
        return hashlib.sha256(path.read_bytes()).digest()
    except OSError:
        return None
