import json

import pytest
import torch
from safetensors.torch import save_file
from sqlalchemy import update

from core.inspect.nets import load_net
from core.nets.families import build_net
from core.spec import RunSpec
from core.store.database import open_store
from core.store.reads import read_checkpoints, read_curves, read_runs
from core.store.runs import delete_runs
from core.store.tables import runs
from core.training.evaluation import evaluate
from core.weight_settings import WeightSettings
from core.weights import import_weights
from tests.core.inspect.nets import TRAINED, recorded, untrained
from tests.racing import final_weights, queue, run_to_the_end


@pytest.fixture(scope="module")
def race(tmp_path_factory):
    """A store of its own with a residual net that was trained 40 steps; its URL and run."""
    store = open_store(str(tmp_path_factory.mktemp("race") / "lab.db"))
    run_id = queue(store, families=("resnet",), steps=40)[0]
    run_to_the_end(store)
    return store, run_id


def test_error(loaded) -> float:
    images = loaded.images
    return evaluate(loaded.net, loaded.normalise, images.test_images, images.test_labels)[1]


test_error.__test__ = False
