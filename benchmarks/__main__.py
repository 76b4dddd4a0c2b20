"""python -m benchmarks [NAME ...]: all benchmarks, or those named."""

import argparse
import importlib

from benchmarks.report import write_table

BENCHMARKS = (
    "training",
    "classroom",
    "dashboard",
    "describe",
    "probes",
    "inspect",
    "inside",
    "attention",
    "random_features",
    "block_by_hand",
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*BENCHMARKS, "all"], default="all")
    names = parser.parse_args().names
    for name in BENCHMARKS if "all" in names else names:
        print(f"{name} ...", flush=True)  # noqa: T201
        importlib.import_module(f"benchmarks.{name}").main([])
    write_table()


if __name__ == "__main__":
    main()
