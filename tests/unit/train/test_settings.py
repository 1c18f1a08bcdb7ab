"""A training's numbers from a file."""

from pathlib import Path

import pytest

from voiceover.errors import BadInputError
from voiceover.train import acoustic, vocoder
from voiceover.train.settings import choose

RECIPE = Path(__file__).parents[3] / "examples" / "narrator"


def write(tmp_path, text):
    path = tmp_path / "numbers.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_replaces_what_it_names_and_a_call_what_it_gives(tmp_path):
    path = write(
        tmp_path,
        "[network]\nframes_per_step = 2\n[training]\nframe_drop = 1\nguide_fades = [0.2, 0.5]\n"
        "[loop]\nsteps = 99\nlearning_rate = 2e-3\n",
    )
    network, settings = choose(acoustic.PRESETS, "compact", path, steps=None, precision="fp32")
    preset_network, preset = acoustic.PRESETS["compact"]
    assert network.frames_per_step == 2
    assert network.prenet_dim == preset_network.prenet_dim
    assert (settings.frame_drop, settings.guide_fades) == (1.0, (0.2, 0.5))
    assert settings.guide == preset.guide
    assert (settings.loop.steps, settings.loop.learning_rate, settings.loop.precision) == (99, 2e-3, "fp32")
    assert settings.loop.hold == preset.loop.hold
    assert choose(acoustic.PRESETS, "compact", path, steps=7)[1].loop.steps == 7
    assert choose(vocoder.PRESETS, "compact", None) == vocoder.PRESETS["compact"]


@pytest.mark.parametrize(
    ("preset", "text", "told"),
    [
        ("huge", "", "--preset huge: there is no such preset"),
        ("compact", "[loop]\nstep = 5", r"numbers.toml: \[loop\] step is no setting"),
        ("compact", "[loop]\nsteps = 'many'", r"numbers.toml: \[loop\] steps = 'many': .*integer"),
        ("compact", "[loop]\nsteps = -5", r"numbers.toml: \[loop\] steps = -5: a number of 0 or more"),
        ("compact", "[loop]\nlearning_rate = nan", "learning_rate = nan"),
        ("compact", "[training]\nloop = 5", r"\[training\] loop is no setting"),
        ("compact", "steps = 5", "numbers.toml: steps has no place there"),
        ("compact", "[loop\n", "numbers.toml: cannot be read as TOML"),
        ("finetune", "[network]\nencoder_dim = 8", r"\[network\] has no place with --preset finetune"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, preset, text, told):
    with pytest.raises(BadInputError, match=told):
        choose(acoustic.PRESETS, preset, write(tmp_path, text))


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(BadInputError, match=r"missing\.toml: no such file"):
        choose(acoustic.PRESETS, "compact", tmp_path / "missing.toml")


@pytest.mark.parametrize(
    ("presets", "preset", "name"),
    [
        (acoustic.PRESETS, "compact", "acoustic"),
        (vocoder.PRESETS, "compact", "vocoder"),
        (vocoder.PRESETS, "adversarial", "pair"),
    ],
)
def test_the_narrators_recipe_holds_settings_that_exist(presets, preset, name):
    choose(presets, preset, RECIPE / f"{name}.toml")
