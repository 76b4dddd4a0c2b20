"""Words of the class picker."""

from dashboard.components.attention_picker import OWN, OWN_WORDS, class_words


def test_each_nets_own_guess_comes_first():
    assert next(iter(class_words(["Bag"]).items())) == (OWN, OWN_WORDS)


def test_classes_of_one_name_are_told_apart_by_their_numbers():  # ImageNet has two cranes
    words = class_words(["crane", "bag", "crane"])
    assert [words[number] for number in range(3)] == ["crane (0)", "bag", "crane (2)"]
