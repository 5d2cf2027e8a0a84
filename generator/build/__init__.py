"""The pipeline and what it leaves on disk."""
