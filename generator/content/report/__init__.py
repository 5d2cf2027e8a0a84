"""``report.md``: read once, here; narrative and checks both work on its blocks."""
