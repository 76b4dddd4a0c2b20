"""The sample pictures and what is told of them."""

import re

import numpy as np
import pytest

from core.data.images import Form
from core.inspect.uploads import read_upload
from tests.racing import ROOT

FOLDER = ROOT / "assets" / "images"
MOST_BYTES = 400_000  # of all together


def listed() -> dict[str, str]:
    """File and licence of each line of the table."""
    rows = re.findall(r"^\| `(\S+\.jpg)` .*$", (FOLDER / "README.md").read_text("utf-8"), re.M)
    lines = (FOLDER / "README.md").read_text("utf-8").splitlines()
    return {row: next(line for line in lines if line.startswith(f"| `{row}`")) for row in rows}


def test_every_sample_has_a_line_and_every_line_a_sample():
    files = {file.name for file in FOLDER.iterdir()} - {"README.md"}
    assert files == set(listed())
    assert files


def test_every_sample_is_free():
    for line in listed().values():
        assert line.split("|")[4].strip() in ("public domain", "CC0")


def test_the_samples_are_small():
    assert sum(file.stat().st_size for file in FOLDER.glob("*.jpg")) < MOST_BYTES


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.jpg")), ids=lambda file: file.stem)
def test_every_sample_is_read(file):
    assert np.ptp(read_upload(file.read_bytes(), Form(28, "L"))) > 0
