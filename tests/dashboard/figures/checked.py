"""Figures as plotly itself understands them."""

from collections.abc import Callable
from functools import wraps

import plotly.graph_objects as go

from dashboard.theme import Figure


def checked(draw: Callable[..., Figure]) -> Callable[..., go.Figure]:
    """The same figures, every property of them known to plotly."""

    @wraps(draw)
    def draw_and_check(*arguments: object, **options: object) -> go.Figure:
        return go.Figure(draw(*arguments, **options))

    return draw_and_check
