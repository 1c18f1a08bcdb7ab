"""One narration: strips or subtitles out, the command's clips in. Only `apply` changes the project, in one go."""

import hashlib
import re
import shutil
import tempfile
import wave
from pathlib import Path

import bpy

from . import strips, voiceover_link

FOLDER = "//voiceover"  # beside the project, so that both move together
_MISFIT = "COLOR_01"  # red


class Narration:
    """A run of the command for a scene, and what becomes of its clips."""

    def __init__(self, scene, command: list, *, selected: bool = False, subtitles: str = "") -> None:
        """Start it.

        Raises voiceover_link.LinkError with what to tell the user.
        """
        if not bpy.data.filepath:
            raise voiceover_link.LinkError("Save the project first: the spoken lines are kept beside it.")
        self.scene_name = scene.name
        self.summary = ""
        self.problems = []
        self._ids = {}  # (start, end) in ms: ids of the text strips there
        self._hashes = {}
        self._texts = {}
        self._origin = scene.frame_start
        self._subtitles = subtitles
        settings = scene.voiceover
        if not subtitles:
            self._gather(scene, selected=selected)
        self._scratch = tempfile.mkdtemp(prefix="voiceover-")
        source = subtitles or str(Path(self._scratch, "strips.srt"))
        if not subtitles:
            voiceover_link.write_subtitles(source, self._cues)
        self._folder = Path(bpy.path.abspath(FOLDER))
        arguments = ["narrate", source, "-o", str(Path(self._scratch, "narration.wav"))]
        arguments += ["--stems", str(Path(self._scratch, "stems")), "--voice", settings.voice]
        arguments += ["--max-speed", f"{settings.max_speed:.3f}"]
        try:
            self.job = voiceover_link.speak(command, arguments)
        except voiceover_link.LinkError:
            self.close()
            raise

    def _gather(self, scene, *, selected: bool) -> None:
        """Take down what the strips say and when; the worker never sees Blender's data."""
        found = strips.text_strips(scene, selected=selected)
        if not found:
            what = "Select text strips" if selected else "Add text strips"
            raise voiceover_link.LinkError(f"There is nothing to narrate. {what} that hold words.")
        self._origin = min(self._origin, strips.first_frame(found[0]))
        fps, settings = strips.fps_of(scene), scene.voiceover
        self._cues = []
        changed = False
        for strip in found:
            start = (strips.first_frame(strip) - self._origin) / fps
            end = (strips.end_frame(strip) - self._origin) / fps
            self._cues.append((start, end, strip.text))
            said = repr((strip.text, strips.first_frame(strip), strips.end_frame(strip), fps))
            said += repr((settings.voice, round(settings.max_speed, 3)))
            key, spoken = strip[strips.ID], hashlib.sha256(said.encode()).hexdigest()
            self._ids.setdefault(_cue_key(start, end), []).append(key)
            self._hashes[key], self._texts[key] = spoken, strip.text
            before, _, silent = strip.get(strips.SPOKEN, "").partition(" ")
            changed = changed or before != spoken or not (silent or self._is_there(scene, key))
        if not changed:
            raise voiceover_link.LinkError("Nothing has changed since these strips were narrated.")

    @staticmethod
    def _is_there(scene, key: str) -> bool:
        return any(of.partition("#")[0] == key for of in strips.sound_strips(scene))

    def close(self) -> None:
        """Remove what the run left."""
        shutil.rmtree(self._scratch, ignore_errors=True)

    def apply(self) -> None:
        """Put the clips on the timeline: new ones, and those that sound or lie otherwise than before.

        Raises RuntimeError with what to tell the user.
        """
        scene = bpy.data.scenes.get(self.scene_name)
        if scene is None:
            raise RuntimeError(f"The scene {self.scene_name} is gone, so its narration has no place.")
        clips = self._clips()
        known = strips.sound_strips(scene)
        mine = set(self._hashes) or {f"file:{Path(self._subtitles).name}"}
        new = [clip for clip in clips if not self._keep(known.get(clip.of), clip)]
        kept = {clip.of for clip in clips} - {clip.of for clip in new}
        for of, strip in known.items():  # what is replaced, and what these strips or this file say no more
            if of not in kept and (of.partition("#")[0] in mine or of.partition("@")[0] in mine):
                new_one = next((clip for clip in new if clip.of == of), None)
                if new_one is not None:
                    new_one.old = {name: getattr(strip, name) for name in ("channel", "volume", "pan", "mute")}
                strips.strips_of(scene).remove(strip)
        lanes = strips.Lanes(scene)
        for clip in new:
            self._place(scene, lanes, clip)
        self._mark(scene, {clip.of.partition("#")[0] for clip in clips})
        self.summary = f"{len(clips)} {'clip' if len(clips) == 1 else 'clips'}, {len(new)} new or changed"

    def _clips(self) -> list:
        """Bring the stems into the project's folder, named after their content: none is ever overwritten."""
        self._folder.mkdir(exist_ok=True)
        clips, count = [], {}
        for line in self.job.lines:
            if line["flags"]:
                self.problems.append(f"{line['text']}: {', '.join(line['flags'])}")
            if not line.get("path"):
                continue
            key = self._key_of(line)
            count[key] = count.get(key, -1) + 1
            content = _sound(line["path"])
            clip = _Clip(f"{key}#{count[key]}", line, content)
            target = self._folder / clip.name
            if not target.exists():
                part = target.with_suffix(".part")
                shutil.copyfile(line["path"], part)
                part.replace(target)
            clips.append(clip)
        return clips

    def _mark(self, scene, spoken: set) -> None:
        for strip in strips.text_strips(scene, selected=False):
            key = strip[strips.ID]
            if key in self._hashes:
                strip[strips.SPOKEN] = self._hashes[key] if key in spoken else f"{self._hashes[key]} silent"
                if key not in spoken:
                    self.problems.append(f"{strip.text.strip()}: not spoken (no speech, or the voice cannot say it)")

    def _key_of(self, line: dict) -> str:
        """Return whose line it is: a text strip's id, or the file and its cue's time."""
        cue = _cue_key(line["cue_start"], line["cue_end"])
        if self._subtitles:
            return f"file:{Path(self._subtitles).name}@{cue[0]}-{cue[1]}"
        cue = min(self._ids, key=lambda known: abs(known[0] - cue[0]) + abs(known[1] - cue[1]))
        keys = self._ids[cue]
        return next((key for key in keys if _squash(line["text"]) in _squash(self._texts[key])), keys[0])

    def _frame_of(self, scene, clip) -> int:
        return self._origin + round(clip.line["clip_start"] * strips.fps_of(scene))

    def _keep(self, strip, clip) -> bool:
        """Return whether a strip already has this clip, after moving it where its text went."""
        if strip is None or strip.get(strips.CLIP) != clip.content:
            return False
        strip.color_tag = clip.color
        frame = self._frame_of(strip.id_data, clip)
        if strip.get(strips.FRAME) != frame:  # otherwise it may lie where the user moved it
            strips.move(strip, frame)
            strip[strips.FRAME] = frame
        return True

    def _place(self, scene, lanes, clip) -> None:
        frame, line = self._frame_of(scene, clip), clip.line
        seconds = line["clip_end"] - line["clip_start"]
        channel = lanes.find(line["speaker"], frame, seconds, wish=clip.old.get("channel"))
        path = str(self._folder / clip.name)
        strip = strips.strips_of(scene).new_sound(line["text"][:60], path, channel, frame)
        strip.sound.filepath = f"{FOLDER}/{clip.name}"
        strips.set_end(strip, frame + strips.frames_in(seconds, strips.fps_of(scene)))
        strip[strips.OF], strip[strips.CLIP], strip[strips.FRAME] = clip.of, clip.content, frame
        strip.color_tag = clip.color
        for name in ("volume", "pan", "mute"):
            if name in clip.old:
                setattr(strip, name, clip.old[name])


class _Clip:
    """A line's clip on its way to the timeline."""

    def __init__(self, of: str, line: dict, content: str) -> None:
        self.of, self.line, self.content = of, line, content
        self.name = f"{_slug(line['text'])}-{content[:8]}.wav"
        self.color = _MISFIT if line["flags"] else "NONE"
        self.old = {}  # what the user set on the strip that it replaces


def _cue_key(start: float, end: float) -> tuple:
    return round(start * 1000), round(end * 1000)


def _squash(text: str) -> str:
    return "".join(re.findall(r"\w+", text.lower()))


def _slug(text: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", text.lower()))[:40] or "line"


def _sound(path):
    """Return a digest of a WAV file's samples alone: what is written beside them names the day it was made."""
    with wave.open(path) as clip:
        return hashlib.sha256(clip.readframes(clip.getnframes())).hexdigest()
