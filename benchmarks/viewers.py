"""Open pages without browsers: websockets that ask for updates as Streamlit's own page does.

A browser on the same machine would take its share of the cores; these only read what comes.
"""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from dashboard.components.race_panel import LIVE_SECONDS

DONE = ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY
PROTOCOLS = [Subprotocol("streamlit")]
ENDS = (DONE, ForwardMsg.FINISHED_SUCCESSFULLY)


@dataclass
class Updates:
    """What came back for the updates asked for: seconds and bytes of each, in order of arrival."""

    seconds: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)


class Viewer:
    """One session: it opens the page, and then asks for the race fragment again and again."""

    def __init__(self, socket: ClientConnection, query: str) -> None:
        self._socket, self._query = socket, query
        self._fragment = ""  # that draws the figures

    async def open_page(self) -> None:
        """Run the page's whole script."""
        await self._ask()
        await self._read_to_the_end()

    async def update(self) -> tuple[float, int] | None:
        """Seconds from asking for the live fragment to its script's end, and bytes received.

        None when the script went over to a run of the whole page instead.
        """
        started = time.perf_counter()
        await self._ask(self._fragment)
        end, size = await self._read_to_the_end()
        return (time.perf_counter() - started, size) if end == DONE else None

    async def _ask(self, fragment: str = "") -> None:
        message = BackMsg()
        message.rerun_script.query_string = self._query
        message.rerun_script.fragment_id = fragment
        message.rerun_script.is_auto_rerun = bool(fragment)
        await self._socket.send(message.SerializeToString())

    async def _read_to_the_end(self) -> tuple[int, int]:
        size = 0
        while True:
            data = await self._socket.recv()
            assert isinstance(data, bytes)
            size += len(data)
            message = ForwardMsg.FromString(data)
            element = message.delta.new_element.WhichOneof("type")
            if element == "bidi_component":
                self._fragment = message.delta.fragment_id
            elif element == "exception":
                raise RuntimeError(message.delta.new_element.exception.message)
            if message.script_finished in ENDS and message.HasField("script_finished"):
                return message.script_finished, size


def watch(
    url: str,
    query: str,
    *,
    viewers: int,
    updates: int,
    every: float = LIVE_SECONDS,
    after_each: Callable[[int], None] | None = None,
) -> Updates:
    """Let viewers look at a page together until so many updates came, all viewers counted.

    Args:
        query: of the page's link, `experiment=...`.
        every: seconds between two updates of one viewer, as the page has it.
        after_each: called with the number of updates so far.
    """
    watching = _watch(url, query, viewers, updates, every, after_each or _nothing)
    with ThreadPoolExecutor(1) as own_loop:  # a browser's test may hold this thread's
        return own_loop.submit(asyncio.run, watching).result()


def _nothing(count: int) -> None:
    """Nobody wants to know."""


async def _watch(
    url: str,
    query: str,
    viewers: int,
    updates: int,
    every: float,
    after_each: Callable[[int], None],
) -> Updates:
    seen = Updates()
    address = url.replace("http", "ws", 1) + "/_stcore/stream"

    async def look(delay: float) -> None:
        async with connect(address, subprotocols=PROTOCOLS, max_size=None) as socket:
            viewer = Viewer(socket, query)
            await viewer.open_page()
            await asyncio.sleep(delay)
            while len(seen.seconds) < updates:
                due = time.monotonic() + every
                update = await viewer.update()
                if update:
                    seen.seconds.append(update[0])
                    seen.sizes.append(update[1])
                    after_each(len(seen.seconds))
                await asyncio.sleep(max(0.0, due - time.monotonic()))

    await asyncio.gather(*(look(every * index / viewers) for index in range(viewers)))
    return seen
