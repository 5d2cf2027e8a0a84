"""Numbers: exact amounts, formulas, wording and scores."""
