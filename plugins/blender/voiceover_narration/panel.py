"""The sidebar panel of the sequencer, and the entry in its Strip menu."""

import bpy

from . import operators, strips

_SHOWN = 6  # problems; the rest is told as a number


class VOICEOVER_PT_narration(bpy.types.Panel):  # noqa: N801  Blender's own rule
    """Voice, speed cap, and what can be narrated."""

    bl_space_type = "SEQUENCE_EDITOR"
    bl_region_type = "UI"
    bl_category = "Voiceover"
    bl_label = "Narration"

    def draw(self, context):
        """Draw it."""
        layout, state = self.layout, operators.State
        chosen = strips.sequencer_scene(context).voiceover
        row = layout.row(align=True)
        row.prop(chosen, "voice")
        row.operator("voiceover.list_voices", text="", icon="FILE_REFRESH")
        layout.prop(chosen, "max_speed")
        column = layout.column(align=True)
        column.operator("voiceover.narrate", text="Narrate Selected Text", icon="PLAY_SOUND").selected = True
        column.operator("voiceover.narrate", text="Narrate All Text", icon="SEQUENCE").selected = False
        column.operator("voiceover.narrate_file", icon="FILE_TEXT")
        layout.operator("voiceover.preview", icon="PLAY")
        if operators.busy():
            row = layout.row(align=True)
            share = state.running.job.share if state.running is not None else 0.0
            if hasattr(row, "progress"):
                row.progress(factor=share, text=state.message)
            else:
                row.label(text=state.message, icon="SORTTIME")
            row.operator("voiceover.cancel", text="", icon="X")
        elif state.message:
            self._show_result(layout, state)

    def _show_result(self, layout, state) -> None:
        box = layout.box()
        _show(box, state.message, "ERROR" if state.failed else "NONE")
        for problem in state.problems[:_SHOWN]:
            _show(box, problem, "ERROR")
        if len(state.problems) > _SHOWN:
            box.label(text=f"and {len(state.problems) - _SHOWN} more")


def _show(box, text: str, icon: str) -> None:
    column = box.column(align=True)
    for number, row in enumerate(_wrapped(text)):
        column.label(text=row, icon="NONE" if icon == "NONE" else icon if number == 0 else "BLANK1")


def _wrapped(text: str, width: int = 34) -> list:
    """Break a message into rows: labels do not wrap."""
    rows = [""]
    for word in text.split():
        if rows[-1] and len(rows[-1]) + 1 + len(word) > width:
            rows.append("")
        rows[-1] = f"{rows[-1]} {word}".strip()
    return rows


def _draw_menu(menu, _context):
    menu.layout.separator()
    menu.layout.operator("voiceover.narrate", icon="PLAY_SOUND")


def register():
    """Add the panel and the menu entry."""
    bpy.utils.register_class(VOICEOVER_PT_narration)
    bpy.types.SEQUENCER_MT_strip.append(_draw_menu)


def unregister():
    """Take them away."""
    bpy.types.SEQUENCER_MT_strip.remove(_draw_menu)
    bpy.utils.unregister_class(VOICEOVER_PT_narration)
