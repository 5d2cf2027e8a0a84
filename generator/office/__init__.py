"""LibreOffice, where it is installed: documents as pages, and the fonts they are set in."""
