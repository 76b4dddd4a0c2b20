import shlex

import pytest

from core.presets import PAPER, PRESETS, command, find_preset, follows_paper, with_settings


@pytest.mark.parametrize("preset", PRESETS.values(), ids=list(PRESETS))
def test_a_preset_is_called_what_it_is_stored_under(preset):
    assert PRESETS[preset.name] is preset
    assert with_settings(preset, {}) == preset


def test_the_paper_preset_is_section_4_2():
    # He et al. 2015, section 4.2: 64k steps, divided by 10 at 32k and 48k, batch 128, ...
    recipe = (PAPER.batch_size, PAPER.learning_rates, PAPER.momentum, PAPER.weight_decay)
    assert recipe == (128, (0.1,), 0.9, 1e-4)
    assert [round(share * PAPER.steps) for share in PAPER.milestones] == [32_000, 48_000]
    assert (PAPER.width, PAPER.shortcut, PAPER.augmentation) == (16, "A", "crop-flip")
    assert PAPER.warmup_rate == 0.01


def test_text_from_a_terminal_becomes_values():
    experiment = with_settings(
        find_preset("classroom"),
        {"depths": "8, 20", "batch_norm": "False", "warmup_rate": "none", "steps": "50"},
    )
    assert experiment.depths == (8, 20)
    assert experiment.batch_norm is False
    assert (experiment.steps, experiment.epochs) == (50, None)


def test_an_unknown_preset_names_those_there_are():
    with pytest.raises(ValueError, match="no preset 'clasroom'; there are classroom, quick"):
        find_preset("clasroom")


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"seeds": (0, 1, 2)},
        {"steps": 100},
        {"depths": (8, 110), "milestones": (0.2, 0.9), "weight_decay": 0.0},
        {"dataset": "folder:/a b/c", "device": "cpu"},
    ],
)
@pytest.mark.parametrize("preset", ["classroom", "paper", "tuning"])
def test_the_command_of_an_experiment_makes_the_same_experiment(preset, settings):
    experiment = with_settings(find_preset(preset), settings)
    words = shlex.split(command(experiment))
    assert words[:4] == ["python", "-m", "core", "race"]
    options = list(zip(words[5::2], words[6::2], strict=True))
    read = dict(value.split("=", 1) for option, value in options if option == "--set")
    if "--device" in words:
        read["device"] = words[words.index("--device") + 1]
    seeds = tuple(int(value) for option, value in options if option == "--seed")
    again = with_settings(find_preset(words[4]), read | ({"seeds": seeds} if seeds else {}))
    assert again.specs() == experiment.specs()


def test_published_numbers_stand_beside_their_own_recipe_only():
    assert follows_paper(with_settings(PAPER, {"depths": "20", "seeds": "3"}))
    assert not follows_paper(with_settings(PAPER, {"width": "8"}))
    assert not follows_paper(find_preset("cifar10"))
