"""The stages of a step in sentences: what happens in each, and what it shows here."""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from dashboard.components.first_step_words import times
from dashboard.figures.places import place_names
from dashboard.figures.step_diagram_words import number, ratio_words, share_words
from dashboard.theme import percent
from dashboard.words import plural

Answer = dict[str, Any]
Told = Sequence[tuple[str, Answer]]  # name of each net and what the task tells of it


STRAIGHT = 0.1  # of the promised change: a step that keeps all but so much followed a straight line


class Stage(NamedTuple):
    """A stage in words.

    Attributes:
        sentence: what happens.
        loss: what stands in the diagram's last box.
        reading: what a net's numbers say, one sentence or two.
    """

    sentence: str
    loss: Callable[[Answer], str]
    reading: Callable[[str, Answer], str]


def reading(stage: str, told: Told) -> str:
    """What the stage shows, a paragraph a net; where all say the same, once."""
    paragraphs = [STAGES[stage].reading(name, answer) for name, answer in told]
    return "\n\n".join(dict.fromkeys(paragraphs))


def loss_words(loss: float) -> str:
    """2.40, or that there is no number."""
    return f"{loss:.3f}" if math.isfinite(loss) else "too large"


def _batch(name: str, answer: Answer) -> str:
    shown = answer["shown"]["labels"]
    label, count = Counter(shown).most_common(1)[0]
    return (
        f"The batch has {plural(answer['images'], 'image')}, drawn at random from the training"
        f" images; of the {len(shown)} shown, {count} are labelled *{label}*."
    )


def _forward(name: str, answer: Answer) -> str:
    places = answer["places"]
    first, last = places[0]["output"], places[-2]["output"]
    told = (
        f"**{name}**: the numbers go from a typical size of {number(first)} behind the stem to"
        f" **{number(last)}** behind the last block."
    )
    adding = [place for place in places if "shortcut" in place]
    if not adding:
        return f"{told} What a block makes of its input replaces it: there is one way."
    larger = sum(place["branch"] > place["shortcut"] for place in adding)
    return (
        f"{told} In {larger} of {plural(len(adding), 'block')} the branch's F(x) is larger than the"
        " x that the shortcut carries past it."
    )


def _loss(name: str, answer: Answer) -> str:
    guessing = math.log(answer["classes"])
    against = "above" if answer["loss"] > guessing else "below"
    return (
        f"**{name}**: the mean loss is **{loss_words(answer['loss'])} nats**, {against} the"
        f" {guessing:.2f} of guessing evenly among {answer['classes']} classes;"
        f" {percent(answer['error'])} of the batch is wrong."
    )


def _backward(name: str, answer: Answer) -> str:
    places = answer["places"]
    first, last = places[0]["gradient"], places[-2]["gradient"]
    if not first or not last:
        ends = f"{number(last)} at the last block, {number(first)} back at the stem"
        return f"**{name}**: the gradient is lost on its way: {ends}."
    told = (
        f"**{name}**: on its way from the last block back to the stem the gradient gets"
        f" **{times(first / last)}**."
    )
    if 1 / 1.1 < first / last < 1.1:
        told = f"**{name}**: back at the stem the gradient is about as large as at the last block."
    adding = [place for place in places if "shortcut" in place]
    if not adding:
        return f"{told} It has one way only: all of it goes through every layer."
    most, least = (
        choose(adding, key=lambda place: place["share_shortcut"]) for choose in (max, min)
    )
    there = (
        f"of the gradient that reaches {_name(most)}, **{share_words(most['share_shortcut'])}**"
        " came through the shortcut"
    )
    if len(adding) > 1:
        there += (
            f" (the most of all blocks), of that which reaches {_name(least)},"
            f" **{share_words(least['share_shortcut'])}** (the least)"
        )
    return f"{told} It has two ways: {there}."


def _update(name: str, answer: Answer) -> str:
    ratios = {_name(place): place["update"] / place["weights"] for place in answer["places"]}
    most = max(ratios, key=lambda place: ratios[place])
    before, after, expected = (answer[f"loss{when}"] for when in ("", "_after", "_expected"))
    if not math.isfinite(after):
        outcome = "is too large for float32 afterwards: the step was much too long"
    elif after == before:
        outcome = f"stays at {loss_words(after)}"
    else:
        verb = "falls" if after < before else "**rises**"
        outcome = f"{verb} from {loss_words(before)} to **{loss_words(after)}**"
    return (
        f"**{name}**: its weights move most in {most}, by"
        f" {ratio_words(ratios[most])} of their length; the loss on this batch {outcome}. Along a"
        f" straight line it would come to {loss_words(expected)}: {_bend(before, after, expected)}."
    )


def _bend(before: float, after: float, expected: float) -> str:
    """How far the slope at the start can be trusted."""
    promised, kept = before - expected, before - after
    if promised > 0 and abs(kept - promised) <= STRAIGHT * promised:
        return "over so short a way the gradient tells the truth"
    below = "less than 0, which no loss can be; " if expected < 0 else ""
    return f"{below}the slope changes on the way, and the gradient knows only its start"


def _name(place: dict[str, Any]) -> str:
    return place_names((place["address"],))[0]


def _measured(answer: Answer) -> str:
    return f"loss {loss_words(answer['loss'])}"


STAGES = {
    "batch": Stage(
        "**1 Batch.** A few training images are drawn, with their true classes. Plain and residual"
        " nets of one seed get the same ones.",
        lambda answer: "loss",
        _batch,
    ),
    "forward": Stage(
        "**2 Forward.** The images go down through the net. Lines are as wide as the **numbers**"
        " that flow there are large: F(x) out of a block's layers, x along the shortcut, and their"
        " sum behind the block.",
        lambda answer: "loss",
        _forward,
    ),
    "loss": Stage(
        "**3 Loss.** The guesses are compared with the true classes. The loss of an image is"
        " -log(p), with p the probability that the net gave to its true class: 0 when it was sure"
        " and right. Below each image stands its loss.",
        _measured,
        _loss,
    ),
    "backward": Stage(
        "**4 Backward.** The **gradient** says how the loss would change with every number, and it"
        " is computed from the end to the start. At a block it splits: it goes up **through the"
        " layers** and **through the shortcut**, and above the block the two add up. Percentages"
        " say how much of the sum each way brought.",
        _measured,
        _backward,
    ),
    "update": Stage(
        "**5 Update.** Every weight takes a small step against its gradient. Bars and percentages:"
        " how far the weights of each block move, as a share of their own length. Below each image:"
        " how its loss changed.",
        lambda answer: f"{loss_words(answer['loss'])} → {loss_words(answer['loss_after'])}",
        _update,
    ),
}
