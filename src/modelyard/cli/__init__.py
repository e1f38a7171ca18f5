"""The command line `modelyard`: one file per noun, one object for all output.

Modules here import the SDK inside functions, so that `modelyard --help` does not wait for it.
"""
