"""Numbers and states in words, the same everywhere; no line ends inside a number."""

from core.spec import FAMILY_WORDS

NO_BREAK = "\u00a0"
CHOICES = {"True": "on", "False": "off"}
STATUS = {
    "queued": "waiting",
    "running": "training",
    "paused": "paused",
    "stopped": "stopped",
    "finished": "finished",
    "diverged": "diverged",
    "failed": "failed",
    "interrupted": "interrupted",
}


def duration(seconds: float) -> str:
    """`45 s`, `2 min 25 s`, `3 h 10 min`, `2 d 4 h`: two units at most."""
    seconds = round(seconds)
    for unit, size, smaller, small in (
        ("d", 86_400, "h", 3_600),
        ("h", 3_600, "min", 60),
        ("min", 60, "s", 1),
    ):
        if seconds >= size:
            rest = seconds % size // small
            words = f"{seconds // size} {unit}" + (f" {rest} {smaller}" if rest else "")
            return words.replace(" ", NO_BREAK)
    return f"{seconds}{NO_BREAK}s"


def amount(number: float) -> str:
    """`850`, `68 k`, `1.7 M`, `2.3 G`, `5.1 T`: at least two significant digits."""
    for size, letter in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if number >= 0.9995 * size:  # what would be rounded to it
            value = number / size
            return f"{value:.{0 if value >= 9.95 else 1}f}{NO_BREAK}{letter}"
    return f"{number:.0f}"


def three_digits(number: float) -> str:
    """`853 k`, `1.73 M`, `15.5 G`: three significant digits."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if number >= 0.9995 * size:
            return f"{number / size:.3g}{NO_BREAK}{letter}"
    return f"{number:.3g}{NO_BREAK}"


def plural(count: int, noun: str) -> str:
    """`1 net`, `8 nets`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def family(name: str) -> str:
    """A family's name on screen."""
    return FAMILY_WORDS.get(name, name)


def choice(value: str) -> str:
    """A choice of the form on screen."""
    return CHOICES.get(value, value)
