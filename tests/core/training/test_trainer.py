import math
from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file, save_file

from core.depths import TRAINED


def assert_same(first, second):
    """Two states are equal, bit for bit."""
    assert first.keys() == second.keys()
    for name, tensor in first.items():
        torch.testing.assert_close(tensor, second[name], rtol=0, atol=0, msg=name)


def values(points):
    return [(point.step, point.split, point.loss, point.error) for point in points]


@pytest.mark.parametrize("family", TRAINED)
@pytest.mark.parametrize("batch_norm", [True, False])
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_a_saved_run_goes_on_to_the_same_weights(
    make_trainer, tmp_path, family, batch_norm, precision
):
    fields = {"family": family, "batch_norm": batch_norm, "precision": precision}
    fields |= {"augmentation": "crop-flip", "learning_rate": 0.01}
    unbroken = make_trainer(**fields)
    points = unbroken.advance(30)

    first = make_trainer(**fields)
    before = first.advance(17)
    save_file(first.state_dict(), tmp_path / "state.safetensors")
    second = make_trainer(**fields)
    second.load_state_dict(load_file(tmp_path / "state.safetensors"))

    assert values(before + second.advance(13)) == values(points)
    assert_same(second.state_dict(), unbroken.state_dict())


def test_a_saved_run_goes_on_with_its_plateaus(make_trainer):
    fields = {"schedule": "plateau", "validation_fraction": 0.2, "label_noise": 1.0, "epochs": 30}
    unbroken, first, second = (make_trainer(**fields) for _ in range(3))
    points = unbroken.advance(450)
    before = first.advance(200)
    second.load_state_dict(first.state_dict())
    assert values(before + second.advance(250)) == values(points)
    rates = [point.learning_rate for point in points if point.split == "validation"]
    assert rates[0] == 0.1
    assert rates[-1] < 0.1  # nothing is to be learned from wrong labels: the error plateaus


def test_a_saved_run_ends_with_the_same_summary(make_trainer):
    unbroken, first, second = (make_trainer(epochs=3) for _ in range(3))
    unbroken.advance(100)
    first.advance(unbroken.steps - 5)  # within the last epoch
    second.load_state_dict(first.state_dict())
    second.advance(100)
    assert second.summary() == unbroken.summary()


def test_slices_and_other_runs_in_between_change_nothing(make_trainer):
    alone, sliced, other = (make_trainer(), make_trainer(), make_trainer(family="plain", seed=1))
    points, in_slices = alone.advance(45), []
    while not sliced.finished:
        in_slices += sliced.advance(4)
        other.advance(3)
    assert values(in_slices) == values(points)
    assert_same(sliced.state_dict(), alone.state_dict())


def test_saving_is_a_copy_that_training_does_not_reach(make_trainer):
    trainer = make_trainer()
    trainer.advance(2)
    state = trainer.state_dict()
    kept = {name: tensor.clone() for name, tensor in state.items()}
    trainer.advance(2)
    assert_same(state, kept)


def test_evaluation_leaves_the_run_as_it_was(make_trainer, images):
    trainer = make_trainer()
    trainer.advance(3)
    trainer.net.stages[0].eval()  # as found, also where modes differ
    modes = [module.training for module in trainer.net.modules()]
    state, random_state = trainer.state_dict(), torch.get_rng_state()
    trainer.summary()
    assert_same(trainer.state_dict(), state)
    assert [module.training for module in trainer.net.modules()] == modes
    assert torch.equal(torch.get_rng_state(), random_state)


def test_a_net_learns(make_trainer):
    trainer = make_trainer(epochs=8, width=8)
    start, *_, end = (p for p in trainer.advance(10_000) if p.split == "test")
    assert start.error > 80  # ten classes
    assert end.error < 40


def test_a_step_is_sgd_with_momentum_on_the_mean_loss(make_trainer):
    trainer = make_trainer(weight_decay=0.01, schedule="constant")
    trainer.advance(1)
    weights = {name: p.detach().clone() for name, p in trainer.net.named_parameters()}
    momentum = {
        name: trainer.optimizer.state[p]["momentum_buffer"].clone()
        for name, p in trainer.net.named_parameters()
    }
    images, labels = trainer.batches.at(1)
    trainer.optimizer.zero_grad()
    torch.nn.functional.cross_entropy(trainer.net(images), labels).backward()
    expected = {}
    for name, parameter in trainer.net.named_parameters():
        gradient = parameter.grad + 0.01 * weights[name]
        expected[name] = weights[name] - 0.1 * (0.9 * momentum[name] + gradient)
    trainer.optimizer.zero_grad()
    trainer.advance(1)
    for name, parameter in trainer.net.named_parameters():
        torch.testing.assert_close(parameter.detach(), expected[name])


def test_points_come_at_the_same_steps_for_all_families(make_trainer):
    runs = [make_trainer(family=family).advance(45) for family in TRAINED]
    assert len({tuple((point.step, point.split) for point in points) for points in runs}) == 1


def test_a_run_begins_with_a_test_point_and_ends_with_both(make_trainer):
    points = make_trainer().advance(45)
    assert (points[0].step, points[0].split) == (0, "test")
    assert [(p.step, p.split) for p in points[-2:]] == [(45, "train"), (45, "test")]


def test_a_train_point_is_the_mean_over_the_batches_since_the_last(make_trainer):
    steps = {"steps": 300, "width": 2}  # a point every second step
    sums = [0.0]
    counting = make_trainer(**steps)
    points = []
    for _ in range(12):
        before = counting.recent[0].item()
        points += counting.advance(1)
        sums.append(counting.recent[0].item() - before)
    losses = [p for p in points if p.split == "train"]
    assert [p.step for p in losses] == [1, 2, 4, 6, 8, 10, 12]
    repeated = make_trainer(**steps)
    repeated.advance(2)
    batch_losses = []
    for step in (2, 3):
        images, labels = repeated.batches.at(step)
        logits = repeated.net(images)
        batch_losses.append(torch.nn.functional.cross_entropy(logits, labels).item())
        repeated.advance(1)
    assert losses[2].loss == pytest.approx(sum(batch_losses) / 2)


def test_the_reported_training_error_is_the_mean_of_the_last_epoch(make_trainer):
    trainer = make_trainer(epochs=2)  # 36 steps, a point each
    points = [p for p in trainer.advance(100) if p.split == "train"]
    last = [p.error for p in points if p.step > trainer.batches.per_epoch]
    assert len(last) == 18
    assert trainer.summary().train_error == pytest.approx(sum(last) / 18)


def test_the_last_test_point_is_the_reported_test_error(make_trainer):
    trainer = make_trainer()
    points = trainer.advance(45)
    assert trainer.summary().test_error == points[-1].error


@pytest.mark.parametrize("batch_norm", [True, False])
def test_a_learning_rate_far_too_high_diverges_and_stops(make_trainer, batch_norm):
    trainer = make_trainer(learning_rate=1e6, steps=400, batch_norm=batch_norm)
    points = trainer.advance(400)
    assert trainer.finished
    assert trainer.diverged_at == trainer.step < 400
    assert all(math.isfinite(p.loss) for p in points)
    assert trainer.advance(5) == []
    assert trainer.step == trainer.diverged_at


def test_a_diverged_run_is_still_so_when_loaded(make_trainer):
    diverged, loaded = (make_trainer(learning_rate=1e6, steps=400) for _ in range(2))
    diverged.advance(400)
    loaded.load_state_dict(diverged.state_dict())
    assert loaded.diverged_at == diverged.diverged_at


def test_the_deepest_net_has_a_finite_loss_before_it_has_trained(make_trainer):
    trainer = make_trainer(depth=1202, width=1, batch_size=8)
    (point,) = trainer.advance(1, seconds=0)[:1]
    assert point.step == 0
    assert point.loss < 100  # with running statistics of 0 and 1 it overflows


def test_advance_stops_after_one_step_when_its_time_is_over(make_trainer):
    trainer = make_trainer()
    trainer.advance(40, seconds=0)
    assert trainer.step == 1


def test_a_small_net_trains_with_one_thread_and_leaves_torch_its_own(make_trainer):
    before = torch.get_num_threads()
    trainer, seen = make_trainer(), []
    trainer.net.stem.register_forward_hook(lambda *_: seen.append(torch.get_num_threads()))
    trainer.advance(2)
    trainer.summary()
    assert set(seen) == {1}
    assert torch.get_num_threads() == before


def test_advance_by_no_step_does_nothing(make_trainer):
    trainer = make_trainer()
    assert trainer.advance(0) == []
    assert trainer.step == 0


def test_warm_up_lasts_until_the_training_error_is_below_80(make_trainer):
    fields = {"warmup_rate": 0.02, "learning_rate": 0.05, "epochs": 4, "schedule": "constant"}
    points = [p for p in make_trainer(**fields).advance(1000) if p.split == "train"]
    learned = next(i for i, point in enumerate(points) if point.error < 80)
    assert learned > 0
    assert {p.learning_rate for p in points[:learned]} == {0.02}
    assert {p.learning_rate for p in points[learned:]} == {0.05}


def test_a_batch_larger_than_the_data_is_refused(make_trainer):
    with pytest.raises(ValueError, match="batch size 1000 is larger than the 600 training images"):
        make_trainer(batch_size=1000)


def test_few_training_images_are_enough_for_a_summary(make_trainer, images):
    few = replace(
        images, train_images=images.train_images[:40], train_labels=images.train_labels[:40]
    )
    trainer = make_trainer(images=few, steps=3)
    trainer.advance(3)
    assert 0 <= trainer.summary().train_error_eval <= 100
