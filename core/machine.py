"""What this machine is: its devices, their names and memory, and the versions in use."""

import os
import platform
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import psutil
import torch

from core import __version__
from core.training.device import available_devices, choose_device, choose_precision


@dataclass(frozen=True)
class Machine:
    """The device a worker trains on.

    Attributes:
        device: torch's name of it.
        name: what people call it; speeds are kept by it.
        precision: what `auto` means here.
    """

    device: torch.device
    name: str
    precision: str

    @property
    def cores(self) -> int:
        """One-core nets that it can train at once; a GPU trains one after the other."""
        return torch.get_num_threads() if self.device.type == "cpu" else 1

    def facts(self) -> dict[str, object]:
        """Columns of a worker's row."""
        return {
            "device": self.device.type,
            "device_name": self.name,
            "precision": self.precision,
            "cores": self.cores,
            "devices": f" {' '.join(available_devices())} ",
        }

    def memory(self) -> dict[str, float]:
        """Bytes in use and in all: of the GPU, or of this process and the computer's memory."""
        if self.device.type == "cuda":
            free, total = torch.cuda.mem_get_info(self.device)
            return {"memory_used": total - free, "memory_total": total}
        used = psutil.Process().memory_info().rss
        return {"memory_used": used, "memory_total": psutil.virtual_memory().total}


def find_machine(device: str) -> Machine:
    """The device of that name (`auto`: the fastest there is); a ValueError when there is none."""
    chosen = choose_device(device)
    return Machine(chosen, _device_name(chosen), choose_precision("auto", chosen))


def versions() -> dict[str, str]:
    """Versions of what decides a result, as recorded with every run."""
    return {
        "depth-lab": __version__,
        "python": platform.python_version(),
        "torch": torch.__version__,
        "torchvision": version("torchvision"),
        "platform": platform.platform(),
    }


def _device_name(device: torch.device) -> str:
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    kind = _processor() if device.type == "cpu" else "Apple GPU"
    return f"{kind}, {os.cpu_count()} cores"


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()
