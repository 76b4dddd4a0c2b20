import torch

from core.training.batches import Batches


def test_a_batch_depends_on_seed_and_step_alone(make_spec, images):
    first, second = (Batches(make_spec(augmentation="crop-flip"), images) for _ in range(2))
    for step in (0, 17, 18, 3):  # back to an earlier epoch too
        first.at(step)
    assert torch.equal(first.at(40)[0], second.at(40)[0])


def test_plain_and_residual_nets_of_a_seed_see_the_same_batches(make_spec, images):
    plain, residual = (
        Batches(make_spec(family=family, depth=depth, augmentation="crop-flip"), images)
        for family, depth in (("plain", 8), ("resnet", 20))
    )
    for one, other in zip(plain.at(20), residual.at(20), strict=True):
        assert torch.equal(one, other)


def test_seeds_and_epochs_have_different_orders(make_spec, images):
    batches, other = Batches(make_spec(), images), Batches(make_spec(seed=1), images)
    labels = [batches.at(0)[1], batches.at(batches.per_epoch)[1], other.at(0)[1]]
    assert not torch.equal(labels[0], labels[1])
    assert not torch.equal(labels[0], labels[2])


def test_an_epoch_shows_each_image_once_and_drops_the_last_partial_batch(make_spec, images):
    batches = Batches(make_spec(batch_size=32), images)
    assert batches.per_epoch == 18  # of 600 images
    shown = torch.cat([batches.at(step)[0] for step in range(18)])
    assert len(shown.flatten(1).unique(dim=0)) == 576


def test_batches_are_normalised_and_channels_last(make_spec, images):
    batch, labels = Batches(make_spec(batch_size=600), images).at(0)
    assert batch.is_contiguous(memory_format=torch.channels_last)
    assert batch.shape == (600, 1, 28, 28)
    assert abs(batch.mean().item()) < 0.05
    assert abs(batch.std().item() - 1) < 0.05
    assert labels.bincount().tolist() == images.train_labels.bincount().tolist()
