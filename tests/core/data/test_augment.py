import pytest
import torch
from torchvision.transforms.functional import crop as torchvision_crop
from torchvision.transforms.functional import hflip, pad

from core.data.augment import AUGMENTATIONS, PADDING, Draws, crop, flip, normalise


@pytest.fixture
def images():
    shape, generator = (6, 3, 10, 12), torch.Generator().manual_seed(0)
    return torch.randint(1, 256, shape, dtype=torch.uint8, generator=generator)


@pytest.fixture
def draws():
    offsets = torch.tensor([[0, 0], [8, 8], [4, 4], [0, 8], [3, 5], [7, 1]])
    return Draws(offsets, torch.tensor([True, False, True, False, True, False]))


def test_a_crop_is_torchvisions_crop_of_the_padded_image(images, draws):
    cropped = crop(images, draws.offsets)
    for image, (top, left), window in zip(images, draws.offsets.tolist(), cropped, strict=True):
        padded = pad(image, [PADDING])
        assert torch.equal(window, torchvision_crop(padded, top, left, 10, 12))


def test_a_flip_mirrors_left_to_right_where_drawn(images, draws):
    flipped = flip(images, draws.flips)
    for image, mirrored, result in zip(images, draws.flips, flipped, strict=True):
        assert torch.equal(result, hflip(image) if mirrored else image)


def test_no_augmentation_returns_the_images(images, draws):
    assert AUGMENTATIONS["none"](images, draws) is images


def test_crop_flip_crops_then_flips(images, draws):
    expected = flip(crop(images, draws.offsets), draws.flips)
    assert torch.equal(AUGMENTATIONS["crop-flip"](images, draws), expected)


@pytest.mark.parametrize("name", AUGMENTATIONS)
def test_augmentation_keeps_shape_and_bytes(name, images, draws):
    augmented = AUGMENTATIONS[name](images, draws)
    assert (augmented.shape, augmented.dtype) == (images.shape, torch.uint8)


def test_normalised_pixels_are_in_standard_deviations_from_the_mean():
    images = torch.tensor([[[[0, 255]], [[51, 102]]]], dtype=torch.uint8)
    normalised = normalise(images, torch.tensor([0.5, 0.2]), torch.tensor([0.25, 0.1]))
    torch.testing.assert_close(normalised, torch.tensor([[[[-2.0, 2.0]], [[0.0, 2.0]]]]))
    assert normalised.is_contiguous(memory_format=torch.channels_last)
