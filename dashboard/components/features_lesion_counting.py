"""What a lesion costs: the test error on 500 images at once, and on all of them soon after."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from core.inspection import InspectionError
from dashboard import words
from dashboard.components.answers import side_names
from dashboard.components.features_lesion_choice import Lesion
from dashboard.components.features_lesion_errors import Count, counted_so_far, question
from dashboard.sides import Side
from dashboard.theme import percent

COUNTING_SECONDS = 0.4  # between two pieces

Pair = tuple[Count, Count]  # with all blocks as they were trained, and as they are now


def count_errors(shown: Sequence[Side], lesions: Sequence[Lesion]) -> list[Pair]:
    """The errors on the page; those on further images follow by themselves once a block is changed.

    Returns:
        What is known now, a pair a net; none when there is no answer: then the reason is told.
    """
    names = side_names(shown)
    with st.spinner("Testing the nets ... The first answer takes some seconds."):
        found = _counted(shown, lesions)
    if not found:
        return []
    changed = any(lesion.edits for lesion in lesions)
    if not changed or all(one.complete for one in found):
        _show(names, lesions, _in_pairs(found))
    else:
        counting = st.fragment(_counting, run_every=COUNTING_SECONDS, key="lesion-counting")
        counting(shown, lesions, _Counting(found))
    return _in_pairs(found)


@dataclass
class _Counting:
    """What is known so far, and whether somebody has seen it."""

    found: list[Count]
    seen: bool = False


def _counting(shown: Sequence[Side], lesions: Sequence[Lesion], counting: _Counting) -> None:
    """Each turn of the timer shows what is known and counts a piece more; at last all is drawn."""
    _show(side_names(shown), lesions, _in_pairs(counting.found))
    if counting.seen:
        counting.found = _counted(shown, lesions) or counting.found
        if all(one.complete for one in counting.found):
            st.rerun()
    counting.seen = True


def _counted(shown: Sequence[Side], lesions: Sequence[Lesion]) -> list[Count]:
    """Each net with all its blocks and as it is now; none when there is no answer."""
    try:
        return counted_so_far(
            [
                question(side, edits)
                for side, lesion in zip(shown, lesions, strict=True)
                for edits in ((), lesion.edits)
            ]
        )
    except (ValueError, InspectionError) as error:
        st.error(str(error), icon=":material/error:")
        return []


def _show(names: list[str], lesions: Sequence[Lesion], pairs: list[Pair]) -> None:
    for index, column in enumerate(st.columns(2)[: len(names)]):
        before, now = pairs[index]
        more = f"{now.error - before.error:+.1f} points" if lesions[index].edits else None
        with column:
            st.metric(
                f"test error of {names[index]} on {_images(now)}",
                percent(now.error),
                more,
                delta_color="inverse" if now.wrong != before.wrong else "off",
                help="Points: compared with all blocks as they were trained, on the same images.",
            )
    st.markdown(" ".join(map(lesion_reading, names, lesions, pairs)))


def lesion_reading(name: str, lesion: Lesion, pair: Pair) -> str:
    """What is done to a net, and what it costs."""
    before, now = pair
    if not lesion.edits:
        return f"**{name}** has all its blocks: {percent(now.error)} of its answers are wrong."
    done = []
    if lesion.bypassed:
        done.append(f"{words.plural(len(lesion.bypassed), 'block')} bypassed")
    if lesion.swaps:
        done.append(f"{words.plural(len(lesion.swaps), 'pair')} of blocks swapped")
    return (
        f"With {' and '.join(done)}, **{name}** goes from {percent(before.error)} to"
        f" {percent(now.error)} wrong answers; guessing would give {percent(now.chance)}."
    )


def lesion_table(
    names: Sequence[str], lesions: Sequence[Lesion], pairs: Sequence[Pair]
) -> pd.DataFrame:
    """A row a net: net, bypassed, swapped (addresses), error_before, error (%), images."""
    return pd.DataFrame(
        {
            "net": names,
            "bypassed": [" ".join(lesion.bypassed) for lesion in lesions],
            "swapped": [" ".join(map(" with ".join, lesion.swaps)) for lesion in lesions],
            "error_before": [before.error for before, _ in pairs],
            "error": [now.error for _, now in pairs],
            "images": [now.tested for _, now in pairs],
        }
    )


def _images(count: Count) -> str:
    everything = "all " if count.complete else ""
    rest = "" if count.complete else f" of {count.images:,}"
    return f"{everything}{count.tested:,}{rest} images"


def _in_pairs(found: Sequence[Count]) -> list[Pair]:
    return list(zip(found[::2], found[1::2], strict=True))
