"""Many unit-years in one run."""
