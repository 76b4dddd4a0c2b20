import zipfile

import numpy as np
import pytest
from PIL import Image

from core.data.images import Form, decode, sample_form
from core.data.source import Archive, Directory


def say_nothing(message, fraction): ...


def decode_all(folder):
    names = sorted(name for name in Directory(folder).names() if not name.endswith("/"))
    return decode(Directory(folder), names, folder, say_nothing)


def test_pixels_come_out_as_they_went_in(tmp_path, paint):
    paint(tmp_path / "a.png", size=(8, 8))
    images = decode_all(tmp_path)
    pixels = np.asarray(Image.open(tmp_path / "a.png"))
    assert images.dtype == np.uint8
    np.testing.assert_array_equal(images[0], pixels.transpose(2, 0, 1))


def test_grey_images_have_one_channel(tmp_path, paint):
    paint(tmp_path / "a.png", "L")
    paint(tmp_path / "b.png", "L")
    assert decode_all(tmp_path).shape == (2, 1, 8, 8)


def test_one_colour_image_makes_all_rgb(tmp_path, paint):
    paint(tmp_path / "a.png", "L")
    paint(tmp_path / "b.png", "RGB")
    images = decode_all(tmp_path)
    assert images.shape == (2, 3, 8, 8)
    assert (images[0, 0] == images[0, 2]).all()


@pytest.mark.parametrize(
    "sizes", [[(8, 8), (9, 9)], [(65, 65), (65, 65)], [(8, 6), (8, 6)], [(300, 200), (32, 32)]]
)
def test_mixed_large_or_oblong_images_become_32_px(tmp_path, paint, sizes):
    for i, size in enumerate(sizes):
        paint(tmp_path / f"{i}.png", size=size)
    assert decode_all(tmp_path).shape == (2, 3, 32, 32)


def test_squares_of_64_px_keep_their_size(tmp_path, paint):
    paint(tmp_path / "a.png", size=(64, 64))
    assert decode_all(tmp_path).shape == (1, 3, 64, 64)


@pytest.mark.parametrize("suffix", ["png", "jpg"])
def test_the_middle_of_an_oblong_image_is_kept(tmp_path, suffix):
    pixels = np.zeros((300, 900), np.uint8)
    pixels[:, 300:600] = 255  # the middle third is white
    Image.fromarray(pixels).save(tmp_path / f"a.{suffix}")
    assert decode_all(tmp_path)[0, 0, :, 1:-1].min() > 240


def test_sixteen_bits_become_eight_without_clipping(tmp_path):
    Image.fromarray(np.array([[0, 25_600], [51_200, 65_535]], np.uint16)).save(tmp_path / "a.png")
    assert decode_all(tmp_path).tolist() == [[[[0, 100], [200, 255]]]]


def test_a_photo_is_turned_as_its_camera_says(tmp_path):
    pixels = np.zeros((8, 8, 3), np.uint8)
    pixels[0] = 255  # a white first row
    upside_down = Image.Exif()
    upside_down[0x0112] = 3  # tag Orientation: turned by 180 degrees
    Image.fromarray(pixels).save(tmp_path / "a.png", exif=upside_down)
    image = decode_all(tmp_path)[0, 0]
    assert (image[-1] == 255).all()
    assert (image[:-1] == 0).all()


def test_threads_keep_the_order(tmp_path):
    for i in range(12):  # noise, too large a file for the path without threads
        noise = np.random.default_rng(i).integers(0, 20, (200, 200), dtype=np.uint8)
        Image.fromarray(noise + 20 * i).save(tmp_path / f"{i:02d}.png")
    assert (tmp_path / "00.png").stat().st_size > 20_000
    means = decode_all(tmp_path).mean(axis=(1, 2, 3))
    assert (np.diff(means) > 15).all()


def test_progress_ends_at_one(tmp_path, paint_classes):
    folder = paint_classes(tmp_path, images=300, size=(2, 2))
    names = [name for name in Directory(folder).names() if not name.endswith("/")]
    told = []
    decode(Directory(folder), names, folder, lambda message, fraction: told.append(fraction))
    assert told == [500 / 600, 1.0]


def test_the_form_of_a_sample_is_the_form_of_all(tmp_path, paint_classes):
    folder = paint_classes(tmp_path, mode="L", size=(20, 20))
    names = [name for name in Directory(folder).names() if not name.endswith("/")]
    assert sample_form(Directory(folder), names, folder) == Form(20, "L")


def write_garbage(path):
    path.write_bytes(b"this is not a JPEG")


def write_half_an_image(path):
    noise = np.random.default_rng(0).integers(0, 256, (40, 40, 3), dtype=np.uint8)
    Image.fromarray(noise).save(path)
    path.write_bytes(path.read_bytes()[:600])


def write_nothing(path):
    path.write_bytes(b"")


def write_32_bits(path):
    Image.fromarray(np.zeros((8, 8), np.float32)).save(path.with_suffix(".tif"))


@pytest.mark.parametrize(
    ("write", "suffix"),
    [
        (write_garbage, "jpg"),
        (write_half_an_image, "jpg"),
        (write_half_an_image, "png"),
        (write_nothing, "png"),
        (write_32_bits, "tif"),
    ],
)
def test_a_file_that_is_no_image_is_named(tmp_path, paint, write, suffix):
    paint(tmp_path / "a.png", size=(40, 40))
    write(tmp_path / f"b.{suffix}")
    with pytest.raises(
        ValueError, match=rf"^b.{suffix} in .* is no image that can be read \(.+\)$"
    ):
        decode_all(tmp_path)


def test_a_flipped_bit_in_a_zip_is_noticed(tmp_path, paint_classes, zip_up):
    path = zip_up(paint_classes(tmp_path / "pets"), tmp_path / "pets.zip")
    content = bytearray(path.read_bytes())
    content[150] ^= 1
    path.write_bytes(content)
    with (
        zipfile.ZipFile(path) as archive,
        pytest.raises(ValueError, match=r"cat/000.png .* no image"),
    ):
        decode(Archive(archive), archive.namelist(), path, say_nothing)


def test_an_encrypted_zip_is_refused(tmp_path, paint_classes, zip_up):
    path = zip_up(paint_classes(tmp_path / "pets"), tmp_path / "pets.zip")
    content = bytearray(path.read_bytes())
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(signature)
        while at >= 0:
            content[at + flags] |= 1
            at = content.find(signature, at + 1)
    path.write_bytes(content)
    with zipfile.ZipFile(path) as archive, pytest.raises(ValueError, match="encrypted"):
        decode(Archive(archive), archive.namelist(), path, say_nothing)
