"""python -m benchmarks.describe: how long nets take to be described, after the import.

Each net is asked for in processes of its own, twice; the medians go to describe.json beside this
file.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from statistics import median

from benchmarks.machine import HERE, circumstances, keep

NETS: tuple[tuple[str, dict[str, object], int], ...] = (  # name, settings, target in ms
    ("resnet", {"depth": 44}, 150),
    ("bottleneck", {"depth": 50, "stem": "imagenet"}, 150),
    ("vgg16", {}, 150),
    ("resnet50", {}, 150),
    ("bottleneck", {"depth": 152, "stem": "imagenet"}, 500),
    ("resnet152", {}, 500),
    ("inception_v4", {}, 500),
    ("resnet", {"depth": 1202}, 3000),
)
AGAIN_TARGET = 50  # ms
SCRIPT = """
import json, sys, time
from core.describe import describe
name, settings = json.loads(sys.argv[1])
for _ in range(2):
    started = time.perf_counter()
    net = describe(name, settings)
    print(1000 * (time.perf_counter() - started))
print(net["name"])
"""


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.describe", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args(arguments)
    results = circumstances("cpu")
    nets = [measure(*net, given.rounds) for net in NETS]
    keep("describe", results | {"again_target": AGAIN_TARGET, "nets": nets})
    for net in nets:
        print("  ".join(f"{value!s:>16}" for value in net.values()))  # noqa: T201


def measure(name: str, settings: dict[str, object], target: int, rounds: int) -> dict[str, object]:
    """Medians of milliseconds of the first and the second time."""
    answers = [_ask(name, settings) for _ in range(rounds)]
    first, again, names = zip(*answers, strict=True)
    return {
        "net": names[0],
        "first_ms": round(median(map(float, first)), 1),
        "again_ms": round(median(map(float, again)), 2),
        "target": target,
    }


def _ask(name: str, settings: dict[str, object]) -> list[str]:
    command = [sys.executable, "-c", SCRIPT, json.dumps([name, settings])]
    answer = subprocess.run(command, cwd=HERE.parent, capture_output=True, text=True, check=True)
    return answer.stdout.split()


if __name__ == "__main__":
    main()
