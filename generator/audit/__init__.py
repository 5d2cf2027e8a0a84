"""Judging documents that anybody wrote: their sentences, their tables, and one against another."""
