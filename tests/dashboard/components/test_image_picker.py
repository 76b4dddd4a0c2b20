"""The image picker on a page of its own."""

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.components.image_own import SAMPLES


def picker() -> None:
    import streamlit as st

    from dashboard.components.image_picker import picked_image

    image = picked_image(st.query_params.get("dataset", "fashion-mnist-mini"))
    st.markdown(f"picked {image if isinstance(image, int) else image[:4]}")


def page_of(**query: str) -> AppTest:
    page = AppTest.from_function(picker, default_timeout=30)
    page.query_params.update(query)
    return page.run()


def picked(page: AppTest) -> str:
    assert not page.exception
    return page.markdown[-1].value


def uploaded(page: AppTest, content: bytes = b"\x89PNG...", name: str = "hat.png") -> AppTest:
    return page.file_uploader[0].set_value((name, content, "image/png")).run()


def test_the_first_image_is_shown_first():
    assert picked(page_of()) == "picked 0"


def test_a_link_names_the_image():
    assert picked(page_of(image="17")) == "picked 17"


@pytest.mark.parametrize(
    ("start", "name", "then"),
    [("17", "next", 18), ("17", "previous", 16), ("0", "previous", 1999), ("1999", "next", 0)],
)
def test_buttons_go_one_image_on_and_around(start, name, then):
    page = page_of(image=start)
    page.button(key=f"image-{name}").click().run()
    assert picked(page) == f"picked {then}"
    assert page.query_params.get("image", "0") == str(then)  # the first needs no mention


def test_the_random_button_never_shows_the_same_image_again():
    page = page_of(image="3")
    for _ in range(5):
        before = picked(page)
        page.button(key="image-random").click().run()
        assert picked(page) != before


@pytest.mark.parametrize("image", ["2000", "-1", "hat"])
def test_a_number_that_no_image_has_shows_another_one(image):
    assert picked(page_of(image=image)) in ("picked 0", "picked 1999")


def test_a_data_set_with_fewer_images_shows_its_last():
    page = page_of(image="30000", dataset="svhn")
    page.number_input(key="image").set_value(20000).run()
    assert picked(page) == "picked 20000"
    page.query_params["dataset"] = "fashion-mnist-mini"
    assert picked(page.run()) == "picked 1999"


def test_a_data_set_that_is_gone_is_a_sentence():
    page = page_of(dataset="fashion-mnits")
    assert "there is no data set 'fashion-mnits'" in page.error[0].value
    assert picked(page) == "picked 0"


def test_an_uploaded_picture_is_what_is_picked():
    assert picked(uploaded(page_of(image="3"))) == "picked b'\\x89PNG'"


def test_a_file_that_is_too_large_is_a_sentence():
    page = uploaded(page_of(image="3"), bytes(8_100_000))
    assert page.error[0].value == "hat.png has 8.1 MB; at most 8 MB are read"
    assert picked(page) == "picked 3"


def test_a_sample_is_picked_by_a_link():
    start = SAMPLES["cat"].read_bytes()[:4]
    assert picked(page_of(sample="cat")) == f"picked {start}"


def test_a_sample_that_is_not_there_shows_a_test_image():
    assert picked(page_of(sample="dog", image="3")) == "picked 3"


def test_a_sample_takes_the_place_of_an_upload_and_an_upload_of_a_sample():
    page = uploaded(page_of())
    page.button_group[0].set_value("rocket").run()
    assert picked(page) == f"picked {SAMPLES['rocket'].read_bytes()[:4]}"
    assert picked(uploaded(page)) == "picked b'\\x89PNG'"
    assert "sample" not in page.query_params


@pytest.mark.parametrize("leave", ["image-back", "image-next"])
def test_test_images_are_shown_again(leave):
    page = uploaded(page_of(image="3", sample="cat"))
    page.button(key=leave).click().run()
    assert picked(page) == f"picked {3 + (leave == 'image-next')}"
    assert "sample" not in page.query_params


def test_without_a_picture_of_ones_own_there_is_nothing_to_drag_on():
    assert not [button for button in page_of().button if button.key == "image-back"]
