"""Voiceover narration for Blender's Video Sequence Editor: text strips and subtitles become spoken sound strips.

It starts the `voiceover` command and puts what that made onto the timeline. Nothing is installed into Blender's Python.
Blender 3.4 to 5.x: an extension from 4.2 on, a legacy add-on before.
"""

bl_info = {
    "name": "Voiceover narration",
    "author": "The voiceover contributors",
    "version": (0, 1, 0),
    "blender": (3, 4, 0),
    "location": "Video Sequence Editor > Sidebar > Voiceover, and the Strip menu",
    "description": "Speaks text strips and subtitles in a cloned voice",
    "category": "Sequencer",
}

from . import operators, panel, settings  # noqa: E402  Blender reads bl_info without running the rest


def register():
    """Add the operators, the panel and the menu entry."""
    settings.register()
    operators.register()
    panel.register()


def unregister():
    """Stop what runs and take everything away again."""
    operators.unregister()
    panel.unregister()
    settings.unregister()
