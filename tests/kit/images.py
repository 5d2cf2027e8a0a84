"""Pictures made in a test."""

from __future__ import annotations

import struct
import zlib


def png(width: int = 40, height: int = 20, *, dpi: int = 0, text: str = "") -> bytes:
    """A red picture; ``text`` is put beside it, as cameras and editors do."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    rows = b"".join(b"\0" + b"\xff\0\0" * width for _ in range(height))
    out = [
        b"\x89PNG\r\n\x1a\n",
        chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
    ]
    if dpi:
        metre = round(dpi / 0.0254)
        out.append(chunk(b"pHYs", struct.pack(">IIB", metre, metre, 1)))
    if text:
        out.append(chunk(b"tEXt", b"Comment\0" + text.encode()))
    return b"".join([*out, chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")])


def jpeg(width: int, height: int, *, turn: int = 1, place: str = "") -> bytes:
    """The frame of a photograph: its sizes, and what a camera writes of it."""

    def segment(code: int, body: bytes) -> bytes:
        return bytes((0xFF, code)) + struct.pack(">H", len(body) + 2) + body

    tiff = b"MM\0*\0\0\0\x08\0\x01" + struct.pack(">HHIHH", 274, 3, 1, turn, 0) + b"\0\0\0\0"
    exif = segment(0xE1, b"Exif\0\0" + tiff + place.encode())
    frame = segment(0xC0, struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\0")
    jfif = segment(0xE0, b"JFIF\0\x01\x01\x01\0\x48\0\x48\0\0")
    return b"\xff\xd8" + jfif + exif + frame + segment(0xDA, b"\x01\x01\0\0\x3f\0") + b"\0\xff\xd9"
