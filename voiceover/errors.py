"""What can go wrong, and the exit code each kind of failure carries."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """The exit codes that scripts and plugins rely on."""

    DONE = 0
    STRICT = 1
    BAD_INPUT = 2
    MISSING = 3
    UNSAID = 4
    INTERRUPTED = 130


class VoiceoverError(Exception):
    """A failure that is told to the user in one message: what and where, then what to do."""

    exit_code = ExitCode.BAD_INPUT

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message}\n{self.remedy}" if self.remedy else self.message


class BadInputError(VoiceoverError):
    """A file, option or text that cannot be used as it is (exit 2; nothing was written)."""


class MissingError(VoiceoverError):
    """Something this machine lacks (exit 3; the remedy says what to install)."""

    exit_code = ExitCode.MISSING
