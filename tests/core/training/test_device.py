import platform
import subprocess
import sys

import pytest
import torch

from core.training.device import (
    available_devices,
    choose_device,
    choose_precision,
    choose_threads,
    threads,
)


def test_auto_is_a_device_that_computes():
    assert (torch.ones(2, device=choose_device("auto")) + 1).tolist() == [2, 2]


@pytest.mark.parametrize("name", available_devices())
def test_every_available_device_can_be_chosen(name):
    assert choose_device(name).type == name


@pytest.mark.parametrize("name", sorted({"cuda", "mps", "tpu"} - set(available_devices())))
def test_a_device_that_is_not_there_is_refused_in_a_sentence(name):
    with pytest.raises(ValueError, match=f"no device '{name}' here; there is .*cpu"):
        choose_device(name)


@pytest.mark.parametrize("name", ["float32", "bfloat16"])
def test_a_precision_given_is_taken(name):
    assert choose_precision(name, torch.device("cpu")) == name


def test_auto_precision_on_a_cpu_is_bfloat16_where_it_has_the_instructions():
    has = torch.cpu.get_capabilities()
    expected = has.get("avx512_bf16", False) or has.get("amx_bf16", False)
    assert (choose_precision("auto", torch.device("cpu")) == "bfloat16") == expected


@pytest.mark.parametrize(
    ("fields", "size", "number"),
    [
        ({"width": 8, "stem_stride": 2, "batch_size": 128}, 28, 1),  # classroom
        ({"width": 16, "stem_stride": 1, "batch_size": 128}, 32, 4),  # cifar10: all there are
        ({"width": 16, "stem_stride": 1, "batch_size": 32}, 32, 2),
    ],
)
def test_small_nets_get_few_threads(make_spec, fields, size, number):
    with threads(4):
        assert choose_threads(make_spec(**fields), size) == number


def test_threads_are_as_before_after_an_error():
    before = torch.get_num_threads()
    with pytest.raises(ZeroDivisionError), threads(before + 1):
        1 / 0  # noqa: B018
    assert torch.get_num_threads() == before


PAGE_FAULTS = """
import resource, torch
from core.training.device import keep_freed_memory
{call}
def fault(steps):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(steps):
        activations = [torch.zeros(2_000_000) for _ in range(20)]
        del activations
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
fault(3)
print(fault(3))
"""


def count_page_faults(call: str) -> int:
    command = [sys.executable, "-c", PAGE_FAULTS.format(call=call)]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="a setting of glibc's malloc")
def test_memory_that_is_kept_is_not_faulted_in_again():
    few = 3 * 20 * 2_000_000 * 4 / 4096 / 100  # a hundredth of the pages that are written to
    assert count_page_faults("keep_freed_memory()") < few
    # without the call the heap's layout decides, which is drawn anew for each process
    assert any(count_page_faults("") > few for _ in range(6))
