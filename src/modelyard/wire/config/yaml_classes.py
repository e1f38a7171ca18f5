"""How configs are written as YAML: what PyYAML reads and writes them with."""

import re
from typing import Any

import yaml

_BOOLEAN = re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$")
_INTEGER = re.compile(r"^[-+]?[0-9]+$")
_FLOAT = re.compile(
    r"^[-+]?(?:[0-9]+\.[0-9]*(?:[eE][-+]?[0-9]+)?|\.[0-9]+(?:[eE][-+]?[0-9]+)?|[0-9]+[eE][-+]?[0-9]+)$"
    r"|^[-+]?\.(?:inf|Inf|INF)$|^\.(?:nan|NaN|NAN)$"
)
_ODD_LINE_ENDS = re.compile("[\x85\u2028\u2029\ufeff]")
_NULL = re.compile(r"^(?:~|null|Null|NULL|)$")


class Loader(yaml.SafeLoader):
    """YAML 1.2's scalars (so `no` is text and `1e-3` a number); no repeated keys and no aliases."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem="aliases (*name) are not supported", problem_mark=mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key_node, _ in node.value:
            if key_node.value.__hash__ is not None:
                if key_node.value in seen:
                    raise yaml.MarkedYAMLError(
                        problem=f"the key '{key_node.value}' is given twice", problem_mark=key_node.start_mark
                    )
                seen.add(key_node.value)
        return super().construct_mapping(node, deep=deep)


class Dumper(yaml.SafeDumper):
    """Writes what `Loader` reads (text that it would take for something else is quoted), sections as blocks."""

    depth = 0

    def represent_mapping(self, tag: str, mapping: Any, flow_style: bool | None = None) -> yaml.MappingNode:
        self.depth += 1
        node = super().represent_mapping(tag, mapping, flow_style)
        self.depth -= 1
        if self.depth < 2:
            node.flow_style = False
        return node

    def represent_sequence(self, tag: str, sequence: Any, flow_style: bool | None = None) -> yaml.SequenceNode:
        self.depth += 1
        node = super().represent_sequence(tag, sequence, flow_style)
        self.depth -= 1
        return node

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        return True


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    """Text with line ends beyond ASCII is quoted: unquoted, PyYAML writes them but reads them as spaces."""
    style = '"' if _ODD_LINE_ENDS.search(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _use_yaml12_scalars(class_: type[yaml.SafeLoader] | type[yaml.SafeDumper]) -> None:
    class_.yaml_implicit_resolvers = {}
    class_.add_implicit_resolver("tag:yaml.org,2002:bool", _BOOLEAN, list("tTfF"))
    class_.add_implicit_resolver("tag:yaml.org,2002:int", _INTEGER, list("-+0123456789"))
    class_.add_implicit_resolver("tag:yaml.org,2002:float", _FLOAT, list("-+0123456789."))
    class_.add_implicit_resolver("tag:yaml.org,2002:null", _NULL, ["~", "n", "N", ""])


def _construct_integer(_: yaml.SafeLoader, node: yaml.ScalarNode) -> int:
    return int(node.value)


_use_yaml12_scalars(Loader)
_use_yaml12_scalars(Dumper)
Dumper.add_representer(str, _represent_text)
Loader.add_constructor("tag:yaml.org,2002:int", _construct_integer)
