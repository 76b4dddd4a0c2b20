"""Which channel the unit card is about: its net, block and number. The link carries all three."""

from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlencode

import streamlit as st

from core.nets.layout import plan_stages, plan_stem
from dashboard.components.answers import side_names
from dashboard.components.attention_choice import block_of, block_places
from dashboard.components.sides_picker import NOBODY, SIDES
from dashboard.figures.places import place_names
from dashboard.sides import Side

UNIT, NET = "unit", "unit_side"  # in the link: unit=stages.1.0/5 and unit_side=right
DEFAULT = "stages.0.0/0"  # sees a part of the image only
COLOURS = 3  # any: the number of a stem's channels does not depend on the image's


class Unit(NamedTuple):
    """A channel of a block of one of the nets that are shown.

    Attributes:
        side: 0 for the left net, 1 for the right one.
        place: address of the block, or 'stem'.
    """

    side: int
    place: str
    channel: int

    @property
    def told(self) -> dict[str, str]:
        """As the link has it."""
        return {UNIT: f"{self.place}/{self.channel}", NET: SIDES[self.side]}


def channels_of(side: Side, place: str) -> int:
    """Channels that go out of the stem or a block."""
    if place == "stem":
        return plan_stem(side.spec, COLOURS).channels_out
    _, stage, block = place.split(".")
    return plan_stages(side.spec)[int(stage)][int(block)].channels_out


def shown_unit(shown: Sequence[Side]) -> Unit:
    """The link's; where it names none, or what is not there, the nearest."""
    told = st.query_params.get(NET)
    index = min(SIDES.index(told) if told in SIDES else 0, len(shown) - 1)
    wanted, _, number = st.query_params.get(UNIT, DEFAULT).partition("/")
    place = block_of(shown[index], wanted)
    last = channels_of(shown[index], place) - 1
    is_number = number.isascii() and number.isdecimal() and len(number) < 6
    unit = Unit(index, place, min(int(number), last) if is_number else 0)
    if UNIT in st.query_params and st.query_params[UNIT] != unit.told[UNIT]:
        st.warning(
            f"This net has no unit {st.query_params[UNIT][:30]!r}; shown is the nearest,"
            f" {unit.told[UNIT]!r}."
        )
    return unit


def picked_unit(shown: Sequence[Side]) -> Unit:
    """Pickers of net, block and channel, and the link to what they say."""
    unit = shown_unit(shown)
    side = shown[unit.side]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        if len(shown) > 1:
            _net_picker(side_names(shown), unit)
        _place_picker(block_places(side), unit)
        _channel_picker(channels_of(side, unit.place) - 1, unit)
        st.link_button(
            "Link to this unit",
            f"?{link_of(shown, unit)}",
            icon=":material/link:",
            help="Opens this very unit of this net at this step in a new tab; copy it to share it.",
        )
    return unit


def link_of(shown: Sequence[Side], unit: Unit) -> str:
    """The query of an address that shows these nets, at this step, and this unit."""
    runs = dict(zip(SIDES, [side.run.run_id for side in shown] + [NOBODY], strict=False))
    steps = dict(zip(("step", "step2"), (str(side.step) for side in shown), strict=False))
    return urlencode(runs | steps | unit.told, safe="/")


def choose(unit: Unit) -> None:
    """Show this one from now on."""
    st.query_params.update(unit.told)


def _net_picker(names: Sequence[str], unit: Unit) -> None:
    st.session_state["unit_net"] = names[unit.side]
    st.segmented_control(
        "Net",
        names,
        key="unit_net",
        required=True,
        on_change=lambda: choose(
            unit._replace(side=list(names).index(st.session_state["unit_net"]))
        ),
    )


def _place_picker(places: tuple[str, ...], unit: Unit) -> None:
    names = dict(zip(places, place_names(places), strict=True))
    st.session_state["unit_place"] = unit.place
    st.selectbox(
        "Block",
        places,
        key="unit_place",
        format_func=names.__getitem__,
        width=180,
        on_change=lambda: choose(unit._replace(place=st.session_state["unit_place"])),
    )


def _channel_picker(last: int, unit: Unit) -> None:
    st.session_state["unit_channel"] = unit.channel
    st.number_input(
        f"Channel, 0 to {last}",
        0,
        last,
        key="unit_channel",
        width=150,
        help="A channel, or unit, is one feature map of a block: one filter makes it.",
        on_change=lambda: choose(unit._replace(channel=st.session_state["unit_channel"])),
    )
