import subprocess

import pytest

from voiceover.media import find_ffmpeg

SUBS = "1\n00:00:00,500 --> 00:00:01,500\nHello there.\n"


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv"])
def test_a_dub_is_marked_and_keeps_its_own_tags(tmp_path, run_cli, suffix):
    film, out = tmp_path / f"a{suffix}", tmp_path / f"b{suffix}"
    source = ["-f", "lavfi", "-i", "testsrc=d=3:s=64x48:r=10", "-f", "lavfi", "-i", "anoisesrc=d=3:a=0.01"]
    tags = ["-metadata", "title=My film", "-metadata", "comment=keep me"]
    subprocess.run([find_ffmpeg(), "-v", "error", *source, *tags, "-c:a", "aac", film], check=True)
    (tmp_path / "a.srt").write_text(SUBS)
    assert run_cli("identify", film).exit_code == 1
    assert run_cli("dub", film, tmp_path / "a.srt", "--voice", "beep:", "-o", out).exit_code == 0
    told = run_cli("identify", out, "--json")
    assert told.exit_code == 0
    assert '"source_type": "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrained' in told.stdout
    assert '"name": "BeepVoice:' in told.stdout
    said = subprocess.run([find_ffmpeg(), "-i", out], capture_output=True, text=True, check=False).stderr
    assert "My film" in said
    assert "keep me" in said
