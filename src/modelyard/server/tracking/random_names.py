"""Names for runs that nobody named."""

import random

_QUALITIES = """
able amber bold brave bright brisk calm clever cosmic crisp daring eager early fair fancy fleet fond gentle glad golden
grand happy hardy honest humble jolly keen kind lively loyal lucky mellow merry mighty modest neat nimble noble polite
proud quick quiet rapid rare ready royal rustic serene sharp shiny silent sleek smooth snug solid spry steady sunny
swift tidy upbeat vivid warm wise witty zesty
"""
_THINGS = """
acorn badger beacon birch bison breeze brook canyon cedar comet condor coral crane creek dune eagle ember falcon fern
finch fjord forest fox gale glacier grove gull harbor hare hawk heron hill ibis island jay lagoon lark leaf lynx maple
marsh meadow moose moth newt oak orca otter owl panda pebble pine plover pond puffin quail raven reef ridge river robin
salmon seal shore sparrow spruce stork swan tern tiger trout valley willow wolf wren yak
"""
_ADJECTIVES = _QUALITIES.split()
_NOUNS = _THINGS.split()


def random_name() -> str:
    """E.g. `brisk-otter-417`."""
    return f"{random.choice(_ADJECTIVES)}-{random.choice(_NOUNS)}-{random.randrange(1000)}"  # noqa: S311 - not a secret
