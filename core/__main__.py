"""python -m core: races without a browser. Its commands are in core/commands."""

import logging
import sys

import typer
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError

from core.commands.deepen import deepen
from core.commands.describe import describe
from core.commands.doctor import doctor
from core.commands.evaluate import evaluate
from core.commands.gallery import gallery
from core.commands.grad_cam import grad_cam
from core.commands.output import errors
from core.commands.race import race, resume, widths
from core.commands.runs import runs, show
from core.refusals import explain
from core.store.database import StoreError, is_full, reason

COMMANDS = (
    *(race, widths, resume, runs, show),
    *(describe, evaluate, grad_cam, deepen),
    *(doctor, gallery),
)

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
for command in COMMANDS:
    app.command()(command)


def main() -> None:
    """A bad value is one line on stderr and exit code 2, never a traceback."""
    logging.basicConfig(level=logging.CRITICAL)  # the sentence below is all that is said
    try:
        app()
    except ValidationError as error:
        _refuse("; ".join(explain(error).values()))
    except (ValueError, StoreError) as error:
        _refuse(str(error))
    except (DBAPIError, OSError) as error:
        _refuse(f"the store cannot be written: {reason(error)}{HINTS[is_full(error)]}", code=1)


def _refuse(sentence: str, code: int = 2) -> None:
    errors.print(" ".join(sentence.split()), style="red")
    sys.exit(code)


HINTS = {True: "; make space, then go on with: python -m core resume RUN", False: ""}


if __name__ == "__main__":
    main()
