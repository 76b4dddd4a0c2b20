import json
import os
import signal
import subprocess
import sys

import pytest
from PIL import Image

from core.store.database import open_store
from core.store.reads import read_curves, read_runs
from tests.racing import (
    ROOT,
    assert_same_run,
    queue,
    run_core,
    run_to_the_end,
    started,
    statuses,
    wait_for,
)

SETTINGS = {
    "depths": "8",
    "width": "2",
    "batch_size": "32",
    "snapshots": "2",
    "precision": "float32",
    "milestones": "0.5, 0.75",
}
KEYS = {  # the documented ones, then what else there is
    "run": str,
    "family": str,
    "depth": int,
    "seed": int,
    "status": str,
    "epochs": float,
    "steps": int,
    "parameters": int,
    "train_error": float,
    "train_error_eval": float,
    "test_error": float,
    "seconds": float,
    "images_per_second": float,
    "experiment": str,
    "label": str,
    "learning_rate": float,
    "message": str,
    "step": int,
}


def race(store_file, *more, steps=40, preset="quick"):
    """Words of a command that races tiny nets in a store."""
    words = ["race", preset, "--store", str(store_file), "--device", "cpu"]
    for key, value in (SETTINGS | {"steps": steps}).items():
        words += ["--set", f"{key}={value}"]
    return [*words, *more]


def sentence(answer, code=2):
    """The one line on stderr of a command that was refused."""
    assert answer.returncode == code, answer.stderr
    assert answer.stdout == ""
    (line,) = answer.stderr.splitlines()
    return line


@pytest.fixture(scope="module")
def raced(tmp_path_factory):
    """A race of two seeds by the command line: its store's file and its answer."""
    file = tmp_path_factory.mktemp("raced") / "lab.db"
    return file, run_core(*race(file, "--seed", "1", "--seed", "2", "--json"))


def test_a_race_prints_one_object_on_stdout(raced):
    _, answer = raced
    assert answer.returncode == 0, answer.stderr
    (line,) = answer.stdout.splitlines()
    report = json.loads(line)
    assert list(report) == ["experiment", "name", "device", "runs"]
    assert isinstance(report["experiment"], str)
    assert report["device"] == "cpu"
    assert [(run["family"], run["depth"], run["seed"]) for run in report["runs"]] == [
        ("plain", 8, 1),
        ("resnet", 8, 1),
        ("plain", 8, 2),
        ("resnet", 8, 2),
    ]
    for run in report["runs"]:
        assert {key: type(value) for key, value in run.items()} == KEYS
        assert (run["status"], run["step"], run["steps"]) == ("finished", 40, 40)
        assert run["epochs"] == pytest.approx(40 / 312)
        assert run["parameters"] == 1320
        errors = (run["train_error"], run["train_error_eval"], run["test_error"])
        assert all(0 < error < 100 for error in errors)
        assert 0 < run["seconds"] < 60
        assert run["images_per_second"] == pytest.approx(40 * 32 / run["seconds"])


def test_a_race_says_on_stderr_what_it_shows(raced):
    lines = raced[1].stderr.splitlines()
    assert lines[0].startswith("experiment ")
    assert lines[0].endswith(
        ": plain-8 · seed 1, residual-8 · seed 1, plain-8 · seed 2, residual-8 · seed 2"
    )
    assert "At 8 layers" in lines[1]
    assert "\x1b" not in raced[1].stderr  # no bars where nobody looks


def test_errors_are_those_that_were_recorded(raced):
    file, answer = raced
    found = read_runs(open_store(str(file))).set_index("run_id")
    for run in json.loads(answer.stdout)["runs"]:
        for key in ("train_error", "train_error_eval", "test_error"):
            assert run[key] == found.loc[run["run"], key]


def test_runs_lists_them_all(raced):
    file, answer = raced
    ids = [run["run"] for run in json.loads(answer.stdout)["runs"]]
    listed = run_core("runs", "--store", str(file), "--json")
    assert [run["run"] for run in json.loads(listed.stdout)["runs"]] == ids
    assert listed.stderr == ""
    table = run_core("runs", "--store", str(file)).stdout
    for run_id in ids:
        assert f" {run_id} " in table
    assert table.count("finished") == 4


def test_an_empty_store_has_no_runs(tmp_path):
    listed = run_core("runs", "--store", str(tmp_path / "lab.db"), "--json")
    assert json.loads(listed.stdout) == {"runs": []}
    assert run_core("runs", "--store", str(tmp_path / "lab.db")).returncode == 0


def test_show_tells_one_run_with_its_curves(raced):
    file, answer = raced
    run = json.loads(answer.stdout)["runs"][0]
    shown = run_core("show", run["run"], "--store", str(file), "--json")
    assert shown.stderr == ""
    report = json.loads(shown.stdout)
    assert {key: report[key] for key in KEYS} == run
    assert report["spec"]["width"] == 2
    assert set(report["versions"]) >= {"depth-lab", "torch", "python"}
    curves = report["curves"]
    assert [point["step"] for point in curves["train"]] == list(range(1, 41))
    assert curves["test"][-1]["error"] == run["test_error"]
    assert set(curves["train"][0]) == {"step", "epoch", "error", "loss", "learning_rate"}
    table = run_core("show", run["run"], "--store", str(file)).stdout
    assert run["run"] in table
    assert f"{run['test_error']:.1f}" in table


def test_resume_goes_on_with_a_run(tmp_path):
    store = open_store(str(tmp_path / "lab.db"))
    first, _ = queue(store)
    answer = run_core("resume", first, "--store", store.url, "--json")
    assert answer.returncode == 0, answer.stderr
    (run,) = json.loads(answer.stdout)["runs"]
    assert (run["run"], run["status"]) == (first, "finished")
    assert statuses(store) == ["finished", "queued"]
    again = run_core("resume", first, "--store", store.url)
    assert sentence(again) == f"the run {first} has finished; only an unended run can go on"


@pytest.mark.skipif(os.name == "nt", reason="there is no Ctrl-C to send to one process")
def test_ctrl_c_leaves_runs_that_resume_finishes(tmp_path):
    store, unbroken = (open_store(str(tmp_path / name / "lab.db")) for name in ("here", "other"))
    words = race(tmp_path / "here" / "lab.db", "--set", "families=resnet", "--json", steps=400)
    with started("core", *words) as process:
        wait_for(lambda: len(read_runs(store)) and read_runs(store)["step"].iloc[0] >= 20)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    (run,) = json.loads(out)["runs"]
    assert run["status"] == "interrupted"
    assert 20 <= run["step"] < 400
    assert f"residual-8 was interrupted; go on with: python -m core resume {run['run']}" in err
    assert "Traceback" not in err
    answer = run_core("resume", run["run"], "--store", store.url, "--json")
    assert json.loads(answer.stdout)["runs"][0]["status"] == "finished"
    (twin,) = queue(unbroken, families=("resnet",), steps=400, milestones=(0.5, 0.75))
    run_to_the_end(unbroken)
    assert_same_run(store, run["run"], unbroken, twin)


def test_a_run_that_diverges_is_told_and_is_no_failure(tmp_path):
    words = race(tmp_path / "lab.db", "--set", "learning_rates=1e6", "--json", steps=120)
    answer = run_core(*words, "--set", "families=plain")
    assert answer.returncode == 0, answer.stderr
    (run,) = json.loads(answer.stdout)["runs"]
    assert run["status"] == "diverged"
    assert f"plain-8 (the loss was no longer a number at step {run['step']})" in (answer.stderr)


def test_a_run_that_fails_is_told_and_is_a_failure(tmp_path):
    for name in ("dark", "light"):
        folder = tmp_path / "shapes" / name
        folder.mkdir(parents=True)
        for index in range(8):
            Image.effect_noise((16, 16), 9).save(folder / f"{index}.png")
    whole = (folder / "3.png").read_bytes()
    (folder / "3.png").write_bytes(whole[: len(whole) // 2])  # its header still tells the size
    words = race(tmp_path / "lab.db", "--set", f"dataset=folder:{tmp_path / 'shapes'}")
    answer = run_core(*words, "--set", "batch_size=4", "--json")
    assert answer.returncode == 1, answer.stderr
    assert {run["status"] for run in json.loads(answer.stdout)["runs"]} == {"failed"}
    assert "Traceback" not in answer.stderr
    assert "plain-8 failed: " in answer.stderr


def test_a_gallery_is_written_and_read_only(raced, tmp_path):
    file, answer = raced
    experiment = json.loads(answer.stdout)["experiment"]
    to = str(tmp_path / "gallery")
    answer = run_core("gallery", experiment, "--to", to, "--store", str(file))
    assert answer.returncode == 0, answer.stderr
    assert answer.stderr.endswith(" MB\n")
    shipped = open_store(str(tmp_path / "gallery" / "lab.db"), read_only=True)
    assert len(read_curves(shipped)) == len(read_curves(open_store(str(file))))


def test_doctor_tells_what_there_is(tmp_path):
    words = ["doctor", "--store", str(tmp_path / "lab.db")]
    answer = run_core(*words, "--json")
    assert answer.stderr == ""
    found = json.loads(answer.stdout)
    assert found["store"] == f"sqlite:///{tmp_path / 'lab.db'}"
    assert {"python", "torch", "device", "precision", "sqlite", "free disk"} <= set(found)
    assert "SQLite" in found["journal mode"]
    assert (found["runs"], found["workers"]) == (0, "none")
    text = run_core(*words).stdout
    for name, finding in found.items():
        assert name in text
        assert name == "free disk" or str(finding) in text


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["race", "classrom"], "no preset 'classrom'; there are classroom, quick, cifar10"),
        (["race", "quick", "--set", "depths=21"], "depth 21 is not 6n + 2 between 8 and 1202; "),
        (["race", "quick", "--set", "width=0"], "width 0 is too small; the nearest is 1"),
        (["race", "quick", "--set", "nonsense"], "--set nonsense is no setting; write it like "),
        (["race", "quick", "--set", "wdth=8"], "there is no setting wdth"),
        (["race", "quick", "--set", "batch_size=10001"], "is larger than the 10000 training"),
        (["race", "quick", "--set", "dataset=fashion"], "there is no data set 'fashion'; the near"),
        (["race", "quick", "--set", "dataset=folder:/no"], "there is no /no; give a directory"),
        (["race", "quick", "--set", "families=alexnet"], "families alexnet must be 'plain', 're"),
        (["race", "quick", "--set", "learning_rates=nan"], "learning rates nan is not a finite"),
        (["race", "quick", "--set", "learning_rates=0"], "learning rates 0 is too small; it must"),
        (["race", "quick", "--seed", "-1"], "seeds -1 is too small; the nearest is 0"),
        (["race", "quick", "--device", "tpu"], "device tpu must be 'auto', 'cpu', 'cuda' or "),
        (["race", "quick", "--store", "nope://x"], "cannot open the store nope://x: Can't load"),
        (["race", "quick", "--store", "/dev/null/lab.db"], "cannot open the store /dev/null/lab.d"),
        (["runs", "--store", "/dev/null/lab.db"], "cannot open the store /dev/null/lab.db: Not a"),
        (["show", "none"], "no run 'none'; `python -m core runs` lists them"),
        (["resume", "none"], "no run 'none'; `python -m core runs` lists them"),
        (["gallery", "none", "--to", "/tmp/none"], "there is no experiment 'none'"),
    ],
)
def test_a_bad_value_is_one_line_and_exit_code_2(words, says):
    assert says in sentence(run_core(*words))


def test_a_device_that_is_not_there_is_one_line_and_leaves_no_run(tmp_path):
    from core.training.device import available_devices

    missing = next(device for device in ("mps", "cuda") if device not in available_devices())
    words = ["race", "quick", "--device", missing, "--store", str(tmp_path / "lab.db")]
    assert f"no device '{missing}' here; there is " in sentence(run_core(*words))
    assert read_runs(open_store(str(tmp_path / "lab.db"))).empty


def test_an_unknown_option_is_refused(tmp_path):
    answer = run_core("race", "--depth", "8")
    assert answer.returncode == 2
    assert "No such option: --depth" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_without_a_command_it_tells_which_there_are():
    answer = subprocess.run(
        [sys.executable, "-m", "core"], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    for command in ("race", "runs", "show", "resume", "doctor", "gallery"):
        assert command in answer.stdout + answer.stderr
