"""Import weights on the Runs page, through the real inspection process."""

import io
import os
import tempfile
from pathlib import Path

import pytest
import torch

from core.nets.families import build_net
from core.spec import RunSpec
from core.store.reads import read_runs
from tests.dashboard.conftest import texts

SPEC = RunSpec(family="resnet", depth=8, width=4, stem_stride=2, steps=1)


def as_file(weights: object) -> bytes:
    content = io.BytesIO()
    torch.save(weights, content)
    return content.getvalue()


@pytest.fixture
def temporary(tmp_path, monkeypatch) -> Path:
    """Where temporary files go."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def form(open_page, temporary):
    """form(content): the form filled for a small net on the embedded images, with a file."""

    def form(content: bytes, depth: int = 8):
        page = open_page("runs")
        page.file_uploader(key="import_file").set_value(("net.th", content, ""))
        page.number_input(key="import_depth").set_value(depth)
        page.selectbox(key="import_stem_stride").set_value(2)
        page.selectbox(key="import_dataset").set_value("fashion-mnist-mini")
        return page.run()

    return form


def imported(page):
    page.button(key="import").click()
    return page.run(timeout=90)


def test_nothing_can_be_imported_before_there_is_a_file(open_page):
    assert open_page("runs").button(key="import").disabled


def test_an_imported_net_stands_among_the_runs_with_its_test_error(form, store, temporary):
    page = imported(form(as_file(build_net(SPEC, 1, 10).state_dict())))
    run = read_runs(store).iloc[0]
    assert run["label"] == "residual-8 (imported)"
    assert [note.value for note in page.success] == [
        f"residual-8 (imported): {run['test_error']:.1f}\u00a0% test error on fashion-mnist-mini."
        " It stands first in the table above."
    ]
    shown = page.dataframe[0].value.iloc[0]
    assert (shown["label"], shown["state"], shown["done"]) == (run["label"], "finished", 100)
    assert not list(temporary.iterdir())


def test_an_imported_net_can_be_opened_as_a_race(form, store, open_page):
    imported(form(as_file(build_net(SPEC, 1, 10).state_dict())))
    page = open_page("race", experiment=read_runs(store)["experiment_id"].iloc[0])
    assert not page.exception
    assert "Not enough evidence yet" in texts(page)


def test_what_is_wrong_with_a_file_is_one_sentence(form, store, temporary):
    page = imported(form(as_file(build_net(SPEC, 1, 10).state_dict()), depth=20))
    assert [note.value for note in page.error] == [
        "net.th holds a net of 8 layers, not of 20; the depth to give is 8"
    ]
    assert read_runs(store).empty
    assert not list(temporary.iterdir())


def test_code_in_a_file_never_runs(form, tmp_path):
    class Evil:
        def __reduce__(self):
            return os.system, (f"touch {tmp_path / 'marker'}",)

    page = imported(form(as_file({"weights": Evil()})))
    assert "code is never run" in page.error[0].value
    assert not (tmp_path / "marker").exists()


def test_a_depth_that_no_net_has_is_a_sentence_beside_the_form(form):
    page = form(b"", depth=21)
    assert [note.value for note in page.error] == [
        "depth 21 is not 6n + 2 between 8 and 1202; the nearest is 20"
    ]
    assert page.button(key="import").disabled


def test_a_known_normalisation_fills_in_its_numbers(open_page):
    page = open_page("runs")
    page.selectbox(key="import_normalisation").set_value("ImageNet").run()
    assert page.text_input(key="import_mean").value == "0.485, 0.456, 0.406"  # torchvision's
    assert page.text_input(key="import_std").value == "0.229, 0.224, 0.225"


def test_a_net_of_torchvision_needs_no_file_and_no_depth(open_page):
    page = open_page("runs")
    page.selectbox(key="import_source").set_value("torchvision:resnet50").run()
    assert not page.button(key="import").disabled
    assert not page.number_input
