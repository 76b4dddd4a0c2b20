"""What papers and lecture decks print, and the lab's own runs beside it. Knows no torch."""

import re
from pathlib import Path
from typing import Any

import pandas as pd

from core.distinguishable import Spread, difference, spread
from core.presets import PAPER, as_text, with_settings
from core.spec import RunSpec

FOLDER = Path(__file__).resolve().parent.parent / "assets" / "published"
CIFAR10 = re.compile(r"cifar[-_ ]?10(?!0)", re.IGNORECASE)  # the set itself, or a folder of it
RUNS = re.compile(r"of (\d+) runs")  # in a note: so many stand behind its mean and spread
NO_RECIPE = {"family", "depth", "seed", "device", "precision", "snapshots", "epochs"}
SAME_RECIPE = "nothing: it is the paper's"
BESIDE = [
    *("family", "depth", "published", "measured", "runs", "difference", "told", "clear", "recipe")
]


def read_table(name: str) -> pd.DataFrame:
    """A table of assets/published/, every value the text that is printed; '' where none is.

    README.md there says what its columns mean.
    """
    return pd.read_csv(FOLDER / f"{name}.csv", dtype=str, keep_default_na=False)


def beside_published(runs: pd.DataFrame) -> pd.DataFrame:
    """Finished runs on CIFAR-10 beside what He et al. 2015, Table 6, print of such a net.

    Runs that differ in their seeds alone are one row; imported weights, whose training nobody
    knows, are a row each. Where the table prints a mean over runs, the lab's mean is compared
    with that, not with the best run.

    Args:
        runs: as `read_runs` gives them, of any number of stores.

    Returns:
        Columns family, depth, published (test error as printed, %), measured (mean test error,
        %), runs (how many), difference (measured - published, points), told (that in words, with
        its doubt), clear (it is distinguishable by the rule of `core.distinguishable`), recipe
        (what differs from the published one, in words), sorted by family, depth and measured.
    """
    printed = {(row["family"], row["depth"]): row for row in _rows("cifar10")}
    own = runs[(runs["status"] == "finished") & runs["test_error"].notna()]
    own = own[own["dataset"].map(is_cifar10).astype(bool)]
    alike = own["spec"].map(_settings).where(own["steps"] > 0, own["run_id"])
    rows = []
    for (family, depth, _), seeds in own.groupby(["family", "depth", alike]):
        if row := printed.get((str(family), str(depth))):
            own_errors, recipe = spread([*seeds["test_error"]]), _recipe(seeds.iloc[0], row)
            change = difference(_printed(row), own_errors)
            numbers = own_errors.mean, own_errors.seeds, change.points, change.told, change.is_clear
            rows.append((family, depth, row["mean"] or row["error"], *numbers, recipe))
    return pd.DataFrame(rows, columns=BESIDE).sort_values(["family", "depth", "measured"])


def is_cifar10(dataset: str) -> bool:
    """True for `cifar10`, and for a folder whose name says that it holds those images."""
    return CIFAR10.search(Path(dataset).name) is not None


def recipe_differences(spec: RunSpec, steps: int) -> list[str]:
    """What is not as in He et al. 2015, section 4.2, such as `width 8, not 16`."""
    alike = {"families": (spec.family,), "depths": (spec.depth,)}
    theirs = with_settings(PAPER, alike).specs()[0].model_dump()
    ours = spec.model_dump() | {"steps": steps, "dataset": Path(spec.dataset).name}
    return [
        f"{NAMES.get(name, name.replace('_', ' '))} {_word(value)}, not {_word(theirs[name])}"
        for name, value in ours.items()
        if value != theirs[name] and name not in NO_RECIPE and not _is_idle(name, spec)
    ]


def _rows(name: str) -> list[dict[str, str]]:
    return read_table(name).to_dict("records")  # type: ignore[return-value]


def _printed(row: dict[str, str]) -> Spread:
    """The published error; one run's has no spread."""
    if runs := RUNS.search(row["note"]):
        return Spread(float(row["mean"]), float(row["spread"]), int(runs[1]))
    return Spread(float(row["mean"] or row["error"]), 0.0, 1)


def _recipe(run: pd.Series, row: dict[str, str]) -> str:
    """What differs from the recipe of the published net of this row."""
    spec = RunSpec.model_validate_json(run["spec"])
    differences = recipe_differences(spec, int(run["steps"]))
    if not run["steps"]:
        images = [one for one in differences if one.startswith(NAMES["dataset"])]
        return "; ".join(["imported weights, trained elsewhere", *images])
    if spec.family in OTHER_RECIPES:
        own = f"{run['parameters'] / 1e6:.2f} M parameters, not {row['parameters']} M"
        return f"{OTHER_RECIPES[spec.family]}; {own}"
    return "; ".join(differences) or SAME_RECIPE


def _settings(spec: str) -> str:
    """A run's spec without what may differ between seeds of one net."""
    loose = {"seed", "device", "precision", "snapshots"}
    return RunSpec.model_validate_json(spec).model_dump_json(exclude=loose)


def _is_idle(name: str, spec: RunSpec) -> bool:
    return name == "milestones" and spec.schedule != "steps"


def _word(value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    text = as_text(value).replace(", ", " and ")
    return WORDS.get(text, text)


NAMES = {"dataset": "data set", "init": "initialisation"}
WORDS = {"True": "on", "False": "off", "": "none"}
OTHER_RECIPES = {"highway": "Srivastava et al. 2015 trained it in another way"}
