import json
import subprocess

import certificates
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


@pytest.mark.parametrize("source", [".mp4", ".mkv"])
def test_a_signed_dub_has_the_films_own_packets_and_says_what_it_was_made_from(tmp_path, run_cli, source):
    c2pa = pytest.importorskip("c2pa", reason="the extra c2pa is not installed")
    chain = certificates.make(tmp_path / "certificates")
    film, out = tmp_path / f"a{source}", tmp_path / "b.mp4"
    pictures = ["-f", "lavfi", "-i", "testsrc=d=3:s=64x48:r=10", "-f", "lavfi", "-i", "anoisesrc=d=3:a=0.01"]
    subprocess.run(
        [find_ffmpeg(), "-v", "error", *pictures, "-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac", film],
        check=True,
    )
    (tmp_path / "a.srt").write_text(SUBS)
    command = ["dub", film, tmp_path / "a.srt", "--voice", "beep:", "-o", out, *chain.options, "--progress", "json"]
    done = run_cli(*command)
    assert done.exit_code == 0
    assert '"signer": "studio, Trial"' in done.stderr
    assert packets(film, "0:v:0") == packets(out, "0:v:0")
    assert packets(film, "0:a:0") == packets(out, "0:a:1")
    trusted = run_cli("identify", out, "--trust", chain.authority, "--json")
    assert trusted.exit_code == 0
    told = json.loads(trusted.stdout)
    assert told["marked"]
    assert told["mark"]["tool"] == "voiceover"
    assert told["c2pa"]["state"] == "valid"
    with c2pa.Reader(out) as reader:
        manifest = reader.get_active_manifest()
    [parent] = manifest["ingredients"]
    assert (parent["title"], parent["relationship"]) == (film.name, "parentOf")
    actions = next(one["data"] for one in manifest["assertions"] if one["label"] == "c2pa.actions.v2")["actions"]
    assert [one["action"] for one in actions] == ["c2pa.opened", "c2pa.edited"]
    assert actions[1]["digitalSourceType"].endswith("/compositeWithTrainedAlgorithmicMedia")
    data = bytearray(out.read_bytes())
    data[data.index(b"mdat") + 100] ^= 1
    out.write_bytes(data)
    broken = run_cli("identify", out)
    assert broken.exit_code == 1
    assert "invalid: signed by studio" in broken.stdout
    assert run_cli("identify", film, "--trust", chain.authority).exit_code == 1


def test_what_cannot_be_signed_is_refused_before_anything_is_spoken(tmp_path, run_cli):
    pytest.importorskip("c2pa", reason="the extra c2pa is not installed")
    chain = certificates.make(tmp_path / "certificates")
    other = certificates.make(tmp_path / "other")
    (tmp_path / "a.srt").write_text(SUBS)
    command = ["narrate", tmp_path / "a.srt", "--voice", "beep:", "-o", tmp_path / "a.wav", "--progress", "json"]
    refused = run_cli(*command, "--c2pa", chain.certificate, other.key)
    assert refused.exit_code == 2
    assert "Speaking" not in refused.stderr
    assert not (tmp_path / "a.wav").exists()
    alone = run_cli(*command, "--c2pa-timestamp", "http://localhost/")
    assert alone.exit_code == 2
    assert "goes with --c2pa" in alone.stderr
    over = run_cli(*command[:4], "-o", chain.key, *chain.options, "--force")
    assert over.exit_code == 2
    assert b"PRIVATE KEY" in chain.key.read_bytes()
    assert run_cli(*command, *chain.options).exit_code == 0
    assert run_cli("identify", tmp_path / "a.wav", "--trust", chain.authority).exit_code == 0


def test_a_folders_settings_name_who_signs_its_films(tmp_path, run_cli):
    pytest.importorskip("c2pa", reason="the extra c2pa is not installed")
    chain = certificates.make(tmp_path / "studio")
    folder = tmp_path / "films"
    folder.mkdir()
    source = ["-f", "lavfi", "-i", "testsrc=d=3:s=64x48:r=10", "-f", "lavfi", "-i", "anoisesrc=d=3:a=0.01"]
    subprocess.run([find_ffmpeg(), "-v", "error", *source, "-c:a", "aac", folder / "a.mp4"], check=True)
    (folder / "a.srt").write_text(SUBS)
    run = ["batch", folder, "--voice", "beep:", "--jobs", "1"]
    assert run_cli(*run).exit_code == 0
    (folder / "voiceover.toml").write_text('c2pa = ["../studio/certificate.pem", "../studio/key.pem"]\n')
    assert run_cli(*run).exit_code == 0  # what was made unsigned is made again
    out = folder / "a.dubbed.mp4"
    assert run_cli("identify", out, "--trust", chain.authority).exit_code == 0
    assert "key" not in (folder / "batch.json").read_text().lower()
    made = out.stat().st_mtime_ns
    assert run_cli(*run).exit_code == 0
    assert out.stat().st_mtime_ns == made


def packets(film, stream):
    arguments = ["-v", "error", "-i", film, "-map", stream, "-c", "copy", "-f", "streamhash", "-"]
    return subprocess.run([find_ffmpeg(), *arguments], capture_output=True, check=True).stdout.partition(b"=")[2]
