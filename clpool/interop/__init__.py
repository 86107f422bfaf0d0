"""Pooling under the names, the defaults and the numbers of other frameworks; none is imported."""
