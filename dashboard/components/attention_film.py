"""How the maps form while the nets learn: Grad-CAM at every saved step, as a film."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import streamlit as st

from core.chosen_image import ChosenImage
from core.inspection import ask
from dashboard.components.answers import Sides, shown_sides
from dashboard.components.attention_answers import Look, looks
from dashboard.components.attention_choice import block_of, shown_choice
from dashboard.components.attention_film_rows import (
    Frame,
    Reel,
    Rows,
    block_rows,
    net_rows,
)
from dashboard.components.attention_film_words import film_reading, film_table
from dashboard.components.everywhere import rerun_if_told
from dashboard.components.job_bar import worked
from dashboard.components.section import data_table, figure, page_mode, section
from dashboard.components.time_slider import moves, positions_of
from dashboard.figures.film_strip import NARROW, WIDE, film_strip, height_of
from dashboard.figures.places import place_names
from dashboard.jobs import Tell, Work
from dashboard.provenance import ONE_IMAGE, provenance
from dashboard.sides import Side

MOST_STEPS = 12  # columns
SENTENCE = (
    "The same image and class, asked of the nets as they were at each saved step. All maps of a"
    " block share one scale, that of the last step, so one sees when they get strong as well as"
    " where. Click a map to go to its step; the frame is where the time slider stands."
)
SOURCE = "Grad-CAM (Selvaraju et al. 2017, https://arxiv.org/abs/1610.02391) of the saved weights"

Question = tuple[str, bool, str, int, ChosenImage, int]  # arguments of the task `grad-cam`


def film_section(sides: Sides) -> None:
    """The chosen block's maps over time, a row a net, and on request those of all blocks."""
    st.fragment(_section, key="attention-film")(shown_sides(sides))


def _section(shown: list[Side]) -> None:
    with section(
        "attention-film",
        "How does the map form while the net learns?",
        SENTENCE,
        badges={"live": "The saved weights are loaded and asked about the image now."},
        source=SOURCE,
        provenance=provenance(shown, ONE_IMAGE),
    ) as data:
        reels = _reels(looks(shown, shown_choice(), "film"))
        if not reels:
            return
        blocks = [block_of(reel.look.side, shown_choice().block) for reel in reels]
        st.markdown(_headline(reels, blocks))
        _draw("film", net_rows(reels, blocks), reels, range(len(reels)), WIDE)
        st.markdown(film_reading(reels, blocks))
        if st.toggle("All blocks", key="attention_film_all", help="A row a block, a film a net."):
            _all_blocks(reels)
        data_table(data, "attention-film", film_table(reels))
    rerun_if_told()


def _reels(found: Sequence[Look]) -> list[Reel]:
    """What was seen at each step, once somebody asked for it and it is there."""
    steps = _steps(found)
    asked = [_questions(look, steps) for look in found]
    questions = tuple(one for own in asked for one in own)
    if not questions:
        return []
    frames: list[Frame | None] | None = worked(
        "attention-film",
        ("attention-film", questions),
        _work(questions),
        label="Develop the film",
        doing="Asking the net of every step ...",
        takes="Some seconds: each saved net is asked once, for all its blocks.",
    )
    if frames is None:
        return []
    seen: dict[Question, Frame] = {
        one: frame for one, frame in zip(questions, frames, strict=True) if frame
    }
    return [
        Reel(look, steps, {one[3]: seen[one] for one in own if one in seen})
        for look, own in zip(found, asked, strict=True)
    ]


def _steps(found: Sequence[Look]) -> list[int]:
    """Of the time slider's positions the first, the last and others evenly between."""
    steps = positions_of([look.side for look in found])
    kept = min(len(steps), MOST_STEPS)
    return [steps[round(place * (len(steps) - 1) / max(kept - 1, 1))] for place in range(kept)]


def _questions(look: Look, steps: Sequence[int]) -> list[Question]:
    """About the class that is looked for now, at all steps at which there is a net."""
    sides = [replace(look.side, step=step) for step in steps if step in look.side.net_steps]
    return [(*one.address, shown_choice().image, look.answer["target"]) for one in sides]


def _work(questions: Sequence[Question]) -> Work:
    def work(tell: Tell) -> list[Frame | None]:
        frames = []
        for done, question in enumerate(questions):
            tell(done / len(questions))
            frames.append(_frame(question))
        return frames

    return work


def _frame(question: Question) -> Frame | None:
    """None where there is no map: at that step the net's numbers overflow."""
    try:
        answer = ask("grad-cam", *question)
    except ValueError:
        return None
    return Frame(answer["maps"], float(answer["probabilities"][answer["target"]]))


def _headline(reels: Sequence[Reel], blocks: Sequence[str]) -> str:
    parts = [
        f"**{reel.look.name}**, {place_names((block,))[0]}, for *{reel.look.class_name}*"
        for reel, block in zip(reels, blocks, strict=True)
    ]
    return "; ".join(parts)


def _all_blocks(reels: Sequence[Reel]) -> None:
    rows = block_rows(reels)
    for place, column in enumerate(st.columns(2)[: len(reels)]):
        with column:
            st.markdown(f"**{reels[place].look.name}**")
            _draw(f"film-{place}", rows[place], reels, [place], NARROW)


def _draw(name: str, rows: Rows, reels: Sequence[Reel], places: Sequence[int], width: int) -> None:
    """A film of the reels at these places."""
    own, steps = [reels[place] for place in places], reels[0].steps
    drawn = film_strip(
        rows.tiles,
        rows.labels,
        steps,
        families=[reel.look.side.spec.family for reel in own],
        marked=[reel.column for reel in own],
        pixels=width / len(steps),
        alt=f"Grad-CAM by step: {film_reading(own, rows.blocks).replace('**', '')}",
        mode=page_mode(),
    )
    height = height_of(len(steps), len(rows.labels), width)
    figure(f"attention-{name}", drawn, height, on_click=_go(reels))


def _go(reels: Sequence[Reel]) -> Callable[[str], None]:
    """For a click on a map, which carries its net's place and its step."""
    sides = [reel.look.side for reel in reels]

    def go(hit: str) -> None:
        place, step = hit.split("|")
        moves(sides, int(place))(step)

    return go
