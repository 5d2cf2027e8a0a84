"""An Excel template made into code; the only users of openpyxl."""
