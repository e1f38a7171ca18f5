"""From the words of a filter to fields of a vocabulary."""

from dataclasses import dataclass

from modelyard.server.kernel.filters.faults import fault
from modelyard.server.kernel.filters.nodes import Field
from modelyard.server.kernel.filters.vocabulary import Kind, Vocabulary


@dataclass(frozen=True, slots=True)
class Word:
    """One part of a field as it was written, without its quotes, and where it starts."""

    text: str
    position: int


def resolve_field(source: str, words: list[Word], vocabulary: Vocabulary) -> tuple[Field, Kind]:
    """The field that `words`, which were separated by dots, name.

    :raises InvalidArgument: there is no such field; the message points at the word.
    """
    first = words[0]
    if len(words) == 1:
        return _attribute(source, first, vocabulary)
    prefix = first.text.lower()
    of_two = f"{prefix}.{words[1].text.lower()}"
    if len(words) > 2 and of_two in vocabulary.families:
        prefix, words = of_two, words[1:]
    key = Word(".".join(word.text for word in words[1:]), words[1].position)
    if prefix in vocabulary.families:
        family = vocabulary.families[prefix]
        if not key.text:
            raise fault(source, key.position, "The key is empty")
        return Field(family.name, key.text), family.kind
    if prefix in vocabulary.closed:
        name, keys = vocabulary.closed[prefix]
        if key.text not in keys:
            raise fault(
                source, key.position, f"There is no {prefix}.{key.text}", f"The keys are {', '.join(sorted(keys))}."
            )
        return Field(name, key.text), keys[key.text]
    if prefix in vocabulary.attribute_prefixes:
        return _attribute(source, key, vocabulary)
    raise fault(source, first.position, f"There is no field {first.text!r}", f"The fields are {vocabulary.describe()}.")


def _attribute(source: str, word: Word, vocabulary: Vocabulary) -> tuple[Field, Kind]:
    found = vocabulary.attributes.get(word.text) or vocabulary.attributes.get(word.text.lower())
    if found is None:
        raise fault(
            source, word.position, f"There is no field {word.text!r}", f"The fields are {vocabulary.describe()}."
        )
    name, kind = found
    return Field("attribute", name), kind
