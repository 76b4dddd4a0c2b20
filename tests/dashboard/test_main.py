"""`python -m dashboard` from the outside."""

import asyncio
import os
import socket
import subprocess
import sys
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dashboard.__main__ import _listen

ROOT = Path(__file__).parents[2]


def start(home: Path, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "dashboard", "--no-browser", *options],
        cwd=ROOT,
        env=os.environ | {"DEPTHLAB_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def refusal(process: subprocess.Popen[str]) -> str:
    """What it said when it refused to start: one line, exit code 2."""
    _, said = process.communicate(timeout=60)
    assert process.returncode == 2
    (line,) = said.strip().splitlines()
    return line


def test_it_serves_on_this_computer_only_and_prints_the_address(home):
    process = start(home)
    try:
        assert process.stdout is not None
        address = process.stdout.readline().split()[4]
        assert address.startswith("http://127.0.0.1:")
        for _ in range(100):
            try:
                with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5) as answer:
                    assert answer.read() == b"ok"
                    break
            except OSError:
                assert process.poll() is None
                time.sleep(0.1)
        else:
            pytest.fail("it never answered")
    finally:
        process.kill()
        process.communicate()


def test_a_port_in_use_is_refused_in_a_sentence(home):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        line = refusal(start(home, "--port", str(port)))
    assert f"cannot listen on 127.0.0.1, port {port}" in line
    assert "leave --port out" in line


def test_a_store_that_cannot_be_opened_is_refused_in_a_sentence(home, tmp_path):
    file = tmp_path / "file"
    file.write_text("no folder")
    line = refusal(start(home, "--store", str(file / "lab.db")))
    assert line.startswith("cannot open the store")


def test_the_dashboard_imports_no_torch():
    code = "import sys, dashboard.data, dashboard.lenses, dashboard.components.race_panel;"
    code += "import dashboard.components.run_actions; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_streamlits_collection_after_every_fragment_is_off():
    # a hidden option of Streamlit: 60-150 ms of garbage collection after every run when it is on
    code = "from streamlit import config; print(config.get_option('runner.postScriptGC'))"
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "False"


def test_no_update_waits_for_an_acknowledgement():
    with ThreadPoolExecutor() as elsewhere:  # a browser test before may leave a loop running
        assert elsewhere.submit(asyncio.run, _delay_is_off()).result() == [1]


async def _delay_is_off() -> list[int]:
    """TCP_NODELAY of a connection that the dashboard's socket accepted."""
    accepted: list[int] = []

    async def keep(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = writer.get_extra_info("socket")
        accepted.append(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    server = await asyncio.start_server(keep, sock=_listen("127.0.0.1", None))
    async with server:
        _, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        await server.start_serving()
        while not accepted:
            await asyncio.sleep(0.01)
        writer.close()
    return accepted
