"""Values where only plain text can stand, in Word and in Excel: attributes, where links lead."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, unquote

from markupsafe import Markup

from generator.figures.model import Figure, Phrase
from generator.language.environment import as_fault
from generator.language.tags import TAG
from generator.reading import entities

#: What stands in an address as it is (RFC 3986), quotes left out.
_OF_ADDRESSES: Final = "/:?#[]@!$&()*+,;=-._~%"
#: What attributes cannot hold: tabs and ends of lines.
_BREAKS: Final = re.compile(r"[\t-\r\x1c-\x1f\x85\u2028\u2029]+")


def attribute(value: object) -> object:
    """A value inside an XML attribute or a field code: plain text, no markers, no breaks."""
    if isinstance(value, Figure | Phrase):
        value = value.text
    if isinstance(value, str | int) and not isinstance(value, bool):
        return Markup(entities.escape_typed(_BREAKS.sub(" ", str(value)).strip()))
    return as_fault(value)


def address(value: object) -> object:
    """A value inside the target of a link."""
    plain = attribute(value)
    if not isinstance(plain, Markup):
        return plain
    return Markup(quoted(entities.unescape(plain)))


def quoted(text: str) -> str:
    """A piece of an address as XML."""
    return entities.escape(quote(text, safe=_OF_ADDRESSES))


def readable(target: str) -> str:
    """A target with tags in it, as its author typed it; empty without any."""
    if "{" not in target and "%7b" not in target.lower():
        return ""
    typed = unquote(target)
    return typed if TAG.search(typed) else ""
