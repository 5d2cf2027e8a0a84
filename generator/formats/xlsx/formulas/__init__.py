"""Formulas of Excel: what they say, what their references mean, how they read, what they give."""
