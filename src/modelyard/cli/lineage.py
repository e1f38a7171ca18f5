"""`modelyard lineage`: the origins and uses of versions."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from modelyard.cli import _format
from modelyard.cli._output import Mode
from modelyard.cli._session import Session, command
from modelyard.cli._views import metric_text

if TYPE_CHECKING:
    from modelyard.wire.lineage import Lineage, LineageEdge, LineageNode

_WORDS = {
    "parent": ("made from", "made into"),
    "retrain": ("retrained from", "retrained as"),
    "fork": ("forked from", "forked as"),
    "copy": ("copied from", "copied to"),
    "data": ("on", "used by"),
    "input": ("given", "given to"),
    "output": ("logged by", "logged"),
    "trained": ("trained by", "trained"),
    "registered": ("registered from", "registered as"),
}
_KINDS = {
    "dataset_version": "dataset",
    "logged_dataset": "dataset",
    "evaluation_dataset": "evaluation dataset",
    "logged_model": "logged model",
    "run": "run",
}
_BOTH = "both"


def register(app: typer.Typer) -> None:
    """Add this command to `app`."""
    command(app, "lineage")(lineage)


def lineage(
    session: Session,
    reference: Annotated[
        str,
        typer.Argument(
            metavar="MODEL[@N]",
            help="A version: iris@3, iris/3, iris@prod or models:/iris/3; or a model, for all of its versions.",
        ),
    ],
    *,
    direction: Annotated[
        str, typer.Option("--direction", help="origins (what it came from), uses (what came of it) or both.")
    ] = _BOTH,
    depth: Annotated[int | None, typer.Option("--depth", help="The most steps away from the version.")] = None,
    limit: Annotated[int | None, typer.Option("--limit", help="The most to show, the nearest first.")] = None,
    status: Annotated[
        list[str] | None, typer.Option("--status", help="Only versions of this status, such as Ready; again for more.")
    ] = None,
    since: Annotated[datetime | None, typer.Option("--since", help="Only versions made then (UTC) or later.")] = None,
    until: Annotated[datetime | None, typer.Option("--until", help="Only versions made then (UTC) or before.")] = None,
    data: Annotated[bool, typer.Option("--data", help="Of a model: also the datasets that it was trained on.")] = False,
) -> None:
    """Show what a version came from and what came of it, or how all versions of a model descend from one another."""
    if direction not in ("origins", "uses", _BOTH):
        raise typer.BadParameter(f"{direction!r} is none of origins, uses, both", param_hint="--direction")
    choice = {"limit": limit, "status": status or (), "since": since, "until": until}
    if "/" in reference.removeprefix("models:/") or "@" in reference:
        version = session.client.resolve(reference)
        graph = version.lineage(direction=direction, depth=depth, **choice)  # type: ignore[arg-type]
    else:
        graph = session.client.models(reference.removeprefix("models:/")).lineage(data=data, **choice)  # type: ignore[arg-type]
    show(session, graph)


def show(session: Session, graph: "Lineage") -> None:
    """A graph as trees, as JSON, or as the ids of its nodes."""
    if session.output.mode is Mode.JSON:
        session.output.done("", record=graph, name="")
    elif session.output.mode is Mode.QUIET:
        for node in graph.nodes:
            session.output.raw(node.id)
    else:
        for line in _lines(graph):
            session.output.raw(_format.plain(line))
        if graph.truncated:
            session.output.note("note: there is more; see --limit and --depth")


def _lines(graph: "Lineage") -> Iterator[str]:
    tree = _Tree(graph)
    if graph.root is None:
        ends = {edge.target for edge in graph.edges}
        starts = [node.id for node in graph.nodes if node.id not in ends]
        for start in reversed(starts):
            yield tree.text(start)
            yield from tree.lines(start, origins=False)
        if not graph.nodes:
            yield "No versions."
        return
    yield tree.text(graph.root)
    for title, origins in (("Comes from", True), ("Led to", False)):
        lines = list(tree.lines(graph.root, origins=origins))
        if lines:
            yield from ("", title, *lines)


class _Tree:
    """Walks a graph from a node. What has several ways to it is shown once, and named where it comes again."""

    def __init__(self, graph: "Lineage") -> None:
        self._nodes = {node.id: node for node in graph.nodes}
        self._before: defaultdict[str, list[LineageEdge]] = defaultdict(list)
        self._after: defaultdict[str, list[LineageEdge]] = defaultdict(list)
        for edge in graph.edges:
            self._before[edge.target].append(edge)
            self._after[edge.source].append(edge)
        self._shown: set[str] = set()

    def lines(self, start: str, *, origins: bool) -> Iterator[str]:
        """A line for each step. An only neighbor stands below at the same depth, so that long lines stay narrow."""
        waiting = [(edge, prefix, branch) for edge, prefix, branch in self._steps(start, "", origins=origins)]
        while waiting:
            edge, prefix, branch = waiting.pop()
            other = edge.source if origins else edge.target
            words = _WORDS[edge.kind][0 if origins else 1]
            label = f" ({edge.label})" if edge.label else ""
            skipped = f" (over {edge.skipped} more)" if edge.skipped else ""
            again = other in self._shown
            text = f"{words} {self._name(other)}, see above" if again else f"{words} {self.text(other)}"
            yield f"{prefix}{branch} {text}{label}{skipped}"
            if not again:
                self._shown.add(other)
                below = prefix + {"├─": "│  ", "└─": "   "}.get(branch, "")
                waiting += self._steps(other, below, origins=origins)

    def _steps(self, node: str, prefix: str, *, origins: bool) -> "list[tuple[LineageEdge, str, str]]":
        """In the order of a stack: the first to be shown comes last."""
        edges = (self._before if origins else self._after)[node]
        if len(edges) == 1:
            return [(edges[0], prefix, "↳")]
        last = len(edges) - 1
        steps = [(edge, prefix, "└─" if index == last else "├─") for index, edge in enumerate(edges)]
        return steps[::-1]

    def text(self, identifier: str) -> str:
        """A node in one line."""
        node = self._nodes[identifier]
        parts = [
            self._name(identifier),
            node.semver or "",
            " ".join(f"@{alias}" for alias in node.aliases),
            "" if node.presence == "here" else f"({node.presence})",
            node.status or "",
            metric_text(node.metric),
            _origin_text(node),
            node.detail or "" if node.kind != "version" else "",
            f"+{node.hidden} more" if node.hidden else "",
        ]
        return "  ".join(part for part in parts if part)

    def _name(self, identifier: str) -> str:
        node = self._nodes[identifier]
        if node.kind == "version":
            return f"{node.name}/{node.number}"
        number = "" if node.number is None else f"@{node.number}"
        return f"{_KINDS[node.kind]} {node.name}{number}"


def _origin_text(node: "LineageNode") -> str:
    at = _format.moment(node.created_at)
    return ", ".join(part for part in (node.created_by or "", at) if part)
