"""What a route takes in its address: anything else is refused, so that a typo does not answer with everything."""

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, get_args, get_origin

from annotated_types import Le
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import get_flat_params
from fastapi.params import Query

from modelyard.server.kernel.errors import InvalidArgument
from modelyard.wire.errors import MAX_PROBLEMS, Problem

_MAX_NAME_LENGTH = 100


def query_parameters(dependant: Dependant) -> dict[str, bool]:
    """The query parameters of an endpoint, and whether each may be given more than once."""
    return {
        field.alias: _is_list(field.field_info.annotation)
        for field in get_flat_params(dependant)
        if isinstance(field.field_info, Query)
    }


def page_limit(dependant: Dependant) -> int | None:
    """The most items that a page of the endpoint's list may have; None when it has no pages."""
    for field in get_flat_params(dependant):
        if field.alias == "limit" and isinstance(field.field_info, Query):
            return next((int(bound.le) for bound in field.field_info.metadata if isinstance(bound, Le)), None)  # type: ignore[call-overload]
    return None


def check_query(given: Iterable[tuple[str, str]], known: Mapping[str, bool]) -> None:
    """:raises InvalidArgument: a parameter that the endpoint does not have, or one that is given twice."""
    counts = Counter(name for name, _ in given)
    faults = (
        Problem(path=name[:_MAX_NAME_LENGTH], message=fault)
        for name, count in counts.items()
        if (fault := _fault(name, count, known)) is not None
    )
    problems = list(islice(faults, MAX_PROBLEMS))
    if not problems:
        return
    first = problems[0]
    raise InvalidArgument(
        f"{first.path}: {first.message}.".replace("?.", "?"),
        hint=allowed("query parameters", known),
        problems=problems,
    )


def allowed(what: str, names: Iterable[str]) -> str:
    """A sentence that names what there is."""
    listed = ", ".join(names)
    return f"The {what} are: {listed}." if listed else f"There are no {what}."


def unknown(what: str, name: str, known: Iterable[str]) -> str:
    """That there is no such thing, with the name that was probably meant."""
    from difflib import get_close_matches  # noqa: PLC0415 - only what is wrong needs it

    near = get_close_matches(name[:_MAX_NAME_LENGTH], list(known), n=1)
    return f"unknown {what}" + (f"; did you mean {near[0]!r}?" if near else "")


def _fault(name: str, count: int, known: Mapping[str, bool]) -> str | None:
    if name not in known:
        return unknown("query parameter", name, known)
    if count > 1 and not known[name]:
        return f"is given {count} times, but takes one value"
    return None


def _is_list(annotation: Any) -> bool:
    if get_origin(annotation) is list or annotation is list:
        return True
    return any(_is_list(part) for part in get_args(annotation))
