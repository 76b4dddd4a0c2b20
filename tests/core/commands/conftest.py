"""Commands run in this process: torch is imported once for all of them."""

import sys
from collections.abc import Callable

import pytest

from core.__main__ import main


@pytest.fixture
def answer(capsys, monkeypatch) -> Callable[..., tuple[int, str, str]]:
    """answer(*command): exit code, stdout and stderr of `python -m core ...`, in this process."""

    def answer(*command: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["core", *command])
        with pytest.raises(SystemExit) as ended:
            main()
        return (int(ended.value.code or 0), *capsys.readouterr())

    return answer


@pytest.fixture
def refusal(answer) -> Callable[..., str]:
    """refusal(*command): the one line on stderr."""

    def refusal(*command: str) -> str:
        code, out, err = answer(*command)
        assert (code, out, err.count("\n")) == (2, "", 1)
        return err.strip()

    return refusal
