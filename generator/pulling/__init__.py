"""What comes back from Word and Excel: edited documents read, compared, and put into content."""
