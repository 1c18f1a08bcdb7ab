"""Run inside Blender (or a Python with `bpy`): narrate text strips with the add-on and write down what became of them.

    blender -b --factory-startup --python-exit-code 3 --python in_blender.py -- ARCHIVE COMMAND FOLDER VOICE FPS

FPS is Blender's pair, 24/1 or 30/1.001. ARCHIVE is what `voiceover plugins pack` wrote. FOLDER gets film.blend,
mixed.wav and told.json. Everything that is not so raises.
"""

import json
import sys
from pathlib import Path

import bpy

TEXTS = (
    "The morning sky is soft and pink.",
    "Tall green trees stand beside a quiet field.",
    "A small stream runs through the grass.",
    "A round gray bird starts to sing.",
    "Watch out, little bird!",
    "The branch is empty now.",
    "Who lives under this old tree?",
    "This is the story of a big rabbit.",
    "He wakes up late and yawns.",
    "Then he walks into the sun.",
)
APART = 3.7  # seconds from one text strip to the next: no whole number of frames
LONG = 3.2  # seconds


def add_on(archive: str) -> str:
    """Install the archive as a user does, and return the module's name."""
    if archive.endswith("-extension.zip"):
        bpy.ops.extensions.package_install_files(filepath=archive, repo="user_default", enable_on_install=True)
        return "bl_ext.user_default.voiceover_narration"
    bpy.ops.preferences.addon_install(filepath=archive)
    bpy.ops.preferences.addon_enable(module="voiceover_narration")
    return "voiceover_narration"


def strips(scene=None):
    editor = (scene or bpy.context.scene).sequence_editor_create()
    return editor.strips if hasattr(editor, "strips") else editor.sequences


def add_text(text: str, channel: int, start: int, end: int):
    try:
        strip = strips().new_effect(text[:20], "TEXT", channel, start, length=end - start)
    except TypeError:
        strip = strips().new_effect(text[:20], "TEXT", channel, start, frame_end=end)
    strip.text = text
    return strip


def first(strip) -> int:
    return int(strip.frame_final_start if hasattr(strip, "frame_final_start") else strip.left_handle)


def last(strip) -> int:
    return int(strip.frame_final_end if hasattr(strip, "frame_final_end") else strip.right_handle)


def shift_text(strip, frames: int) -> None:
    name = "frame_start" if hasattr(strip, "frame_start") else "content_start"
    setattr(strip, name, getattr(strip, name) + frames)


def sounds() -> dict:
    """Return the narration's strips by what they speak."""
    found = {strip["voiceover_of"]: strip for strip in strips() if strip.type == "SOUND"}
    return {
        of: {
            "name": strip.name,
            "first": first(strip),
            "last": last(strip),
            "channel": strip.channel,
            "file": strip.sound.filepath,
            "there": Path(bpy.path.abspath(strip.sound.filepath)).is_file(),
        }
        for of, strip in sorted(found.items(), key=lambda item: first(item[1]))
    }


def texts() -> list:
    found = sorted((strip for strip in strips() if strip.type == "TEXT"), key=first)
    return [{"id": strip.get("voiceover_id"), "first": first(strip), "text": strip.text} for strip in found]


def narrate(**options) -> str:
    """Run the operator; return what it refused with, or ""."""
    try:
        bpy.ops.voiceover.narrate(**options)
    except RuntimeError as error:
        return str(error)
    return ""


def main(archive: str, command: str, folder: str, voice: str, fps: str) -> None:
    told = {"blender": bpy.app.version_string}
    bpy.ops.wm.read_factory_settings(use_empty=True)
    module = add_on(archive)
    bpy.context.preferences.addons[module].preferences.command = command

    scene = bpy.context.scene
    whole, base = fps.split("/")
    scene.render.fps, scene.render.fps_base = int(whole), float(base)
    rate = scene.render.fps / scene.render.fps_base
    scene.voiceover.voice = voice
    told["unsaved"] = narrate(selected=False)
    bpy.ops.wm.save_as_mainfile(filepath=str(Path(folder, "film.blend")))
    told["empty"] = narrate(selected=False)
    for number, text in enumerate(TEXTS):
        start = 1 + round((0.5 + APART * number) * rate)
        add_text(text, 3, start, start + round(LONG * rate)).select = number < 2
    scene.frame_end = 1 + round((1 + APART * len(TEXTS)) * rate)

    assert narrate(selected=True) == ""
    told["selected"] = sounds()
    assert narrate(selected=False) == ""
    told["sounds"], told["texts"] = sounds(), texts()
    told["again"] = narrate(selected=False)

    bpy.ops.wm.save_mainfile()
    bpy.ops.wm.open_mainfile(filepath=str(Path(folder, "film.blend")))
    told["reopened"] = sounds()
    told["channels"] = [channel.name for channel in bpy.context.scene.sequence_editor.channels]
    mixed = str(Path(folder, "mixed.wav"))
    bpy.ops.sound.mixdown(filepath=mixed, container="WAV", codec="PCM", format="S24", check_existing=False)

    changed = next(strip for strip in strips() if strip.type == "TEXT" and strip.text == TEXTS[4])
    changed.text = "Run away, little bird!"
    assert narrate(selected=False) == ""
    told["edited"], told["edited_id"] = sounds(), changed["voiceover_id"]

    gone = next(strip for strip in strips() if strip.type == "TEXT" and strip.text == TEXTS[7])
    gone.text = "[MUSIC]"
    assert narrate(selected=False) == ""
    told["silenced"], told["silenced_id"] = sounds(), gone["voiceover_id"]

    told["silent_again"] = narrate(selected=False)

    moved = next(strip for strip in strips() if strip.type == "TEXT" and strip.text == TEXTS[2])
    shift_text(moved, 7)
    twin = next(strip for strip in strips() if strip.type == "TEXT" and strip.text == TEXTS[9])
    start = last(twin) + round(rate)
    copy = add_text(
        TEXTS[9], 3, start, start + round(LONG * rate)
    )  # as Blender duplicates a strip: with its properties
    copy["voiceover_id"], copy["voiceover_spoken"] = twin["voiceover_id"], twin["voiceover_spoken"]
    assert narrate(selected=False) == ""
    told["moved"], told["moved_id"], told["copy_first"] = sounds(), moved["voiceover_id"], first(copy)

    subtitles = Path(folder, "more.srt")
    cues = ("00:01:00,000 --> 00:01:03,000\nANNA: One more line.", "00:01:01,000 --> 00:01:04,000\nAnd another.")
    subtitles.write_text("".join(f"{number}\n{cue}\n\n" for number, cue in enumerate(cues, 1)))
    for text in ("And another.", "And yet another."):  # the second time, one of its lines is another
        subtitles.write_text(subtitles.read_text().replace("And another.", text))
        bpy.ops.voiceover.narrate_file(filepath=str(subtitles))
        told[text] = sounds()
    names = {channel.name for channel in bpy.context.scene.sequence_editor.channels}
    told["names"] = sorted(name for name in names if name.startswith("Narration"))
    bpy.ops.voiceover.list_voices()
    told["rate"] = rate
    Path(folder, "told.json").write_text(json.dumps(told, indent=1), "utf-8")


main(*sys.argv[sys.argv.index("--") + 1 :])
