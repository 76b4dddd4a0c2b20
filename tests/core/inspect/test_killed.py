"""The inspection process killed in the middle of a request: a sentence, and the next one works."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pytest
from PIL import Image

from core.inspection import TASKS, InspectionError, ask
from tests.core.inspect.nets import recorded

LONG = ("attribute", *recorded("resnet", 56), 3, None, "occlusion", "stages.2.8", True)  # seconds


def process_id() -> int:
    return os.getpid()


@pytest.fixture
def inspector(monkeypatch) -> int:
    """Id of the process, with its net loaded."""
    monkeypatch.setitem(TASKS, "process_id", "tests.core.inspect.test_killed:process_id")
    ask("activations", *recorded("resnet", 56), 3)
    return ask("process_id")


def test_after_a_kill_in_the_middle_of_a_request_an_upload_is_read(inspector):
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(ask, *LONG)
        time.sleep(0.5)
        assert not asked.done()
        os.kill(inspector, signal.SIGKILL)
        with pytest.raises(InspectionError, match="attribute was cut off: the inspection process"):
            asked.result()
    file = BytesIO()
    Image.new("CMYK", (90, 60)).save(file, "JPEG")
    answer = ask("activations", *recorded("resnet", 8), file.getvalue())
    assert answer["image"].shape == (28, 28, 1)
    assert ask("process_id") != inspector
