"""Files that somebody edited: as accepting every tracked change would leave them."""
