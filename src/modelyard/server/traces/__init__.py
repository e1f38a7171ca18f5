"""Level 7: traces of applications, their spans, and what people and judges think of them."""
