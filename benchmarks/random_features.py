"""python -m benchmarks.random_features: how long the curve of the page Double descent takes.

1,000 images, 16 numbers of features from 10 to 8,000, as the page asks for them: one after the
other, of the inspection process, which has imported torch already. The medians of the rounds go to
random_features.json beside this file.
"""

import argparse
import time
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from benchmarks.machine import circumstances, keep
from core.inspection import ask
from core.random_features import Settings, threshold, widths_between

TASK = "random-features"
WIDTHS = widths_between(10, 8000, Settings().images, 16)
TARGETS = {"curve_s": 15}


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.random_features")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args(arguments)
    results = circumstances("cpu")
    ask(TASK, Settings(), WIDTHS[0])  # imports torch and reads the images
    curves = [measure(seed) for seed in range(given.rounds)]
    columns = {name: [curve[name] for curve in curves] for name in curves[0]}
    medians = {name: round(median(values), 2) for name, values in columns.items()}
    results |= {"rounds": given.rounds, "targets": TARGETS, "widths": list(WIDTHS)}
    keep("random_features", results | medians)
    print(medians)  # noqa: T201


def measure(seed: int) -> dict[str, float]:
    """Seconds until the first point of a curve was there, the last, and the longest between two.

    Also the threshold that was found, and the test errors (%) at it and at the end.
    """
    rows, times = [], [time.perf_counter()]
    for width in WIDTHS:
        rows.append(ask(TASK, Settings(seed=seed), width))
        times.append(time.perf_counter())
    found = threshold(WIDTHS, [row["train_squared"] for row in rows])
    assert found is not None
    return {
        "first_s": times[1] - times[0],
        "curve_s": times[-1] - times[0],
        "longest_s": max(after - before for before, after in pairwise(times)),
        "threshold": found,
        "peak_error": rows[WIDTHS.index(found)]["test_error"],
        "end_error": rows[-1]["test_error"],
    }


if __name__ == "__main__":
    main()
