import pandas as pd
import pytest

from core.verdict import Verdict, judge

# The pilot of the classroom race: training error by family and depth, one seed.
PILOT = {
    ("plain", 8): 10.8, ("plain", 20): 14.5, ("plain", 32): 20.7, ("plain", 56): 51.4,
    ("resnet", 8): 11.0, ("resnet", 20): 9.4, ("resnet", 32): 9.6, ("resnet", 56): 14.0,
}  # fmt: skip


def judged(table: pd.DataFrame) -> Verdict:
    return judge(table.itertuples())


def runs(errors, *, status="finished", step=100, seeds=(0,), spread=0.0, rate=0.1):
    rows = [
        {
            "label": f"{family}-{depth}", "family": family, "depth": depth, "seed": seed,
            "learning_rate": rate, "status": status, "message": "", "step": step, "steps": 100,
            "train_error": error + spread * (seed - 1), "test_error": error,
        }
        for (family, depth), error in errors.items()
        for seed in seeds
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_the_headline_is_the_gap_at_equal_depth():
    assert judged(runs(PILOT)).headline == (
        "At 56 layers the shortcut removes 37.4 points of training error:"
        " plain 51.4\u00a0%, residual 14.0\u00a0% (one seed)."
    )


def test_the_deep_plain_net_is_compared_with_the_papers_shallow_one():
    first, *_ = judged(runs(PILOT)).sentences
    assert first.startswith("plain-56 has 36.9 points more *training* error than plain-20")
    assert "not overfitting" in first


def test_a_worse_deep_residual_net_is_not_called_better():
    *_, last = judged(runs(PILOT)).sentences
    assert last == (
        "residual-56 is not (yet) better than residual-20:"
        " 14.0\u00a0% against 9.4\u00a0% training error."
    )


def test_a_small_gap_with_one_seed_is_too_close_to_call():
    verdict = judged(runs({("plain", 20): 10.0, ("resnet", 20): 9.0}))
    assert "too close to call" in verdict.headline


@pytest.mark.parametrize(("spread", "clear"), [(0.1, True), (3.0, False)])
def test_several_seeds_decide_by_their_spread(spread, clear):
    errors = {("plain", 20): 10.0, ("resnet", 20): 9.0}
    headline = judged(runs(errors, seeds=(0, 1, 2), spread=spread)).headline
    assert ("not distinguishable (n = 3)" not in headline) is clear
    assert "3 seeds" in headline


def test_seeds_that_differ_as_much_as_the_nets_tell_no_degradation():
    errors = {("plain", 20): 10.0, ("plain", 56): 11.0}
    verdict = judged(runs(errors, seeds=(0, 1, 2), spread=3.0))
    assert verdict.headline == (
        "plain-56 and plain-20 are not distinguishable (n = 3): 11.0\u00a0% and 10.0\u00a0%"
        " training error (3 seeds, standard deviation 3.0 and 3.0)."
    )


def test_a_deeper_plain_net_that_is_better_is_no_degradation():
    verdict = judged(runs({("plain", 20): 20.0, ("plain", 56): 10.0}))
    assert "10.0 points less training error" in verdict.headline
    assert "no degradation" in verdict.headline


@pytest.mark.parametrize(
    "table",
    [
        runs({}).reindex(columns=runs(PILOT).columns),
        runs({("plain", 8): 10.0}),
        runs(PILOT, step=5),
    ],
    ids=["nothing", "one net", "too young"],
)
def test_without_evidence_there_is_no_claim(table):
    verdict = judged(table)
    assert not verdict.enough
    assert verdict.headline.startswith("Not enough evidence yet")


def test_a_race_under_way_is_judged_so_far():
    assert judged(runs(PILOT, status="running", step=60)).so_far
    assert not judged(runs(PILOT)).so_far


def test_a_sweep_compares_each_net_at_its_best_learning_rate():
    table = pd.concat(
        [
            runs({("plain", 20): 30.0, ("plain", 56): 40.0}, rate=0.01),
            runs({("plain", 20): 10.0, ("plain", 56): 60.0}, rate=0.1),
        ]
    )
    assert judged(table).headline.startswith(
        "plain-56 at its best learning rate (0.01) has 30.0 points more *training* error than"
        " plain-20 at its best learning rate (0.1)"
    )
    assert "None of the 2 learning rates cures it" in judged(table).headline


def test_rates_that_diverged_count_as_tried():
    table = pd.concat([runs(PILOT, rate=0.1), runs(PILOT, status="diverged", rate=0.3)])
    first, *_ = judged(table).sentences
    assert first.startswith("plain-56 at its best learning rate (0.1) has 36.9 points more")
    assert "None of the 2 learning rates" in first


def test_a_sweep_of_both_families_names_the_rates_in_its_headline():
    worse = runs({net: error + 5 for net, error in PILOT.items()}, rate=0.01)
    assert judged(pd.concat([runs(PILOT, rate=0.1), worse])).headline.startswith(
        "At 56 layers and the best learning rate of each (0.1 and 0.1) the shortcut removes"
    )


def test_a_diverged_run_is_told_and_not_compared():
    table = pd.concat([runs(PILOT), runs({("plain", 110): 90.0}, status="diverged")])
    table.loc[table["status"] == "diverged", "message"] = "the loss was no longer a number"
    verdict = judged(table)
    assert verdict.headline.startswith("At 56 layers")
    told = "Diverged, so not compared: plain-110 (the loss was no longer a number)."
    assert told in verdict.sentences
