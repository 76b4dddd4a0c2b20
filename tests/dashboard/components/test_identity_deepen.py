"""The section on deepening, with the real inspection process, on nets of the recorded race."""

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import jobs
from dashboard.components import identity_counting
from dashboard.components.identity_choice import blocks_table
from dashboard.components.identity_counting import MOST_IMAGES, counts_table, deepened
from dashboard.data import gallery
from dashboard.sides import side
from tests.core.inspect.nets import recorded
from tests.dashboard.conftest import badges, figures, texts
from tests.racing import wait_for

PATIENCE = 90  # seconds: the first answer includes the import of torch
NETS = [recorded(family, 8) for family in ("plain", "resnet")]


def section() -> None:
    import streamlit as st

    from dashboard.components.identity_deepen import deepen_section
    from dashboard.data import gallery
    from dashboard.sides import side

    runs = st.query_params.get_all("run")
    left, right = (side(gallery(), run_id, 468) for run_id in runs)
    deepen_section((left, right))


def open_section(depth: int = 32, nets=NETS) -> AppTest:
    page = AppTest.from_function(section, default_timeout=PATIENCE)
    page.query_params["run"] = [address[2] for address in nets]
    page.query_params["to"] = str(depth)
    page.run()
    assert not page.exception
    return page


@pytest.fixture
def few(monkeypatch):
    """Images, for speed: two pieces of each split."""
    monkeypatch.setattr(identity_counting, "MOST_IMAGES", 40)
    monkeypatch.setattr(identity_counting, "PIECE", 20)


@pytest.fixture(autouse=True)
def nothing_is_known_yet(store):
    jobs._jobs.clear()
    yield
    jobs._jobs.clear()


def of_gallery(address):
    found = side(gallery(), address[2], 468)
    assert found is not None
    return found


def test_before_it_is_counted_both_nets_are_drawn_with_their_new_blocks():
    page = open_section()
    assert figures(page) == ["deepen-net-0", "deepen-net-1"]
    assert "**plain-8** at step 468 and 12 new blocks" in texts(page)  # (32 - 8) / 2 layers
    assert "12,000 images go through each net" in texts(page)  # 2,000 of the test, 10,000 others
    assert badges(page) == {"live"}


def test_identity_blocks_change_no_answer_and_random_ones_do(few):
    page = open_section()
    page.button(key="start-deepen").click().run()
    (job,) = jobs._jobs.values()
    wait_for(lambda: job.ended, PATIENCE)
    assert not job.fault
    page.run()
    assert figures(page)[2:] == ["deepen-errors-0", "deepen-errors-1"]
    assert texts(page).count("with identity blocks changes 0 of 80 answers") == 2
    assert "exactly as good **exists**" in texts(page)
    assert "0.0\u00a0% of the answers of **residual-8**" in texts(page)
    assert "so plain-8 is copied exactly only for *use*" in texts(page)
    assert "start-deepen" not in {button.key for button in page.button}
    found = [deepened(of_gallery(address), 32) for address in NETS]
    table = counts_table(["left", "right"], found)
    assert len(table) == 8  # two nets, two kinds of blocks, two splits
    assert set(table["images"]) == {40}
    assert (table.loc[table["insertion"] == "random", "moved"] > 0).all()


def test_what_was_counted_is_there_for_others_and_after_a_stop_it_goes_on(few):
    page = open_section()
    page.button(key="start-deepen").click().run()
    (job,) = jobs._jobs.values()
    one = deepened(of_gallery(NETS[0]), 32).tallies["test", "identity"]
    wait_for(lambda: one.seen or job.ended, PATIENCE)
    job.stop()
    wait_for(lambda: job.ended, PATIENCE)
    seen = one.seen
    assert seen
    other = open_section()
    assert "deepen-errors-0" in figures(other)
    if job.fault:
        other.button(key="again-deepen").click().run()
    (again,) = jobs._jobs.values()
    wait_for(lambda: again.ended, PATIENCE)
    assert one.complete
    assert one.seen == 40


@pytest.mark.parametrize("depth", [32, 56])
def test_a_net_that_has_so_many_layers_already_is_told_in_a_sentence(depth):
    page = open_section(depth, [NETS[0], recorded("plain", 56)])
    (note,) = page.info
    assert f"depth {depth} is not deeper than plain-56" in note.value
    assert figures(page) == ["deepen-net-0"]


def test_inserted_blocks_stand_behind_those_of_their_stage():
    table = blocks_table(of_gallery(NETS[0]), 14)  # three stages of two blocks
    assert list(table["address"]) == [f"stages.{stage}.{n}" for stage in range(3) for n in (0, 1)]
    assert list(table["inserted"]) == 3 * [False, True]


def test_no_more_images_are_counted_than_the_page_says():
    tallies = deepened(of_gallery(NETS[0]), 32).tallies
    assert {split: tally.images for (split, _), tally in tallies.items()} == {
        "test": 2000,  # of Fashion-MNIST mini
        "train": MOST_IMAGES,
    }
