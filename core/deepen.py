"""A trained net deepened by identity blocks and kept as a new run: no training, same answers."""

import json
import time
from typing import NamedTuple

from sqlalchemy import Row

from core.cost import multiply_adds
from core.data.catalogue import describe_dataset
from core.deeper import deeper_spec
from core.inspect.deepened import deepened_copy
from core.inspect.nets import THREADS, Address, Loaded, load_net
from core.kept_nets import Told, keep_net
from core.nets.families import ConvNet
from core.spec import RunSpec
from core.store.database import Store, open_store
from core.store.reads import list_run
from core.training.device import choose_threads, threads
from core.training.evaluation import evaluate

MOST_WORK = 2e11  # multiply-adds of a test that a page waits for
NORMALISATION = ("weights", "mean", "std")  # of an imported net, in its run's versions


class Deepened(NamedTuple):
    """A deepened net that is kept: its run, and test errors in %, on so many images."""

    run: str
    spec: RunSpec
    error_before: float
    error_after: float
    images: int


def deepen_run(user_url: str, url: str, read_only: bool, run_id: str, step: int, depth: int) -> str:
    """Keep a run's net, deepened by identity, in the user's store; the new run's id.

    It is a finished run of no steps. It is tested unless that would take long.

    Args:
        user_url: of the user's store.
        url: of the run's store, which may be the gallery's; like `read_only`, the run and the step.
        depth: of the deepened net.

    Raises:
        ValueError: no such net, or a depth that it cannot have; one sentence.
        OSError, DBAPIError: the store cannot be written.
    """
    made = _deepen((url, read_only, run_id, step), depth)
    images = len(made.loaded.images.test_labels)
    work = images * multiply_adds(made.spec, describe_dataset(made.spec.dataset))
    with threads(THREADS):
        error, seconds = _test(made.loaded, made.net) if work <= MOST_WORK else (None, 0.0)
    return _keep(open_store(user_url), made, "dashboard", error, seconds)


def deepen_and_test(store: Store, address: Address, depth: int) -> Deepened:
    """The same for the command line: both nets are tested on all test images.

    Args:
        store: the user's.
        address: of the net to deepen; errors are those of `deepen_run`.
    """
    made = _deepen(address, depth)
    images = made.loaded.images.test_images
    with threads(choose_threads(made.spec, images.shape[-1])):
        before, _ = _test(made.loaded, made.loaded.net)
        after, seconds = _test(made.loaded, made.net)
    run = _keep(store, made, "command line", after, seconds)
    return Deepened(run, made.spec, before, after, len(images))


class _Made(NamedTuple):
    """A deepened net and its spec, and the net that it was made of."""

    spec: RunSpec
    net: ConvNet
    loaded: Loaded
    parent: Row


def _deepen(address: Address, depth: int) -> _Made:
    url, read_only, run_id, step = address
    loaded = load_net(*address)
    parent = list_run(open_store(url, read_only=read_only), run_id)
    if parent is None:
        raise ValueError(f"run {run_id} was deleted a moment ago")
    net = deepened_copy(loaded, run_id, step, depth, "identity")
    return _Made(deeper_spec(loaded.spec, depth, run_id, step), net, loaded, parent)


def _test(loaded: Loaded, net: ConvNet) -> tuple[float, float]:
    """Error on all test images, %, and seconds."""
    started, images = time.perf_counter(), loaded.images
    _, error = evaluate(net, loaded.normalise, images.test_images, images.test_labels)
    return error, time.perf_counter() - started


def _keep(store: Store, made: _Made, source: str, error: float | None, seconds: float) -> str:
    name, origin = f"{made.spec.net} from {made.loaded.spec.net}", made.spec.origin
    assert origin is not None
    facts = json.loads(made.parent.versions or "{}")
    told = Told(
        experiment=name,
        label=name,
        message=f"{origin.change} from run {origin.run} at step {origin.step}",
        source=source,
        facts={fact: facts[fact] for fact in NORMALISATION if fact in facts},
    )
    return keep_net(store, made.spec, made.net, told, error, seconds)
