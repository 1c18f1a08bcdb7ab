"""Who speaks a script: its cast, each voice opened once, and a voice for every line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from voiceover import casting, forecast
from voiceover.casting import Cast, Role, Speaker
from voiceover.config import CheckSettings, NarrateSettings
from voiceover.progress import Progress
from voiceover.provenance import VoiceUsed
from voiceover.speaking import Part
from voiceover.types import Line
from voiceover.voices import catalog, reading
from voiceover.voices.base import Opener, check_language, used


@dataclass(frozen=True, slots=True, eq=False)
class Ensemble:
    """The lines with those who speak them. There is at least one."""

    cast: Cast
    parts: tuple[Part, ...]

    @property
    def voice(self) -> str:
        """The name of the voice that everybody has who is not cast otherwise."""
        names = {part.role.voice: part.voice.name for part in self.parts}
        return names.get(self.cast.default.voice, self.cast.default.voice)

    @property
    def language(self) -> str | None:
        """What the first line's voice speaks."""
        return self.parts[0].voice.language

    @property
    def voices(self) -> tuple[VoiceUsed, ...]:
        """The voices that speak, each once, with what is known of their speakers' consent."""
        return tuple(dict.fromkeys(used(part.voice) for part in self.parts))

    def speakers(self, lines: Sequence[Line]) -> tuple[Speaker, ...]:
        """List the speakers of lines, for the report."""
        return tuple(casting.speakers(lines, self.cast))


def gather(
    lines: Sequence[Line],
    settings: NarrateSettings,
    progress: Progress,
    open_voice: Opener = catalog.open_voice,
) -> Ensemble:
    """Open the voices that the lines need, and say who got the default voice although there is a cast.

    Raises:
        BadInputError: the cast cannot be read, there is no such voice, or one speaks another language.
        MissingError: this machine lacks what a voice needs.
    """
    cast, roles = _roles(lines, settings)
    voices = {spec: open_voice(spec, settings.device) for spec in dict.fromkeys(role.voice for role in roles)}
    for voice in voices.values():
        check_language(voice, settings.language)
    _tell_cast(lines, cast, settings, progress)
    return Ensemble(cast, tuple(Part(line, voices[role.voice], role) for line, role in zip(lines, roles, strict=True)))


def gather_readers(lines: Sequence[Line], settings: CheckSettings, progress: Progress) -> tuple[forecast.Part, ...]:
    """Open the voices that the lines need, only to read with; see `gather`."""
    cast, roles = _roles(lines, settings)
    readers = {spec: reading.open_reader(spec) for spec in dict.fromkeys(role.voice for role in roles)}
    for reader in readers.values():
        check_language(reader, settings.language)
    _tell_cast(lines, cast, settings, progress)
    return tuple(forecast.Part(line, readers[role.voice], role) for line, role in zip(lines, roles, strict=True))


def _roles(lines: Sequence[Line], settings: CheckSettings) -> tuple[Cast, list[Role]]:
    cast = casting.load(settings.cast, settings.voice) if settings.cast else Cast(Role(settings.voice))
    return cast, [cast.role(line.speaker) for line in lines]


def _tell_cast(lines: Sequence[Line], cast: Cast, settings: CheckSettings, progress: Progress) -> None:
    if settings.cast is not None:
        unmapped = [speaker.name for speaker in casting.speakers(lines, cast) if not speaker.mapped]
        if unmapped:
            progress.warn(
                f"{settings.cast} does not name {', '.join(unmapped)}: {cast.default.voice} speaks for them.",
                speakers=unmapped,
            )
        if strangers := casting.strangers(lines, cast):
            progress.warn(f"{settings.cast}: in {settings.source} {'; '.join(strangers)}.")
