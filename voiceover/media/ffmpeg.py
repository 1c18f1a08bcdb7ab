"""The only module that starts ffmpeg, the one that moviepy brings; its words are kept for the errors."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Generator, Iterable, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import IO

from voiceover.errors import BadInputError, MissingError
from voiceover.media.stalls import STALL_SECONDS, TELLS, Watch, told_to

PROBE_TIMEOUT = 120.0  # seconds
_PIPE_BYTES = 1 << 20  # what anybody may ask for
# What is opened: files of sound and pictures. Left out is whatever names further files or addresses to open (hls, dash,
# concat, imf, sdp, rtsp, image2's patterns, VobSub's pairs, AviSynth's scripts). Pictures stay, to be
# told as such, and lavfi, which no file is ever taken for.
_FORMATS = (
    "matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,avi,flv,live_flv,f4v,asf,asf_o,mpeg,mpegts,mpegtsraw,mpegvideo,m4v,h261,h263,"
    "h264,hevc,vvc,av1,obu,ivf,vc1,vc1test,dirac,cavsvideo,avs2,avs3,evc,mjpeg,mjpeg_2000,mxf,mxf_d10,gxf,dv,nut,nsv,nuv,"
    "rm,ogg,roq,smk,bink,swf,wtv,pva,ty,vivo,yuv4mpegpipe,apng,gif,dnxhd,r3d,cine,iv8,lvf,xmv,thp,filmstrip,wc3movie,"
    "wav,w64,aiff,au,caf,flac,mp3,aac,ac3,ac4,eac3,dts,dtshd,truehd,mlp,ape,tta,tak,wv,mpc,mpc8,amr,amrnb,amrwb,gsm,voc,"
    "oma,aa,aax,adts,loas,dsf,iff,shn,spdif,sbc,aptx,opus,qcp,rso,sox,ircam,nistsphere,pvf,ilbc,codec2,xwma,"
    "f32le,s16le,srt,ass,webvtt,sami,subviewer,subviewer1,microdvd,realtext,lrc,jacosub,sup,ffmetadata,"
    "png_pipe,jpeg_pipe,webp_pipe,bmp_pipe,tiff_pipe,gif_pipe,svg_pipe,psd_pipe,j2k_pipe,jpegxl_pipe,ico,tty,lavfi"
)
FOREIGN = "Format not on whitelist"  # ffmpeg's words for any other
_QUIETLY = (
    "-hide_banner", "-nostdin", "-nostats", "-protocol_whitelist", "file,pipe", "-format_whitelist", _FORMATS
)  # fmt: skip
# what ffmpeg says after it has said what is wrong
_NOISE = re.compile(
    r"At least one output file|Conversion failed!|Task finished with|Terminating thread|Qavg: |^(frame|size)="
    r"|Nothing was written into|Last message repeated|Error (opening output files?|sending frames|while filtering)"
)


class FailedError(BadInputError):
    """An ffmpeg that ended with an error of its own: not one that stood still, or for which there was no room."""


def describe_ffmpeg() -> tuple[str, frozenset[str]]:
    """Return ffmpeg's version ("" if it does not start) and the names of its filters and encoders."""
    ffmpeg = find_ffmpeg()

    def ask(option: str) -> str:
        asked = [ffmpeg, "-hide_banner", option]
        return subprocess.run(asked, capture_output=True, text=True, check=False, timeout=PROBE_TIMEOUT).stdout

    return ask("-version").partition("Copyright")[0].strip(), frozenset((ask("-filters") + ask("-encoders")).split())


@lru_cache(maxsize=1)
def find_ffmpeg() -> str:
    """Return the ffmpeg binary: moviepy's bundled one, or what the environment variable FFMPEG_BINARY names.

    Raises MissingError if there is none.
    """
    remedy = "Install it with `pip install --force-reinstall imageio-ffmpeg`, or let FFMPEG_BINARY name an ffmpeg."
    try:
        from moviepy.config import FFMPEG_BINARY
    except (OSError, RuntimeError, ImportError) as error:
        raise MissingError(f"No ffmpeg: {error}", remedy) from error
    binary = shutil.which(str(FFMPEG_BINARY))  # moviepy may give a bare name, or "unset"
    if binary is None:
        raise MissingError(f"No ffmpeg: {FFMPEG_BINARY} is not a program.", remedy)
    return binary


def run(
    arguments: Sequence[str],
    *,
    about: Path | None = None,
    writes: Path | None = None,
    elsewhere: str = "Free some space, or write elsewhere with -o.",
    feed: Iterable[bytes | memoryview] | None = None,
    timeout: float = 3 * 3600.0,
    stall: float = STALL_SECONDS,
    check: bool = True,
) -> tuple[int, bytes, str]:
    """Run ffmpeg; return its status, what it wrote to its output and what it said.

    `feed` goes to its input; what it raises is raised here. Raises BadInputError, with the last lines it said, if it
    fails, outlives `timeout`, or makes no progress for `stall` seconds; `writes` is what a full disk is told of, and
    `elsewhere` the remedy.
    """
    late, broken = threading.Event(), list[Exception]()
    with (
        tempfile.TemporaryFile() as errors,
        tempfile.TemporaryFile() as progress,
        _start(arguments, errors, progress, fed=feed is not None) as process,
    ):

        def stop() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(timeout, stop)
        timer.start()
        watch = Watch(progress.fileno(), _output(arguments), process.kill, stall)
        if stall < timeout:
            watch.start()
        feed = feed and watch.feeding(feed)
        feeder = threading.Thread(target=_feed, args=(process, feed, broken)) if feed is not None else None
        try:
            if feeder:
                feeder.start()
            assert process.stdout is not None  # noqa: S101 - for mypy
            output = process.stdout.read()
            status = process.wait()
        except BaseException:
            process.kill()
            raise
        finally:
            timer.cancel()
            watch.end()
            if feeder:
                feeder.join()
        errors.seek(0)
        said = errors.read().decode("utf-8", "replace")
    if broken:
        raise broken[0]
    if late.is_set():
        raise BadInputError(f"{about or 'ffmpeg'}: ffmpeg did not finish in {timeout:g} s.\n{last_lines(said)}")
    if watch.stalled:
        raise _stood_still(about, stall, said)
    if check and status != 0:
        if "No space left on device" in said:
            raise BadInputError(f"{writes or about or 'ffmpeg'}: the disk is full.", elsewhere)
        raise _failed(about, said)
    return status, output, said


def run_and_read(arguments: Sequence[str], size: int, *, about: Path, stall: float = STALL_SECONDS) -> Generator[bytes]:
    """Run ffmpeg and yield what it writes to its output as it comes, `size` bytes at a time; the last may be fewer.

    ffmpeg is ended with the iterator. Raises BadInputError, with the last lines it said, if it fails or makes no
    progress for `stall` seconds.
    """
    with (
        tempfile.TemporaryFile() as errors,
        tempfile.TemporaryFile() as progress,
        _start(arguments, errors, progress) as process,
    ):
        watch = Watch(progress.fileno(), None, process.kill, stall)
        watch.start()
        try:
            assert process.stdout is not None  # noqa: S101 - for mypy
            while len(piece := process.stdout.read(size)) == size:
                with watch.away():
                    yield piece
            status = process.wait()
        finally:
            process.kill()
            watch.end()
        errors.seek(0)
        said = errors.read().decode("utf-8", "replace")
    if watch.stalled:
        raise _stood_still(about, stall, said)
    if status != 0:
        raise _failed(about, said)
    if piece:
        yield piece


def _start(
    arguments: Sequence[str], errors: IO[bytes], progress: IO[bytes], *, fed: bool = False
) -> subprocess.Popen[bytes]:
    # only the first input's whitelist is set here; callers with more inputs repeat it before each
    process = subprocess.Popen(
        [find_ffmpeg(), *_QUIETLY, *told_to(progress.fileno()), *arguments],
        pass_fds=(progress.fileno(),) if TELLS else (),
        stdin=subprocess.PIPE if fed else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=errors,
    )
    _widen(process.stdin, process.stdout)
    return process


def _widen(*pipes: IO[bytes] | None) -> None:
    """Let pipes hold more than a sixth of a second of sound, after which each end has to wake the other up."""
    try:
        from fcntl import F_SETPIPE_SZ, fcntl
    except ImportError:  # not Linux
        return
    for pipe in pipes:
        with suppress(OSError):  # a user's share of memory for pipes is used up
            if pipe is not None:
                fcntl(pipe.fileno(), F_SETPIPE_SZ, _PIPE_BYTES)


def _stood_still(about: Path | None, stall: float, said: str) -> BadInputError:
    return BadInputError(
        f"{about or 'ffmpeg'}: ffmpeg made no progress for {stall:g} s.\n{last_lines(said)}".rstrip(),
        "It was stopped. Check that the disks and network drives that it uses answer, and run again.",
    )


def _failed(about: Path | None, said: str) -> FailedError:
    return FailedError(f"{about or 'ffmpeg'}: ffmpeg failed.\n{last_lines(said)}")


def _output(arguments: Sequence[str]) -> Path | None:
    """Return the file that a call writes, if it is one."""
    last = arguments[-1] if arguments else ""
    return Path(last.removeprefix("file:")) if last.startswith("file:") and arguments[-2:-1] != ["-i"] else None


def file_name(path: Path) -> str:
    """Return a path that ffmpeg takes for nothing but a file, whatever dashes, colons or percent signs are in it."""
    return f"file:{path}"


def last_lines(said: str, count: int = 3) -> str:
    """Return the last lines that ffmpeg said, for an error."""
    lines = [re.sub(r" @ 0x[0-9a-f]+", "", line).strip() for line in said.splitlines()]
    told = [line.partition(" '")[0] if FOREIGN in line else line for line in lines if line and not _NOISE.search(line)]
    return "\n".join(f"ffmpeg: {line}" for line in told[-count:])


def _feed(process: subprocess.Popen[bytes], chunks: Iterable[bytes | memoryview], broken: list[Exception]) -> None:
    assert process.stdin is not None  # noqa: S101 - for mypy
    try:
        with process.stdin as pipe:
            for chunk in chunks:
                pipe.write(chunk)
    except (BrokenPipeError, ValueError):
        pass  # ffmpeg stopped reading: its status and its words say why
    except Exception as error:  # or half of the sound would pass for all of it
        broken.append(error)
        process.kill()
