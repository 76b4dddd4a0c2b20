"""Being asked to end, by Ctrl-C or SIGTERM."""

import signal
from types import FrameType, TracebackType


class StopSignal:
    """Noted while the context is open, to be heeded between two slices: no write is cut in two.

    A second one interrupts at once; the runs then go on from their last checkpoints.
    """

    def __init__(self) -> None:
        self.received = False

    def __enter__(self) -> "StopSignal":
        numbers = (signal.SIGINT, signal.SIGTERM)
        self._before = {number: signal.signal(number, self._note) for number in numbers}
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self.received:
            raise KeyboardInterrupt
        self.received = True
