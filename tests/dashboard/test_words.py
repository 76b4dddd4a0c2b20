import pytest

from dashboard.words import (
    NO_BREAK,
    STATUS,
    amount,
    choice,
    duration,
    family,
    plural,
    three_digits,
)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (0.6, "1 s"),
        (45, "45 s"),
        (59.7, "1 min"),
        (145, "2 min 25 s"),
        (3_600, "1 h"),
        (11_400, "3 h 10 min"),
        (86_400, "1 d"),
        (1_231_200, "14 d 6 h"),
    ],
)
def test_a_duration_has_two_units_at_most(seconds, words):
    assert duration(seconds).replace("\u00a0", " ") == words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (850, "850"),
        (999.4, "999"),
        (999.7, "1.0 k"),
        (1_320, "1.3 k"),
        (9_960, "10 k"),
        (68_000, "68 k"),
        (269_722, "270 k"),
        (999_700, "1.0 M"),
        (1_730_768, "1.7 M"),
        (2.3e9, "2.3 G"),
        (5.1e12, "5.1 T"),
    ],
)
def test_an_amount_has_at_least_two_digits_and_a_letter(number, words):
    assert amount(number).replace("\u00a0", " ") == words


def test_no_line_ends_inside_a_number():
    assert " " not in duration(145) + amount(68_000)


def test_one_has_no_s():
    assert (plural(1, "net"), plural(8, "net"), plural(0, "run")) == ("1 net", "8 nets", "0 runs")


def test_families_and_choices_have_words_of_their_own_or_keep_their_name():
    assert (family("resnet"), family("plain"), family("highway")) == (
        "residual",
        "plain",
        "highway",
    )
    assert (choice("True"), choice("False"), choice("cosine")) == ("on", "off", "cosine")


def test_every_state_a_run_can_be_in_has_a_word():
    assert set(STATUS) == {
        "queued",
        "running",
        "paused",
        "stopped",
        "finished",
        "diverged",
        "failed",
        "interrupted",
    }


@pytest.mark.parametrize(
    ("number", "said"), [(269_722, "270 k"), (1_727_962, "1.73 M"), (15_470_264_320, "15.5 G")]
)
def test_three_digits_are_significant_and_stay_with_their_letter(number, said):
    assert three_digits(number) == said.replace(" ", NO_BREAK)
