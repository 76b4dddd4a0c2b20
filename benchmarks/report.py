"""The table of results in README.md, written from the JSON files."""

import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from benchmarks.machine import HERE

README = HERE / "README.md"
START, END = "<!-- results -->", "<!-- /results -->"


class Row(NamedTuple):
    """A number with a target."""

    what: str
    measured: str
    target: str


def write_table() -> None:
    """Replace what stands between the two marks."""
    text = README.read_text(encoding="utf-8")
    before, _, rest = text.partition(START)
    _, _, after = rest.partition(END)
    README.write_text(f"{before}{START}\n{table()}\n{END}{after}", encoding="utf-8")


def table() -> str:
    """A line a number, as Markdown."""
    lines = ["| what | measured | target | when, where |", "|---|---|---|---|"]
    for name, rows in ROWS.items():
        file = HERE / f"{name}.json"
        if file.exists():
            results = json.loads(file.read_text(encoding="utf-8"))
            place = f"{results['date'][:10]}, {results['device']}, {results['precision']}"
            lines += [f"| {' | '.join(row)} | {place} |" for row in rows(results)]
    return "\n".join(lines)


def _training(results: dict[str, Any]) -> Iterator[Row]:
    for net in results["nets"]:
        yield Row(
            f"{net['net']}: images per second over the usual loop's",
            f"{net['ours']} / {net['usual']} = {net['ratio']}",
            f">= {net['target']}",
        )
        yield Row(
            f"{net['net']}: share of the convolutions' own speed",
            f"{net['share']}",
            f">= {results['share_target']}",
        )


def _classroom(results: dict[str, Any]) -> Iterator[Row]:
    yield Row("classroom race, all in all", f"{results['wall_seconds']} s", results["target"])


def _dashboard(results: dict[str, Any]) -> Iterator[Row]:
    targets = results["targets"]
    seconds = results["first_point"]["median_seconds"]
    yield Row("Start to first point on the page", f"{seconds} s", targets["first_point_seconds"])
    for when in ("race under way", "race stopped"):
        for viewers, update in results[when].items():
            yield Row(
                f"update of the live page, {viewers}, {when}: p95 (median)",
                f"{update['p95_ms']} ms ({update['median_ms']} ms)",
                targets["round_trip_p95_ms"],
            )
    for way, share in list(results["training_speed"]["share"].items())[1:]:
        yield Row(f"training speed with {way} over without", f"{share}", targets["training_share"])
    live = results["race under way"]["10 viewers"]
    yield Row(
        "memory of the dashboard, 500 updates later",
        f"{live['memory_growth_mb']:+} MB of {live['memory_mb']} MB",
        targets["memory_growth"],
    )


def _describe(results: dict[str, Any]) -> Iterator[Row]:
    for net in results["nets"]:
        yield Row(
            f"describe {net['net']}: first time (again)",
            f"{net['first_ms']} ms ({net['again_ms']} ms)",
            f"< {net['target']} ms (< {results['again_target']} ms)",
        )


def _probes(results: dict[str, Any]) -> Iterator[Row]:
    targets = results["targets"]
    for net in results["nets"]:
        yield Row(
            f"{net['net']}: what the probes cost of the training time",
            f"{net['share']:.1%}",
            f"< {targets['share']:.0%}",
        )
        yield Row(
            f"{net['net']}: the usual way's cost over the probes'",
            f"{net['usual_share']:.0%} / {net['share']:.1%} = {net['times_less']}",
            f">= {targets['usual']}",
        )


def _inspect(results: dict[str, Any]) -> Iterator[Row]:
    targets = results["targets"]
    for net in results["nets"]:
        yield Row(
            f"feature maps of an image, all blocks of {net['net']} (again)",
            f"{net['maps_ms']} ms ({net['again_ms']} ms)",
            f"< {targets['maps_ms']} ms",
        )
        yield Row(
            f"readout of all blocks of {net['net']} (of another image)",
            f"{net['readout_s']} s ({net['readout_other_ms']} ms)",
            f"< {targets['readout_s']} s",
        )


def _inside(results: dict[str, Any]) -> Iterator[Row]:
    targets, update = results["targets"], results["update"]
    yield Row(
        "heatmap, 110 blocks x 500 steps: read",
        f"{results['read_ms']} ms",
        f"< {targets['read_ms']} ms",
    )
    yield Row("the same drawn and packed", f"{results['draw_ms']} ms", f"< {targets['draw_ms']} ms")
    yield Row(
        "a newer version of it: the server's own work (beside a race)",
        f"{update['processor_ms']} ms ({results['update beside a race']['processor_ms']} ms)",
        f"< {targets['update_processor_ms']} ms",
    )
    yield Row(
        "the live page Inside, all its figures and words: the server's own work in a second",
        f"{results['page']['processor_ms']} ms",
        "",
    )
    yield Row(
        "feature maps of resnet-56: from the click on an image until chromium has drawn them",
        f"{results['maps_ms']} ms",
        f"< {targets['maps_ms']} ms",
    )


def _attention(results: dict[str, Any]) -> Iterator[Row]:
    targets = results["targets"]
    yield Row(
        "Grad-CAM of residual-56, 32 x 32, all 27 blocks: from question to answer",
        f"{results['asked_ms']} ms",
        f"< {targets['map_ms']} ms",
    )
    yield Row(
        "the same from the click on an image until chromium has drawn all maps",
        f"{results['clicked_ms']} ms",
        f"< {targets['strip_ms']} ms",
    )
    yield Row(
        "from the click on a block until chromium has drawn its map large",
        f"{results['block_ms']} ms",
        f"< {targets['map_ms']} ms",
    )
    yield Row(
        "the same again, from asking for the figures until they are here",
        f"{results['kept_ms']} ms",
        f"< {targets['kept_ms']} ms",
    )
    yield Row(
        "training speed while one question follows the other over without",
        f"{results['training_speed']['share']}",
        f">= {targets['training_share']}",
    )


def _random_features(results: dict[str, Any]) -> Iterator[Row]:
    yield Row(
        "random features, 1,000 images, 16 widths up to 8,000: first point (whole curve)",
        f"{results['first_s']} s ({results['curve_s']} s)",
        f"< {results['targets']['curve_s']} s",
    )


def _block_by_hand(results: dict[str, Any]) -> Iterator[Row]:
    for slider in results["sliders"]:
        yield Row(
            f"block by hand, {slider['slider']}: until both maps are drawn (p95; then the words)",
            f"{slider['median_ms']} ms ({slider['p95_ms']} ms; {slider['words_ms']} ms)",
            f"< {results['targets']['maps_ms']} ms",
        )


ROWS: dict[str, Callable[[dict[str, Any]], Iterator[Row]]] = {
    "training": _training,
    "classroom": _classroom,
    "dashboard": _dashboard,
    "describe": _describe,
    "inside": _inside,
    "inspect": _inspect,
    "probes": _probes,
    "attention": _attention,
    "random_features": _random_features,
    "block_by_hand": _block_by_hand,
}
