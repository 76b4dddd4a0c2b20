"""python -m dashboard: serve the lab on this computer and open it in the browser."""

import argparse
import logging
import os
import socket
import sys
import threading
import webbrowser
from collections.abc import Sequence
from pathlib import Path

import uvicorn

from core.store.database import StoreError, open_store

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_PORT = 8501


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse, check, serve. A bad value is one line on stderr and exit code 2."""
    given = _parse(arguments)
    try:
        store = open_store(given.store)
        listening = _listen(given.host, given.port)
    except (StoreError, OSError, OverflowError) as error:
        sys.exit(_fail(error, given))
    os.environ["DEPTHLAB_STORE"] = store.url
    os.chdir(ROOT)  # where .streamlit/config.toml is
    shown = "127.0.0.1" if given.host in ("0.0.0.0", "::", "localhost") else given.host
    address = f"http://{shown}:{listening.getsockname()[1]}"
    print(f"Depth Lab is at {address}  (Ctrl-C ends it; races go on)", flush=True)  # noqa: T201
    if not given.no_browser:
        threading.Timer(1.0, webbrowser.open, [address]).start()
    _serve(listening)


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m dashboard", description=__doc__)
    parser.add_argument("--port", type=int, help=f"by default {DEFAULT_PORT} or the next free one")
    parser.add_argument("--host", default="127.0.0.1", help="0.0.0.0 shows it to the classroom")
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    parser.add_argument("--store", help="a file or URL; by default the lab's home")
    return parser.parse_args(arguments)


def _listen(host: str, port: int | None) -> socket.socket:
    """A listening socket: on the port asked for, or on the first free one from the usual on."""
    ports = [port] if port is not None else [*range(DEFAULT_PORT, DEFAULT_PORT + 20), 0]
    for candidate in ports:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        # With TCP named, asyncio sets TCP_NODELAY; else updates wait 40 ms for an acknowledgement.
        listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        if os.name != "nt":  # on Windows this option would let two servers share a port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, candidate))
        except OSError:
            listening.close()
            if candidate == ports[-1]:
                raise
        else:
            return listening
    raise AssertionError("the last port either bound or raised")


def _fail(error: Exception, given: argparse.Namespace) -> int:
    if isinstance(error, StoreError):
        sentence = str(error)
    else:
        sentence = (
            f"cannot listen on {given.host}, port {given.port}: {error};"
            " leave --port out to take a free one"
        )
    print(sentence, file=sys.stderr)  # noqa: T201
    return 2


def _serve(listening: socket.socket) -> None:
    from dashboard.app import app

    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        ws_per_message_deflate=False,  # compressing each figure costs more than sending it
    )
    uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main()
