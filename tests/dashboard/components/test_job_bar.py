"""Long work on a page of its own."""

from streamlit.testing.v1 import AppTest

from dashboard.jobs import drop_job, find_job
from tests.racing import wait_for


def app() -> None:
    import time

    import streamlit as st

    from dashboard.components.job_bar import worked

    key = ("test-job-bar", st.query_params["case"])

    def work(tell):
        for piece in range(200 if key[1] == "slow" else 1):
            tell(piece / 200)
            time.sleep(0.05)
        if key[1] == "refuses":
            raise ValueError("there is no such net")
        return "the answer"

    found = worked("work", key, work, label="Measure", doing="Measuring ...", takes="A second.")
    st.markdown(f"found {found}")


def opened(case: str) -> tuple[AppTest, tuple[str, str]]:
    key = ("test-job-bar", case)
    drop_job(key)
    page = AppTest.from_function(app, default_timeout=30)
    page.query_params["case"] = case
    return page.run(), key


def test_nothing_is_measured_before_somebody_asks():
    page, key = opened("quick")
    assert page.button(key="start-work").label == "Measure"
    assert page.markdown[-1].value == "found None"
    assert find_job(key) is None


def test_the_answer_is_there_once_the_work_has_ended():
    page, key = opened("quick")
    page.button(key="start-work").click().run()
    wait_for(lambda: find_job(key).ended)
    assert page.run().markdown[-1].value == "found the answer"
    assert not page.button


def test_what_one_asked_for_is_there_for_others():
    page, key = opened("quick")
    page.button(key="start-work").click().run()
    wait_for(lambda: find_job(key).ended)
    other = AppTest.from_function(app, default_timeout=30)
    other.query_params["case"] = "quick"
    assert other.run().markdown[-1].value == "found the answer"


def test_a_bar_stands_meanwhile_and_stop_ends_the_work():
    page, key = opened("slow")
    page.button(key="start-work").click().run()
    assert page.markdown[-1].value == "found None"
    page.button(key="stop-work").click().run()
    wait_for(lambda: find_job(key).ended)
    assert page.run().warning[0].value == "Stopped."


def test_a_refusal_is_a_sentence_with_another_try():
    page, key = opened("refuses")
    page.button(key="start-work").click().run()
    wait_for(lambda: find_job(key).ended)
    page.run()
    assert page.warning[0].value == "there is no such net"
    page.button(key="again-work").click().run()
    wait_for(lambda: find_job(key).ended)
    assert page.run().warning[0].value == "there is no such net"
