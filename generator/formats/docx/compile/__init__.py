"""A Word template made into code; the only users of docxtpl and lxml."""
