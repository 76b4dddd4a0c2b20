"""What a net says of an image, in words: classes with probabilities, right or wrong marked."""

from collections.abc import Iterable

from dashboard.theme import percent

RIGHT, WRONG = " :material/check_circle: right", " :material/cancel: wrong"


def guesses_in_words(guesses: Iterable[tuple[str, float]], label: str | None) -> str:
    """The classes a net thinks of, and whether its first guess is right.

    Args:
        guesses: class and probability (0 to 1), the likeliest first; none if the net overflowed.
        label: the true class; None where nobody has told it: nothing is marked then.
    """
    words = [
        _guess(name, share, label, first=not place) for place, (name, share) in enumerate(guesses)
    ]
    return ", ".join(words) if words else "nothing: its answer is not a number any more"


def guess_word(name: str, share: float) -> str:
    """A class and its probability: Coat 20.0 %."""
    return f"{name} {percent(100 * float(share))}"


def _guess(name: str, share: float, label: str | None, *, first: bool) -> str:
    word = guess_word(name, share)
    if not first:
        return f"{word} (true)" if name == label else word
    mark = "" if label is None else RIGHT if name == label else WRONG
    return f"**{word}**{mark}"
