import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from core.presets import PRESETS, as_text
from core.spec import Experiment
from core.store.reads import find_experiment, read_experiments, read_runs
from core.store.recording import record_speed
from dashboard.components.fields import FIELDS
from dashboard.words import plural
from tests.racing import cpu


def key(page: AppTest, name: str) -> str:
    """The key of a field's widget since the form was last filled."""
    return f"form_{page.session_state['form_filling']}_{name}"


def field(page: AppTest, name: str) -> object:
    """What stands in a field of the form."""
    return page.session_state[key(page, name)]


def fill(page: AppTest, **values: object) -> AppTest:
    """Write into fields of the form."""
    for name, value in values.items():
        if name == "dataset":  # what one types becomes an option in the browser
            page.selectbox(key=key(page, "dataset")).options.append(value)
        page.session_state[key(page, name)] = value
    return page.run()


def sentence_beside(page: AppTest, name: str) -> str:
    """The error right under a field; empty when something else stands there."""
    nodes = list(page)
    wanted = key(page, name)
    (place,) = [i for i, node in enumerate(nodes) if getattr(node, "key", "") == wanted]
    return str(nodes[place + 1].value) if nodes[place + 1].type == "error" else ""


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_fills_the_form_and_tells_what_it_costs(open_page, name):
    preset = PRESETS[name]
    page = open_page().selectbox(key="form_preset").select(name).run()
    assert not page.exception
    assert not page.error
    assert field(page, "name") == name
    assert field(page, "depths") == as_text(preset.depths)
    assert field(page, "families") == list(preset.families)
    cost = page.caption[0].value
    assert plural(len(preset.specs()), "net") in cost
    assert (preset.question in cost) == (preset.question != page.title[0].value)
    assert f"depths {as_text(preset.depths)}" in cost
    assert "parameters" in cost
    assert "FLOPs an image" in cost
    assert not page.button(key="start").disabled


def test_the_cost_tells_the_time_once_this_device_was_timed(open_page, store):
    page = open_page()
    assert page.caption[0].value.endswith("timing this device ...")
    record_speed(
        store,
        device_name=cpu().name,
        precision=cpu().precision,
        layers=20,
        multiply_adds=2_000_000,
        batch_size=128,
        seconds_per_step=0.05,
    )
    assert page.run().caption[0].value.endswith("**")


def test_the_form_has_a_field_for_everything_in_the_spec(open_page):
    assert set(FIELDS) == set(Experiment.model_fields) - {"question", "chosen"}
    page = open_page()
    shown = {str(getattr(node, "key", "")) for node in page}
    assert {key(page, name) for name in FIELDS} <= shown


def test_a_preset_undoes_what_was_changed_by_hand(open_page):
    page = fill(open_page(), depths="8, 14", epochs="1")
    page.selectbox(key="form_preset").select("quick").run()
    assert (field(page, "depths"), field(page, "epochs")) == ("8, 20", "6")


BAD = [
    ("depths", "8, 21", "depth 21 is not 6n + 2 between 8 and 1202; the nearest is 20"),
    ("width", "0", "width 0 is too small; the nearest is 1"),
    ("batch_size", "10001", "batch size 10001 is larger than the 10000 training images"),
    ("seeds", "-1", "seeds -1 is too small; the nearest is 0"),
    ("learning_rates", "abc", "learning rates abc is not a number"),
    ("milestones", "0.8, 0.5", "must rise; the nearest is (0.5, 0.8)"),
    ("epochs", "", "give either epochs or steps, not neither"),
    ("steps", "100", "give either epochs or steps, not both"),
    ("device", "cuda", "no cuda here; there is cpu"),
    ("dataset", "fashion", "there is no data set 'fashion'; the nearest is fashion-mnist"),
    ("dataset", "folder:/none/there", "there is no /none/there"),
    ("families", [], "families: give at least one"),
    ("name", "", "name is empty; give at least one letter"),
]
BESIDE = {"steps": "epochs"}  # either one is wrong: told at the first


@pytest.mark.parametrize(("name", "value", "says"), BAD)
def test_a_bad_value_is_a_sentence_beside_its_field(open_page, store, name, value, says):
    page = fill(open_page(), **{name: value})
    assert not page.exception
    assert says in sentence_beside(page, BESIDE.get(name, name))
    assert len(page.error) == 1
    assert says in page.caption[0].value
    assert page.button(key="start").disabled
    assert read_runs(store).empty


def test_two_bad_values_are_two_sentences(open_page):
    page = fill(open_page(), width="0", depths="9")
    assert sentence_beside(page, "width").startswith("width 0")
    assert sentence_beside(page, "depths").startswith("depth 9")


@pytest.fixture
def images(tmp_path):
    """images(name, train=[...], test=[...]): a folder with one image in each class folder."""

    def images(name, **splits):
        for split, classes in splits.items():
            for label in classes:
                place = tmp_path / name / split / label
                place.mkdir(parents=True)
                Image.new("RGB", (8, 8)).save(place / "one.png")
        return tmp_path / name

    return images


def test_a_folder_that_cannot_be_trained_on_is_a_sentence_beside_the_data_set(
    open_page, store, images, tmp_path
):
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 and then nothing that makes sense")
    images("lacking", train=["cat", "dog", "owl"], test=["cat", "owl"])
    page = open_page()
    for name, says in (
        ("empty", "holds no images; put them into one folder a class"),
        ("broken.zip", "broken.zip"),
        ("lacking", "lacks 'dog', which train/ has"),
    ):
        fill(page, dataset=f"folder:{tmp_path / name}")
        assert not page.exception
        assert says in sentence_beside(page, "dataset")
        assert page.button(key="start").disabled
    assert read_runs(store).empty


def test_a_folder_of_ones_own_can_be_started_on(open_page, store, images):
    folder = images("mine", train=["cat", "dog"], test=["cat", "dog"])
    page = fill(open_page(), dataset=f"folder:{folder}", batch_size="2", depths="8")
    assert "mine" in page.caption[0].value
    page.button(key="start").click().run()
    assert set(read_runs(store)["dataset"]) == {f"folder:{folder}"}


def test_a_mended_value_lets_one_start(open_page):
    page = fill(fill(open_page(), depths="21"), depths="20")
    assert not page.error
    assert not page.button(key="start").disabled


def test_start_writes_one_experiment_and_its_link(open_page, store):
    page = fill(open_page(), depths="8, 14", seeds="0, 1", name="mine")
    page.button(key="start").click().run()
    assert not page.exception
    (experiment_id,) = read_experiments(store)["experiment_id"]
    assert page.query_params["experiment"] == experiment_id
    wanted = PRESETS["classroom"].model_copy(
        update={"name": "mine", "depths": (8, 14), "seeds": (0, 1)}
    )
    assert find_experiment(store, experiment_id) == wanted
    runs = read_runs(store)
    assert list(runs["status"]) == ["queued"] * 8


def test_start_takes_what_was_typed_the_moment_before(open_page, store):
    page = open_page()
    page.text_input(key=key(page, "depths")).input("8, 14")
    page.button(key="start").click().run()  # one message: the field is left by the click
    assert set(read_runs(store)["depth"]) == {8, 14}


def test_start_right_after_a_preset_starts_that_preset(open_page, store):
    page = open_page()
    drawn = page._tree
    page.selectbox(key="form_preset").select("quick")
    page.button(key="start").click()
    old = drawn.get_widget_states()  # the browser has drawn no new field when Start is pressed
    page.button(key="start").set_value(False).run()
    page._run(old)
    assert list(read_experiments(store)["name"]) == ["quick"]
    assert len(read_runs(store)) == len(PRESETS["quick"].specs())


def test_start_refuses_what_was_typed_wrong_the_moment_before(open_page, store):
    page = open_page()
    page.text_input(key=key(page, "depths")).input("21")
    page.button(key="start").click().run()
    assert not page.exception
    assert read_runs(store).empty
    assert sentence_beside(page, "depths").startswith("depth 21")


def test_two_tabs_that_start_one_form_make_one_experiment(open_page, store):
    pages = [open_page(), open_page()]
    for page in pages:
        page.button(key="start").click().run()
    assert len(read_experiments(store)) == 1
    assert pages[0].query_params["experiment"] == pages[1].query_params["experiment"]
    assert "under way already" in pages[1].toast[0].value
