"""The narrative of an old report: its paragraphs, the names of its numbers."""
