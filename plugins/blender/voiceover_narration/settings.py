"""What the user chooses: the command's path for this Blender, voice and speed for each scene."""

from pathlib import Path

import bpy

from . import voiceover_link

_VOICES = ["narrator"]  # until the command was asked


def installed_command() -> str:
    """Return the command that the installer noted, or what a shell would find."""
    try:
        return Path(__file__).with_name("command.txt").read_text("utf-8").strip()
    except OSError:
        return "voiceover"


class Preferences(bpy.types.AddonPreferences):
    """Where the command is."""

    bl_idname = __package__

    command: bpy.props.StringProperty(
        name="Command",
        description="Path of the voiceover command; empty: the one that installed this add-on",
    )

    def draw(self, _context):
        """Show the command and which one is used while it is empty."""
        self.layout.prop(self, "command")
        if not self.command:
            self.layout.label(text=f"Used now: {installed_command()}")


def command(context) -> list:
    """Return the command to start; raises voiceover_link.LinkError if the preference cannot be one."""
    addon = context.preferences.addons.get(__package__)
    wanted = addon.preferences.command if addon else ""
    return voiceover_link.split_command(wanted or installed_command())


def know_voices(names: list) -> None:
    """Offer these voices from now on."""
    _VOICES[:] = names


def known_voices() -> list:
    """Return the voices that are offered."""
    return list(_VOICES)


def _search_voices(_settings, _context, _typed):
    return known_voices()


class SceneSettings(bpy.types.PropertyGroup):
    """Kept in the project, so that the next narration sounds like this one."""

    # a name, not a number in a list: voices come and go
    voice: bpy.props.StringProperty(
        name="Voice",
        description="Who speaks, as `voiceover voices list` names it",
        default="narrator",
        search=_search_voices,
        search_options={"SUGGESTION"},
    )
    max_speed: bpy.props.FloatProperty(
        name="Speed Cap",
        description="How much a line may be sped up to fit its strip",
        default=1.25,
        min=1.0,
        max=2.0,
        step=5,
        precision=2,
    )


def register():
    """Add the settings."""
    bpy.utils.register_class(Preferences)
    bpy.utils.register_class(SceneSettings)
    bpy.types.Scene.voiceover = bpy.props.PointerProperty(type=SceneSettings)


def unregister():
    """Take the settings away."""
    del bpy.types.Scene.voiceover
    bpy.utils.unregister_class(SceneSettings)
    bpy.utils.unregister_class(Preferences)
