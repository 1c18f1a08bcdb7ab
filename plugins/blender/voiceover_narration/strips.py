"""Strips and channels, over what Blender renamed from 3.4 to 5.x."""

import math
import uuid

ID = "voiceover_id"  # on a text strip: which one it is, through renames and moves
OF = "voiceover_of"  # on a sound strip: what it speaks
CLIP = "voiceover_clip"  # on a sound strip: what its file holds
FRAME = "voiceover_frame"  # on a sound strip: where it was put
SPOKEN = "voiceover_spoken"  # on a text strip: a hash of what was spoken and how, and whether that came to nothing
_CHANNELS = 32  # the least that any version has


def sequencer_scene(context):
    """Return the scene whose strips the editor shows; since 5.0 that need not be the window's."""
    return getattr(context, "sequencer_scene", None) or context.scene


def editor_of(scene):
    """Return the scene's sequence editor, made if there is none."""
    return scene.sequence_editor or scene.sequence_editor_create()


def strips_of(scene):
    """Return the top-level strips, to read and to add to."""
    editor = editor_of(scene)
    return editor.strips if hasattr(editor, "strips") else editor.sequences  # renamed in 4.4


def first_frame(strip) -> int:
    """Return the first frame in which a strip shows or sounds."""
    return int(strip.frame_final_start if hasattr(strip, "frame_final_start") else strip.left_handle)


def end_frame(strip) -> int:
    """Return the frame after a strip's last."""
    return int(strip.frame_final_end if hasattr(strip, "frame_final_end") else strip.right_handle)


def set_end(strip, frame: int) -> None:
    """Let a strip end before a frame: Blender rounds a sound's length to the nearest frame, and cuts its end off."""
    name = "frame_final_end" if hasattr(strip, "frame_final_end") else "right_handle"
    setattr(strip, name, frame)


def frames_in(seconds: float, fps: float) -> int:
    """Return how many frames hold so many seconds."""
    return math.ceil(seconds * fps - 1e-6)


def move(strip, frame: int) -> None:
    """Move a strip so that it begins at a frame."""
    shift = frame - first_frame(strip)
    if shift:
        name = "frame_start" if hasattr(strip, "frame_start") else "content_start"
        setattr(strip, name, getattr(strip, name) + shift)


def fps_of(scene) -> float:
    """Return the frames of a second."""
    return scene.render.fps / scene.render.fps_base


def text_strips(scene, *, selected: bool) -> list:
    """Return the text strips that say something, in time order, each with an id of its own."""
    found = [strip for strip in strips_of(scene) if strip.type == "TEXT" and not strip.mute and strip.text.strip()]
    found.sort(key=lambda strip: (first_frame(strip), strip.channel))
    seen = set()
    for strip in found:
        if not strip.get(ID) or strip[ID] in seen:  # a duplicate brings the id of its original
            strip[ID] = uuid.uuid4().hex
            if SPOKEN in strip:
                del strip[SPOKEN]
        seen.add(strip[ID])
    return [strip for strip in found if strip.select or not selected]


def sound_strips(scene) -> dict:
    """Return the narration's sound strips by what they speak."""
    return {strip[OF]: strip for strip in strips_of(scene) if strip.type == "SOUND" and strip.get(OF)}


class Lanes:
    """Channels for the narration: named after who speaks, and never two strips at once in one."""

    def __init__(self, scene) -> None:
        self._scene = scene
        self._taken = {}  # channel: spans
        for strip in strips_of(scene):
            self._taken.setdefault(strip.channel, []).append((first_frame(strip), end_frame(strip)))
        self._lanes = {}  # name: channel
        for number, channel in enumerate(getattr(editor_of(scene), "channels", ())):
            if channel.name.startswith("Narration"):
                self._lanes.setdefault(channel.name, number)

    def find(self, speaker, start: int, seconds: float, *, wish=None) -> int:
        """Return a channel for the speaker that is free from a frame on for so long, the wished one if it is.

        Raises RuntimeError if all are full.
        """
        end = start + frames_in(seconds, fps_of(self._scene))
        for number in range(1, _CHANNELS):
            name = f"Narration {speaker}" if speaker else "Narration"
            name = name if number == 1 else f"{name} {number}"
            for channel in filter(None, (wish, self._lanes.get(name) or (0 if wish else self._open(name)))):
                if all(end <= first or last <= start for first, last in self._taken.get(channel, ())):
                    self._taken.setdefault(channel, []).append((start, end))
                    return channel
            wish = None
        raise RuntimeError("There is no free channel for the narration. Delete or move some strips.")

    def _open(self, name: str) -> int:
        """Return the channel above all that are in use, or else any that is not."""
        top = max(self._taken, default=0) + 1
        unused = [top, *(number for number in range(1, _CHANNELS + 1) if number not in self._taken)]
        free = [number for number in unused if number <= _CHANNELS and number not in self._lanes.values()]
        if not free:
            raise RuntimeError("There is no free channel for the narration. Delete or move some strips.")
        channels = getattr(editor_of(self._scene), "channels", ())
        if free[0] < len(channels):
            channels[free[0]].name = name
        self._lanes[name] = free[0]
        return free[0]
