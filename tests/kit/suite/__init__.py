"""An office suite driven by its own interface (UNO): edits of designers, and what a file shows."""
