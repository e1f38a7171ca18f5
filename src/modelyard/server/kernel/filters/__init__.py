"""The filter grammar: one parser for every search, of the native API and of the MLflow protocol.

It turns text into a small typed tree and knows neither SQL nor HTTP. See docs/reference/filters.md.
"""

from modelyard.server.kernel.filters.nodes import (
    And,
    Comparison,
    Expression,
    Field,
    Membership,
    Not,
    NullTest,
    Or,
    Predicate,
    Value,
)
from modelyard.server.kernel.filters.ordering import OrderTerm, parse_order
from modelyard.server.kernel.filters.parser import parse_filter
from modelyard.server.kernel.filters.vocabulary import Family, Kind, Vocabulary

__all__ = [
    "And",
    "Comparison",
    "Expression",
    "Family",
    "Field",
    "Kind",
    "Membership",
    "Not",
    "NullTest",
    "Or",
    "OrderTerm",
    "Predicate",
    "Value",
    "Vocabulary",
    "parse_filter",
    "parse_order",
]
