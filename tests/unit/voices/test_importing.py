"""Public checkpoints become voices that speak as the networks they came from."""

import json

import pytest
import torch
from public_networks import (
    SMALL,
    SMALL_GENERATOR,
    config_json,
    nvidia_checkpoint,
    published_forward,
    random_generator,
    torchaudios,
)

from voiceover.errors import BadInputError
from voiceover.synthesis.mels import MelConfig
from voiceover.text.characters import PUBLIC_SYMBOLS
from voiceover.types import Line
from voiceover.voices import bundle, catalog, networks
from voiceover.voices.bundle import HIFIGAN_KIND
from voiceover.voices.importing import import_voice
from voiceover.voices.tacotron import open_bundle


@pytest.fixture(autouse=True)
def files(tmp_path, monkeypatch):
    """Give a machine with the files of a small public voice and no voices yet."""
    monkeypatch.setenv("VOICEOVER_HOME", str(tmp_path / "home"))
    torch.manual_seed(6)
    acoustic = torchaudios(SMALL)
    torch.save(nvidia_checkpoint(acoustic), tmp_path / "tacotron2.pt")
    torch.save({"generator": random_generator(SMALL_GENERATOR)}, tmp_path / "g_00000001")
    (tmp_path / "config.json").write_text(json.dumps(config_json(SMALL_GENERATOR)))
    (tmp_path / "hparams.json").write_text(json.dumps({"n_mel_channels": 8}))
    return tmp_path


def given(folder, **changed):
    return {
        "acoustic": folder / "tacotron2.pt",
        "acoustic_config": folder / "hparams.json",
        "vocoder": folder / "g_00000001",
        "vocoder_config": folder / "config.json",
        "name": "public",
    } | changed


def test_a_voice_of_both_networks_opens_and_speaks(files):
    imported = import_voice(**given(files, licence="CC-BY-4.0"))
    assert imported.folder == files / "home" / "voices" / "public"
    assert "148 symbols: taken for the public table" in imported.notes[0]
    card = bundle.read_card(imported.folder)
    assert (card.name, card.language, card.licence, card.consent) == ("public", "en-us", "CC-BY-4.0", "not stated")
    assert card.front_end.name == "en-characters-148"
    assert card.vocoder
    assert card.vocoder.kind == HIFIGAN_KIND
    assert card.vocoder.config["resblock_dilation_sizes"] == [[1, 2], [2, 6], [3, 12]]
    voice = catalog.open_voice("public", "cpu")
    assert voice.read("Dr. No").spoken == "Doctor No"
    assert voice.phonemes("Doctor No") is None
    speech = next(voice.speak([Line(1, 0.0, 1.0, "Oh.")]))
    assert len(speech.audio.samples) > 1000
    assert [word.word for word in speech.words] == ["Oh"]


def test_the_voice_has_the_weights_of_its_files(files):
    folder = import_voice(**given(files)).folder
    voice = networks.load(folder)
    torch.manual_seed(6)
    theirs = torchaudios(SMALL)
    assert all(torch.equal(voice.acoustic.state_dict()[key], tensor) for key, tensor in theirs.state_dict().items())
    weights = torch.load(files / "g_00000001", weights_only=True)["generator"]
    log_mel = torch.randn(1, 8, 6)
    expected = published_forward(weights, SMALL_GENERATOR, log_mel)[0, 0]
    torch.testing.assert_close(voice.vocoder(log_mel)[0], expected, atol=1e-4, rtol=0)
    for vocode in (voice.vocoder.synthesise, lambda mel, seed: open_bundle(folder, "cpu").vocode(mel.numpy(), seed)):
        samples = vocode(log_mel[0], 0)
        torch.testing.assert_close(torch.from_numpy(samples), expected[128:-128], atol=1e-4, rtol=0)


def test_lines_of_letters_end_within_their_last_letter_or_mark(files):
    voice = open_bundle(import_voice(**given(files)).folder, "cpu")
    assert voice._options.end_tokens == 2
    narrator = catalog.open_voice("narrator", "cpu")
    assert narrator._options.end_tokens == 3


def test_without_a_vocoder_the_voice_says_that_it_speaks_through_griffin_lim(files):
    imported = import_voice(**given(files, vocoder=None, vocoder_config=None))
    assert any("Griffin-Lim" in note for note in imported.notes)
    assert networks.load(imported.folder).vocoder is None
    assert not (imported.folder / bundle.VOCODER).exists()


def test_half_a_vocoder_is_refused(files):
    with pytest.raises(BadInputError, match="--vocoder stands alone"):
        import_voice(**given(files, vocoder_config=None))


def test_mels_that_differ_are_refused_with_the_numbers(files):
    (files / "config.json").write_text(json.dumps(config_json(SMALL_GENERATOR, fmax=7600, sampling_rate=24000)))
    with pytest.raises(BadInputError, match="sample_rate 24000 against 22050, f_max 7600 against 8000") as caught:
        import_voice(**given(files))
    assert not (files / "home").exists()
    assert "same mels" in caught.value.remedy
    (files / "config.json").write_text(json.dumps(config_json(SMALL_GENERATOR, hop_size=300)))
    (files / "hparams.json").write_text(json.dumps({"n_mel_channels": 8, "hop_length": 300}))
    with pytest.raises(BadInputError, match="256 samples of a frame of 8 bands, the voice's mels have 300"):
        import_voice(**given(files))


def test_other_mels_are_taken_from_the_hparams(files):
    (files / "config.json").write_text(json.dumps(config_json(SMALL_GENERATOR, fmax=7600)))
    (files / "hparams.json").write_text(json.dumps({"n_mel_channels": 8, "mel_fmax": 7600.0}))
    assert open_bundle(import_voice(**given(files)).folder, "cpu").mel == MelConfig(n_mels=8, f_max=7600.0)


@pytest.mark.parametrize("as_json", [True, False])
def test_a_table_of_the_voices_own_travels_with_it(files, as_json):
    table = [*"_ abcdefghijklmnopqrstuvwxyz.,?!'"]
    small = torchaudios(type(SMALL)(**{**vars_of(SMALL), "n_symbols": len(table)}))
    torch.save(nvidia_checkpoint(small, "module."), files / "own.pt")
    own = given(files, acoustic=files / "own.pt", name="own")
    with pytest.raises(BadInputError, match=r"its embedding has 33 rows\. Only the public table of 148") as caught:
        import_voice(**own)
    assert "--symbols" in caught.value.remedy
    listed = json.dumps(table) if as_json else "\n".join(table) + "\n"
    (files / "symbols").write_text(listed)
    imported = import_voice(**own, symbols=files / "symbols", language="de")
    voice = open_bundle(imported.folder, "cpu")
    assert (voice.card.front_end.name, voice.card.front_end.symbols) == ("de-characters", table)
    assert voice.language == "de-de"
    ids = voice._front_end.tokens("Größe").ids
    assert "".join(table[i] for i in ids) == "grosse."
    (files / "symbols").write_text(json.dumps(table[:-1]))
    with pytest.raises(BadInputError, match=r"lists 32 symbols, .* has 33 rows"):
        import_voice(**own, symbols=files / "symbols", force=True)


def vars_of(config):
    return {name: getattr(config, name) for name in type(config).__dataclass_fields__}


@pytest.mark.parametrize("content", ["a\n\nb", "[1, 2]", '["a", ""]'])
def test_a_table_with_gaps_is_refused(files, content):
    (files / "symbols").write_text(content)
    with pytest.raises(BadInputError, match=r"symbol \d is"):
        import_voice(**given(files, symbols=files / "symbols"))


def test_a_name_that_is_taken_is_refused_before_anything_is_read(files):
    import_voice(**given(files))
    with pytest.raises(BadInputError, match="is there already"):
        import_voice(**given(files, acoustic=files / "none.pt"))
    import_voice(**given(files, force=True))


def test_a_table_that_is_not_the_cards_changes_the_fingerprint(files):
    (files / "one").write_text(json.dumps([*PUBLIC_SYMBOLS[:-1], "@Q"]))
    (files / "two").write_text(json.dumps([*PUBLIC_SYMBOLS[:-1], "@X"]))
    one, two = (
        open_bundle(import_voice(**given(files, name=name, symbols=files / name)).folder, "cpu").fingerprint
        for name in ("one", "two")
    )
    assert one != two


def test_the_command_tells_what_it_assumed(files, run_cli):
    options = [part for key, value in given(files).items() for part in (f"--{key.replace('_', '-')}", value)]
    done = run_cli("voices", "import", *options)
    assert done.exit_code == 0
    assert "148 symbols: taken for the public table" in done.stderr
    assert done.stdout.splitlines()[-1] == "Use it with: --voice public"
    assert run_cli("voices", "import", *options).exit_code == 2
    assert run_cli("voices", "import", *options, "--force").exit_code == 0
    shown = json.loads(run_cli("voices", "show", "public", "--json").stdout)
    assert shown["description"] == "Imported from tacotron2.pt and g_00000001."
