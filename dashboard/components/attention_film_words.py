"""What a film of maps shows, in sentences and a table."""

from collections.abc import Sequence

import pandas as pd

from dashboard import words
from dashboard.components.attention_film_rows import Reel
from dashboard.components.attention_words import ALIKE, first_alike, likeness
from dashboard.figures.places import place_names
from dashboard.theme import percent


def film_reading(reels: Sequence[Reel], blocks: Sequence[str]) -> str:
    """Since when each net's block looks where it does at the end, and how sure the net became."""
    return " ".join(map(_net_reading, reels, blocks))


def _net_reading(reel: Reel, block: str) -> str:
    name, maps = reel.look.name, reel.block(block)
    if not maps:
        return f"**{name}** has no map at any step: its numbers overflow."
    (place,) = place_names((block,))
    steps = list(maps)
    first = first_alike(list(maps.values()))
    if first is None:
        said = f"**{name}** has the same number everywhere in {place} at step {steps[-1]:,}"
    elif first == len(steps) - 1 and first:
        said = f"**{name}** still changes where it looks in {place} up to step {steps[-1]:,}"
    else:
        said = f"**{name}** looks in {place} where it does at the end from step {steps[first]:,} on"
        said += f" (correlation {ALIKE} or more)"
    before, after = (percent(100 * reel.frames[step].probability) for step in (steps[0], steps[-1]))
    return f"{said}; it goes from {before} to {after} for *{reel.look.class_name}*.{_missing(reel)}"


def _missing(reel: Reel) -> str:
    known = [step for step in reel.steps if step in reel.look.side.net_steps]
    missing = len(known) - len(reel.frames)
    if not missing:
        return ""
    return f" At {words.plural(missing, 'step')} it has no map: its numbers overflow."


def film_table(reels: Sequence[Reel]) -> pd.DataFrame:
    """A row a map: columns net, block, address, step, class, probability (%), lowest, highest, ...

    `like_last` is the correlation with the block's map at the net's last step.
    """
    rows = []
    for reel in reels:
        for address in reel.look.answer["maps"]:
            maps = reel.block(address)
            for step, numbers in maps.items():
                own = {"net": reel.look.name, "block": place_names((address,))[0]}
                own |= {"address": address, "step": step, "class": reel.look.class_name}
                own |= {"probability": 100 * reel.frames[step].probability}
                own |= {"lowest": float(numbers.min()), "highest": float(numbers.max())}
                rows.append(own | {"like_last": likeness(numbers, maps[max(maps)])})
    return pd.DataFrame(rows)
