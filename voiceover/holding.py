"""Folders that a process holds as long as it lives: whatever ends it, the system lets go of them at once."""

from __future__ import annotations

import os
from pathlib import Path

NO_LOCKS = -1  # a hold that holds nothing: Windows and some network drives lock no folders


def hold(folder: Path) -> int | None:
    """Hold a folder; None if another process has it. Give the result to `let_go`.

    Where folders cannot be locked the result is `NO_LOCKS`, and everybody gets it.
    """
    try:
        import fcntl
    except ImportError:
        return NO_LOCKS
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    except OSError:
        os.close(handle)
        return NO_LOCKS
    return handle


def let_go(held: int) -> None:
    """Let go of a folder."""
    if held != NO_LOCKS:
        os.close(held)


def is_alive(pid: int) -> bool:
    """Tell whether a process of this machine is there; always where the system does not tell without harm."""
    if os.name == "nt":  # there, the same call would end it
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        pass
    return True
