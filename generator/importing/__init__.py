"""Figures that an office already holds, brought into the content files with their origin."""
