"""Which blocks of a net are bypassed and swapped, and how a link says it."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from core.nets.layout import BlockPlan, plan_stages
from dashboard.sides import Side

PREFIX, BETWEEN = "stages.", "~"  # in a link 1.3 is bypassed, and 0.1~0.2 are swapped

Plans = Mapping[str, BlockPlan]  # of a net's blocks, by address


class Lesion(NamedTuple):
    """What is done to a net: pairs of blocks change places, then others are bypassed.

    Attributes:
        swaps: pairs of addresses, in the order in which they are made.
        bypassed: addresses, in the order of the net.
    """

    swaps: tuple[tuple[str, str], ...] = ()
    bypassed: tuple[str, ...] = ()

    @property
    def edits(self) -> tuple[tuple[str, ...], ...]:
        """As the inspection process takes them."""
        swaps = (("swap", *pair) for pair in self.swaps)
        return *swaps, *(("bypass", address) for address in self.bypassed)

    @property
    def link(self) -> str:
        """As the link carries it."""
        words = [*map(BETWEEN.join, self.swaps), *self.bypassed]
        return ",".join(words).replace(PREFIX, "")


def plans_of(side: Side) -> dict[str, BlockPlan]:
    """The blocks of a side's net, from input to output."""
    stages = enumerate(plan_stages(side.spec))
    return {f"{PREFIX}{stage}.{n}": plan for stage, own in stages for n, plan in enumerate(own)}


def read_lesion(link: str, plans: Plans) -> tuple[Lesion, list[str]]:
    """What a link says that fits this net, and the words that do not."""
    swaps, bypassed, strange = [], set(), []
    for word in filter(None, link.split(",")):
        addresses = tuple(f"{PREFIX}{one}" for one in word.split(BETWEEN))
        if len(addresses) == 2 and alike(plans, *addresses):
            swaps.append(addresses)
        elif len(addresses) == 1 and addresses[0] in plans:
            bypassed.add(addresses[0])
        else:
            strange.append(word)
    return Lesion(tuple(swaps), tuple(one for one in plans if one in bypassed)), strange


def alike(plans: Plans, one: str, other: str) -> bool:
    """The net has both blocks, and they can change places."""
    shapes = {plan and plan[:3] for plan in (plans.get(one), plans.get(other))}
    return len(shapes) == 1 and None not in shapes


def toggled(lesion: Lesion, plans: Plans, *addresses: str) -> Lesion:
    """With one block bypassed or two swapped; with it undone where that was so already."""
    if len(addresses) == 1:
        chosen = set(lesion.bypassed) ^ set(addresses)
        return lesion._replace(bypassed=tuple(one for one in plans if one in chosen))
    one, other = addresses
    rest = tuple(pair for pair in lesion.swaps if set(pair) != {one, other})
    known = len(rest) < len(lesion.swaps)
    return lesion._replace(swaps=rest if known else (*rest, (one, other)))


def drawn(plans: Plans, count: int, seed: int) -> Lesion:
    """So many blocks bypassed at random, of those that keep the shape; a larger count adds some."""
    keeping = [address for address, plan in plans.items() if not plan.changes_shape]
    order = np.random.default_rng(seed).permutation(len(keeping))
    chosen = {keeping[place] for place in order[:count]}
    return Lesion(bypassed=tuple(one for one in plans if one in chosen))
