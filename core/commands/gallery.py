"""python -m core gallery: how a recorded race comes into assets/gallery."""

from typing import Annotated

import typer

from core.commands.options import StoreOption
from core.commands.output import errors
from core.store.database import open_store


def gallery(
    experiment: Annotated[str, typer.Argument(help="Id of a finished experiment.")],
    to: Annotated[str, typer.Option(help="Folder of the gallery to write.")],
    weights: Annotated[bool, typer.Option(help="Of the nets of the first seed, too.")] = True,
    store: StoreOption = None,
) -> None:
    """Copy a finished experiment into a small read-only store, as shipped in assets/gallery."""
    from core.store.gallery import export

    size = export(open_store(store), experiment, to, weights=weights)
    errors.print(f"{to}: {size / 1e6:.1f} MB")
