"""gen: renders the yearly budget-performance documents of a public office from content files."""

__version__ = "0.1.0"
