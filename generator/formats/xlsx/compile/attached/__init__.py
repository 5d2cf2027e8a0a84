"""What hangs on the cells of a sheet: drawings, comments, tables, charts, links."""
