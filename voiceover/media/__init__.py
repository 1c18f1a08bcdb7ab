"""Video and audio files, through the ffmpeg that moviepy brings: the only package that runs it.

moviepy's own helpers are not used beyond finding that ffmpeg: its merge passes no `-map` and keeps the original sound,
its writer re-encodes every frame, and its parser knows neither audio codecs nor channels and warns about subtitles.
"""

from voiceover.media.broadcast import Slate
from voiceover.media.containers import CONTAINERS, Container, check_container
from voiceover.media.decoding import decode_audio, stream_audio
from voiceover.media.encoding import Encoding
from voiceover.media.feeding import Level
from voiceover.media.ffmpeg import FailedError, describe_ffmpeg, find_ffmpeg
from voiceover.media.marking import Marks, read_marks
from voiceover.media.mp3 import MP3_FRAME, MP3_FRAME_BYTES, MP3_RATE, encode_mp3
from voiceover.media.muxing import SubtitleMode, check_pictures, mux
from voiceover.media.probing import Media, Stream, audio_rate, probe
from voiceover.media.stretching import stretch
from voiceover.media.writing import check_output, check_wav, reserve, write_beside, write_samples, write_wav

__all__ = [
    "CONTAINERS",
    "MP3_FRAME",
    "MP3_FRAME_BYTES",
    "MP3_RATE",
    "Container",
    "Encoding",
    "FailedError",
    "Level",
    "Marks",
    "Media",
    "Slate",
    "Stream",
    "SubtitleMode",
    "audio_rate",
    "check_container",
    "check_output",
    "check_pictures",
    "check_wav",
    "decode_audio",
    "describe_ffmpeg",
    "encode_mp3",
    "find_ffmpeg",
    "mux",
    "probe",
    "read_marks",
    "reserve",
    "stream_audio",
    "stretch",
    "write_beside",
    "write_samples",
    "write_wav",
]
