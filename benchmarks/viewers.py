"""Open pages without browsers: they ask for updates as the page in a browser does.

Fragments by Streamlit's websocket, newer figures from their feeds. A browser on the same machine
would take its share of the cores; these only read what comes.
"""

import asyncio
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from math import inf

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from dashboard.live_plot import LIVE_SECONDS

DONE = ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY
FEEDS, NOT_MODIFIED = "live/", 304
PROTOCOLS = [Subprotocol("streamlit")]
ENDS = (DONE, ForwardMsg.FINISHED_SUCCESSFULLY)


@dataclass
class Updates:
    """What came back for the updates asked for: seconds and bytes of each, in order of arrival."""

    seconds: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)


class Viewer:
    """One session: it opens the page, and then asks for each live part of it again and again."""

    def __init__(self, socket: ClientConnection, url: str, query: str, page: str) -> None:
        self._socket, self._url, self._query = socket, url, query
        self._page, self._page_hash = page, ""  # its name, and what the server calls it
        self._every: dict[str, float] = {}  # fragment or feed -> seconds from update to update
        self._tags: dict[str, str] = {}  # feed -> of the version that came last
        self._figures: dict[str, float] = {}  # of a page on which nothing moves
        self._due: dict[str, float] = {}

    async def open_page(self) -> None:
        """Run the page's whole script."""
        await self._ask()
        await self._read_to_the_end()

    async def update(self, *, hurry: bool) -> tuple[float, int] | None:
        """Wait for the next part's time, unless in a hurry, and ask for it.

        Returns:
            Seconds from asking to the answer's end, and bytes received. None when the script went
            over to a run of the whole page instead.
        """
        every = self._every or self._figures
        part = min(every, key=lambda one: self._due.get(one, 0.0))
        if not hurry:
            await asyncio.sleep(self._due.get(part, 0.0) - time.monotonic())
        self._due[part] = time.monotonic() + every[part]
        started = time.perf_counter()
        if part.startswith(FEEDS):
            end, size = DONE, await asyncio.to_thread(self._fetch, part)
        else:
            await self._ask(part)
            end, size = await self._read_to_the_end()
        return (time.perf_counter() - started, size) if end == DONE else None

    def _fetch(self, feed: str) -> int:
        """Bytes of a figure's newer version; none where there is none."""
        request = urllib.request.Request(f"{self._url}/{feed}")
        request.add_header("If-None-Match", self._tags.get(feed, ""))
        try:
            with urllib.request.urlopen(request) as answer:
                self._tags[feed] = answer.headers["ETag"]
                return len(answer.read())
        except urllib.error.HTTPError as error:
            if error.code == NOT_MODIFIED:
                return 0
            raise

    async def _ask(self, fragment: str = "") -> None:
        message = BackMsg()
        message.rerun_script.query_string = self._query
        message.rerun_script.page_script_hash = self._page_hash
        message.rerun_script.page_name = "" if self._page_hash else self._page
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
            if message.HasField("navigation"):
                self._page_hash = message.navigation.page_script_hash
            if message.HasField("auto_rerun"):
                self._every[message.auto_rerun.fragment_id] = message.auto_rerun.interval
            elif element == "bidi_component":
                self._figures[message.delta.fragment_id] = LIVE_SECONDS
                self._follow(message.delta.new_element.bidi_component.bytes)
            elif element == "exception":
                raise RuntimeError(message.delta.new_element.exception.message)
            if message.script_finished in ENDS and message.HasField("script_finished"):
                return message.script_finished, size

    def _follow(self, message: bytes) -> None:
        """The feed of a figure, if it has one."""
        head = message.partition(b"\n")[0]
        if feed := json.loads(head).get("feed") if head.startswith(b"{") else None:
            self._every[feed["path"]] = feed["seconds"]


def watch(
    url: str,
    query: str,
    *,
    page: str = "",
    viewers: int,
    updates: float = inf,
    seconds: float = inf,
    hurry: bool = False,
    after_each: Callable[[int], None] | None = None,
) -> Updates:
    """Let viewers look at a page together until so many updates came, or for so many seconds.

    Args:
        query: of the page's link, `experiment=...`.
        page: its name in the link, such as `inside`; empty for the first one.
        updates: of all viewers; that of a fragment counts as one, and so does that of a figure.
        hurry: one update follows the other at once, instead of when the page wants it.
        after_each: called with the number of updates so far.
    """
    seen = Updates()
    address = url.replace("http", "ws", 1) + "/_stcore/stream"
    end = time.monotonic() + seconds

    async def look(delay: float) -> None:
        async with connect(address, subprotocols=PROTOCOLS, max_size=None) as socket:
            viewer = Viewer(socket, url, query, page)
            await viewer.open_page()
            await asyncio.sleep(delay)
            while len(seen.seconds) < updates and time.monotonic() < end:
                update = await viewer.update(hurry=hurry)
                if update:
                    seen.seconds.append(update[0])
                    seen.sizes.append(update[1])
                    if after_each:
                        after_each(len(seen.seconds))

    async def all_look() -> None:
        await asyncio.gather(*(look(LIVE_SECONDS * i / viewers) for i in range(viewers)))

    with ThreadPoolExecutor(1) as own_loop:  # a browser's test may hold this thread's
        own_loop.submit(asyncio.run, all_look()).result()
    return seen
