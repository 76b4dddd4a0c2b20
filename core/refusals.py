"""Why a setting is refused, in words: the given value, the rule, the nearest good value."""

from pydantic import ValidationError
from pydantic_core import ErrorDetails


def explain(error: ValidationError) -> dict[str, str]:
    """A sentence for each bad field: the given value, the rule, the nearest good value."""
    sentences = {}
    for problem in error.errors():
        name = str(problem["loc"][0]) if problem["loc"] else ""
        sentences.setdefault(name, _sentence(name, problem))
    return sentences


def _sentence(name: str, problem: ErrorDetails) -> str:
    kind, words = problem["type"], name.replace("_", " ")
    if kind == "value_error":
        return str(problem.get("ctx", {})["error"])  # our own, already a sentence
    rule = RULES.get(kind, "{name} {value}: " + problem["msg"])
    value = "nothing" if problem["input"] is None else problem["input"]
    return rule.format_map(problem.get("ctx", {}) | {"name": words, "value": value})


RULES = {
    "extra_forbidden": "there is no setting {name}",
    "missing": "{name} is missing",
    "greater_than": "{name} {value} is too small; it must be above {gt:g}",
    "greater_than_equal": "{name} {value} is too small; the nearest is {ge:g}",
    "less_than": "{name} {value} is too large; it must be below {lt:g}",
    "less_than_equal": "{name} {value} is too large; the nearest is {le:g}",
    "int_parsing": "{name} {value} is not a whole number",
    "int_from_float": "{name} {value} is not a whole number",
    "int_type": "{name} {value} is not a whole number",
    "int_parsing_size": "{name} {value} is too large",
    "float_parsing": "{name} {value} is not a number",
    "float_type": "{name} {value} is not a number",
    "finite_number": "{name} {value} is not a finite number",
    "bool_parsing": "{name} {value} must be True or False",
    "bool_type": "{name} {value} must be True or False",
    "literal_error": "{name} {value} must be {expected}",
    "string_too_short": "{name} is empty; give at least one letter",
    "string_too_long": "{name} is too long; it has at most {max_length} letters",
    "string_type": "{name} is empty; give at least one letter",
    "model_type": "{name} {value} is no set of fields",
    "tuple_type": "{name}: give at least one",
    "too_short": "{name}: give at least one",
}
