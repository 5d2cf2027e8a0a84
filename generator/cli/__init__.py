"""Commands, and how gen speaks."""
