"""Named versions and the notice of correction."""
