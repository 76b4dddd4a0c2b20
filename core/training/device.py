"""Where and how to compute: asked of the hardware, and overridable."""

import ctypes
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import torch

from core.cost import threads_for
from core.spec import Device, Precision, RunSpec

BFLOAT16_UNITS = ("avx512_bf16", "amx_bf16")  # x86 instruction sets that multiply bfloat16


M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # mallopt(3)


def available_devices() -> tuple[Literal["cpu", "cuda", "mps"], ...]:
    """Names of the devices there are, the fastest first."""
    cuda, mps = torch.cuda.is_available(), torch.backends.mps.is_available()
    return (*(("cuda",) if cuda else ()), *(("mps",) if mps else ()), "cpu")


def choose_device(name: Device | str) -> torch.device:
    """The device of that name, the fastest for `auto`; a ValueError when this computer has none."""
    devices = available_devices()
    if name == "auto":
        return torch.device(devices[0])
    if name not in devices:
        raise ValueError(f"no device {name!r} here; there is {' and '.join(devices)}")
    return torch.device(name)


def choose_precision(name: Precision, device: torch.device) -> Literal["float32", "bfloat16"]:
    """`auto` is bfloat16 where the device multiplies it in hardware, else float32."""
    if name != "auto":
        return name
    return "bfloat16" if HAS_BFLOAT16[device.type]() else "float32"


def choose_threads(spec: RunSpec, size: int) -> int:
    """CPU threads for a net on images of `size` pixels a side; see `core.cost.threads_for`."""
    return threads_for(spec, size, torch.get_num_threads())


@contextmanager
def threads(number: int) -> Iterator[None]:
    """Let torch compute with so many CPU threads; afterwards with as many as before."""
    before = torch.get_num_threads()
    torch.set_num_threads(number)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def keep_freed_memory() -> None:
    """Have the C library keep what a step frees for the next step.

    glibc otherwise returns the activations to the system after each step and faults them in anew,
    a tenth of the time and more. Call it once a process; without glibc it does nothing.
    """
    if platform.libc_ver()[0] == "glibc":
        libc = ctypes.CDLL(None)
        libc.mallopt(M_MMAP_THRESHOLD, 2**25)  # the most that all versions accept
        libc.mallopt(M_TRIM_THRESHOLD, 2**31 - 1)


def _cpu_has_bfloat16() -> bool:
    capabilities = torch.cpu.get_capabilities()
    return any(capabilities.get(unit, False) for unit in BFLOAT16_UNITS)


HAS_BFLOAT16 = {
    "cpu": _cpu_has_bfloat16,
    "cuda": lambda: torch.cuda.is_bf16_supported(including_emulation=False),
    "mps": lambda: False,
}
