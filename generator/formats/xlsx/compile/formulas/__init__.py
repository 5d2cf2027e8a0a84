"""Formulas of a template: parsed, and each reference told what it means."""
