"""Annexes brought into a report: lists, sections, styles."""
