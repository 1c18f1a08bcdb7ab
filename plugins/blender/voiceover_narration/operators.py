"""What the user can ask for. Work goes to a worker process; a timer looks after it and puts the result in place."""

import time
from pathlib import Path

import bpy

from . import narration, settings, strips, voiceover_link

_INTERVAL = 0.1  # seconds between two looks


class State:
    """What runs now, and what to show of the last run."""

    running = None  # a Narration
    asking = None  # (Job, what to do with it)
    message = ""
    problems = ()
    failed = False


def busy() -> bool:
    """Return whether something runs."""
    return State.running is not None or State.asking is not None


def _tell(message: str, *, problems=(), failed: bool = False) -> None:
    State.message, State.problems, State.failed = message, tuple(problems), failed
    for window in bpy.context.window_manager.windows:
        for area in window.screen.areas:
            if area.type == "SEQUENCE_EDITOR":
                area.tag_redraw()


def _finish() -> None:
    """Put a finished narration on the timeline, as one undo step."""
    done, State.running = State.running, None
    try:
        if done.job.done is None:
            _tell(done.job.error, failed=True)
            return
        done.apply()
        _tell(done.summary, problems=done.problems)
        if not bpy.app.background:
            bpy.ops.ed.undo_push(message="Narrate")
    except (RuntimeError, OSError) as error:
        _tell(str(error), failed=True)
    finally:
        done.close()


def _look():
    """Look after the narration: the timer's function."""
    if State.running is None:
        return None
    if State.running.job.poll():
        _finish()
        return None
    job = State.running.job
    _tell(f"{job.stage} {job.share:.0%}" if job.share else job.stage)
    return _INTERVAL


def _look_after_question():
    if State.asking is None:
        return None
    job, answer = State.asking
    if not job.poll():
        return _INTERVAL
    State.asking = None
    if job.error:
        _tell(job.error, failed=True)
    else:
        answer(job)
    return None


def _start(operator, context, **what):
    try:
        scene = strips.sequencer_scene(context)
        State.running = narration.Narration(scene, settings.command(context), **what)
    except (voiceover_link.LinkError, OSError) as error:
        operator.report({"ERROR"} if bpy.app.background else {"WARNING"}, str(error))
        _tell(str(error), failed=True)
        return {"CANCELLED"}
    _tell("Starting")
    if bpy.app.background:  # no timers there
        State.running.job.wait()
        _finish()
        if State.failed:
            operator.report({"ERROR"}, State.message)
            return {"CANCELLED"}
    else:
        bpy.app.timers.register(_look, first_interval=_INTERVAL)
    return {"FINISHED"}


def _ask(operator, context, arguments, answer):
    try:
        State.asking = voiceover_link.Job(settings.command(context), arguments), answer
    except voiceover_link.LinkError as error:
        operator.report({"ERROR"} if bpy.app.background else {"WARNING"}, str(error))
        _tell(str(error), failed=True)
        return {"CANCELLED"}
    if bpy.app.background:
        State.asking[0].wait()
        _look_after_question()
        if State.failed:
            operator.report({"ERROR"}, State.message)
            return {"CANCELLED"}
    else:
        bpy.app.timers.register(_look_after_question, first_interval=_INTERVAL)
    return {"FINISHED"}


class _Idle:
    @classmethod
    def poll(cls, _context):
        """Only one thing at a time."""
        return not busy()


class Narrate(_Idle, bpy.types.Operator):
    """Speak text strips, each at its time; only those that changed are spoken anew"""

    bl_idname = "voiceover.narrate"
    bl_label = "Narrate Text Strips"

    selected: bpy.props.BoolProperty(name="Selected", description="Only the selected text strips", default=True)

    def execute(self, context):
        """Start the worker."""
        return _start(self, context, selected=self.selected)


class NarrateFile(_Idle, bpy.types.Operator):
    """Speak a subtitle file or a narration script, its time 0 at the scene's first frame"""

    bl_idname = "voiceover.narrate_file"
    bl_label = "Narrate Subtitle File"

    filepath: bpy.props.StringProperty(subtype="FILE_PATH")
    filter_glob: bpy.props.StringProperty(default="*.srt;*.vtt;*.ass;*.ssa;*.txt;*.md", options={"HIDDEN"})

    def invoke(self, context, _event):
        """Let the user choose the file."""
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, context):
        """Start the worker."""
        return _start(self, context, subtitles=bpy.path.abspath(self.filepath))


class Preview(_Idle, bpy.types.Operator):
    """Hear the active text strip without changing the timeline"""

    bl_idname = "voiceover.preview"
    bl_label = "Preview Line"

    def execute(self, context):
        """Start the worker, and play what it made."""
        scene = strips.sequencer_scene(context)
        strip = strips.editor_of(scene).active_strip
        if strip is None or strip.type != "TEXT" or not strip.text.strip():
            self.report(
                {"ERROR"} if bpy.app.background else {"WARNING"}, "Make a text strip with words the active one."
            )
            return {"CANCELLED"}
        path = str(Path(bpy.app.tempdir, "voiceover-preview.wav"))
        _tell("Speaking")
        arguments = ["say", " ".join(strip.text.split()), "-o", path, "--voice", scene.voiceover.voice, "--force"]
        return _ask(self, context, arguments, lambda _job: _play(path))


def _play(path: str) -> None:
    """Play a file with Blender's sound, or, where that has none, with the system's player."""
    try:
        import aud

        sound = aud.Sound(path)
        Player.device = Player.device or aud.Device()
        Player.handle = Player.device.play(sound)
        _tell(f"Preview: {sound.length / sound.specs[0]:.1f} s at natural speed")
    except Exception:
        bpy.ops.wm.path_open(filepath=path)
        _tell("Preview: opened in the system's player")


class Player:
    """What plays the preview; a device that nobody holds falls silent."""

    device = None
    handle = None


class Cancel(bpy.types.Operator):
    """End what runs; lines that were spoken are kept for the next time"""

    bl_idname = "voiceover.cancel"
    bl_label = "Cancel"

    @classmethod
    def poll(cls, _context):
        """Only while something runs."""
        return busy()

    def execute(self, _context):
        """Ask the worker to end; the timer sees it go."""
        stop()
        return {"FINISHED"}


class ListVoices(_Idle, bpy.types.Operator):
    """Ask the command which voices there are"""

    bl_idname = "voiceover.list_voices"
    bl_label = "Refresh Voices"

    def execute(self, context):
        """Start the worker, and offer what it lists."""

        def answer(job):
            settings.know_voices(voiceover_link.list_voices(job.output))
            _tell(f"{len(settings.known_voices())} voices")

        _tell("Looking for voices")
        return _ask(self, context, ["voices", "list", "--json"], answer)


def stop() -> None:
    """End whatever runs."""
    if State.running is not None:
        State.running.job.cancel()
    if State.asking is not None:
        State.asking[0].cancel()


@bpy.app.handlers.persistent
def _before_load(*_arguments) -> None:
    """Another project is about to be opened: what runs belongs to the old one."""
    stop()
    if State.running is not None:
        running, State.running = State.running, None
        deadline = time.monotonic() + 2.0
        while not running.job.poll() and time.monotonic() < deadline:
            time.sleep(0.02)
        running.close()
    State.asking = None
    State.message, State.problems, State.failed = "", (), False


_CLASSES = (Narrate, NarrateFile, Preview, Cancel, ListVoices)


def register():
    """Add the operators."""
    for kind in _CLASSES:
        bpy.utils.register_class(kind)
    bpy.app.handlers.load_pre.append(_before_load)


def unregister():
    """End what runs and take the operators away."""
    _before_load()
    bpy.app.handlers.load_pre.remove(_before_load)
    for kind in reversed(_CLASSES):
        bpy.utils.unregister_class(kind)
