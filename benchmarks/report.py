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


ROWS: dict[str, Callable[[dict[str, Any]], Iterator[Row]]] = {
    "training": _training,
    "classroom": _classroom,
    "dashboard": _dashboard,
    "describe": _describe,
}
