"""Every message gen can give about content, templates and outputs, in one catalogue.

The first letter of a code is the stage that finds it, in the order of a build: ``L`` load,
``F`` figures, ``S`` scores, ``T`` templates and narrative, ``W`` write; ``A`` is what ``gen audit`` finds,
``I`` what ``gen import`` does, ``P`` what ``gen pull`` does. Codes are never reused.
Texts are ``str.format`` patterns; the raise sites give the values. Each room has its file here.
"""

from __future__ import annotations

from generator.problems.messages import (
    auditing,
    build,
    content,
    docx,
    figures,
    files,
    importing,
    language,
    packages,
    pulling,
    scores,
    xlsx,
)
from generator.problems.messages.entry import Message

__all__ = ["CATALOG", "Message"]

#: Every message by its code.
CATALOG: dict[str, Message] = {
    message.code: message
    for room in (
        files,
        content,
        figures,
        scores,
        language,
        packages,
        docx,
        xlsx,
        build,
        auditing,
        importing,
        pulling,
    )
    for message in room.MESSAGES
}  # fmt: skip
