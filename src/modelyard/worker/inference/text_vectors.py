"""Texts as sparse vectors of their words."""

import re
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from .columns import Index, Matrix, Numbers

_WORD = re.compile(r"\w+")


def terms(text: str, *, lowercase: bool, longest: int) -> Iterator[str]:
    """The words of a text, and its runs of up to `longest` words."""
    words = _WORD.findall(text.lower() if lowercase else text)
    for length in range(1, longest + 1):
        for start in range(len(words) - length + 1):
            yield " ".join(words[start : start + length])


class TextVectors:
    """Counts of terms, hashed into `size` columns or weighted by TF-IDF; each vector has length 1 (or 0)."""

    def __init__(self, fitted: dict[str, Any]) -> None:
        self._lowercase, self._longest = fitted["lowercase"], fitted.get("ngram_size", 1)
        vocabulary = fitted.get("vocabulary")
        self._position = None if vocabulary is None else {term: index for index, term in enumerate(vocabulary)}
        self._weights = np.array(fitted["weights"]) if vocabulary is not None else None
        self.width: int = fitted["size"] if vocabulary is None else len(vocabulary)

    def rows(self, texts: list[str], codes: Index) -> Matrix:
        """A sparse matrix whose row i is the vector of `texts[codes[i]]`."""
        from scipy.sparse import csr_matrix  # noqa: PLC0415 - models without texts need no sparse matrices

        vectors = [self._vector(text) for text in texts]
        starts = np.cumsum([0, *(len(columns) for columns, _ in vectors)])
        columns = np.concatenate([columns for columns, _ in vectors])
        values = np.concatenate([values for _, values in vectors])
        distinct: Matrix = csr_matrix((values, columns, starts), shape=(len(texts), self.width))
        return distinct[codes]

    def _columns(self, text: str) -> Iterable[int]:
        found = terms(text, lowercase=self._lowercase, longest=self._longest)
        if self._position is None:
            return (zlib.crc32(term.encode()) % self.width for term in found)
        return (self._position[term] for term in found if term in self._position)

    def _vector(self, text: str) -> tuple[Index, Numbers]:
        columns, counts = np.unique(np.fromiter(self._columns(text), dtype=np.int64), return_counts=True)
        values = counts.astype(np.float64)
        if self._weights is not None:
            values *= self._weights[columns]
        length = np.sqrt((values**2).sum())
        return columns, values / length if length > 0 else values
