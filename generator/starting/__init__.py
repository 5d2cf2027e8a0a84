"""The first mile: a new workspace, a new year, and what is still to do in one."""
