"""What the page is told when something cannot be done."""


class Refused(Exception):
    """What was asked for cannot be done; the text says why, in Chinese."""
