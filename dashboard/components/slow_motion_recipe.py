"""How a step was taken and how it is drawn, in words."""

from dashboard.components.slow_motion_words import Answer, Told


def details(told: Told) -> str:
    """How the step was taken and how it is drawn."""
    recipes: dict[str, list[str]] = {}
    for name, answer in told:
        recipes.setdefault(_recipe(answer), []).append(name)
    parts = [f"{' and '.join(names)}: {recipe}" for recipe, names in recipes.items()]
    return f"{'; '.join(parts)}. {DRAWN}"


def _recipe(answer: Answer) -> str:
    rate = f"learning rate {answer['rate']:.3g}"
    if answer["rate"] != answer["recipe_rate"]:
        rate += f" (the run's is {answer['recipe_rate']:.3g})"
    return f"{rate}, {_momentum(answer)}, weight decay {answer['weight_decay']:g}"


def _momentum(answer: Answer) -> str:
    if not answer["momentum"]:
        return "no momentum"
    if answer["momentum_kept"]:
        return f"momentum {answer['momentum']:g} with what the run had gathered"
    if not answer["step"]:
        return f"momentum {answer['momentum']:g}, still at rest as in the run"
    return "without momentum, as the run's was not kept"


DRAWN = (
    "Computed in float32; batch norm goes by the batch. Line widths have one scale, of square"
    " roots, for all nets: a number four times as large is drawn twice as wide."
)
