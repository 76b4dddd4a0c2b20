import pytest

from core.nets.families import build_net
from core.presets import PAPER
from core.training.recipe import Plateau, make_optimizer, scheduled_rate


@pytest.mark.parametrize(  # He et al. 2015, section 4.2
    ("step", "rate"),
    [(0, 0.1), (31_999, 0.1), (32_000, 0.01), (47_999, 0.01), (48_000, 0.001), (63_999, 0.001)],
)
def test_the_papers_rate_falls_at_32k_and_48k_steps(step, rate):
    assert scheduled_rate(PAPER.specs()[0], step / 64_000) == pytest.approx(rate)


@pytest.mark.parametrize(("progress", "rate"), [(0, 0.2), (0.5, 0.1), (1, 0)])
def test_cosine_falls_from_the_full_rate_to_zero(make_spec, progress, rate):
    spec = make_spec(schedule="cosine", learning_rate=0.2)
    assert scheduled_rate(spec, progress) == pytest.approx(rate)


def test_a_constant_rate_stays(make_spec):
    spec = make_spec(schedule="constant", learning_rate=0.2)
    assert {scheduled_rate(spec, progress) for progress in (0, 0.5, 1)} == {0.2}


def test_the_optimizer_is_the_specs_and_holds_every_parameter(make_spec):
    spec = make_spec(momentum=0.8, weight_decay=0.003)
    net = build_net(spec, 1, 10)
    (group,) = make_optimizer(spec, net).param_groups
    assert (group["momentum"], group["weight_decay"], group["nesterov"]) == (0.8, 0.003, False)
    assert set(group["params"]) == set(net.parameters())


def test_the_rate_falls_to_a_tenth_when_the_validation_error_plateaus():  # He et al. 2015, sec. 3.4
    plateau, factors = Plateau(steps=100), []
    for step, error in enumerate((50, 40, 41, 40, 40, 39, 39), start=1):
        plateau.see(5 * step, error)
        factors.append(plateau.factor)
    assert factors == [1, 1, 1, 0.1, 0.1, 0.1, 0.1]
