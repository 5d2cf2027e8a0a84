"""Pictures by their content: PNG and JPEG only, their size, and nothing else that came along.

What a camera writes beside the picture (where and when it was taken, by which device) is left out:
published documents need not tell it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from generator.frozen import frozen

#: More than any document shows: larger ones are photographs straight from a camera, or a trap.
MAX_BYTES: Final = 20 * 1024 * 1024
MAX_SIDE: Final = 12_000
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_JPEG: Final = b"\xff\xd8\xff"
#: PNG chunks that say how the picture looks (ISO/IEC 15948, 11.2 and 11.3).
_SHOWN: Final = frozenset({
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB",
    b"bKGD", b"hIST", b"pHYs", b"sPLT",
})  # fmt: skip
#: JPEG segments that are kept besides those that hold the picture: JFIF, colour profiles, Adobe's.
_KEPT: Final = frozenset({0xE0, 0xE2, 0xEE})
_FRAMES: Final = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_INCH, _DEFAULT_DPI = 25.4, 96.0
#: Turns of a camera held otherwise (Exif 2.3, 4.6.4, tag 274), in degrees clockwise.
_TURNS: Final = {3: 180, 6: 90, 8: 270}


class NoPicture(ValueError):
    """The bytes are no picture gen shows; the text says why, in Chinese."""


@frozen
class Picture:
    """A picture: its bytes as documents hold them, ``png`` or ``jpeg``, its size.

    ``width`` and ``height`` in pixels as it is seen, ``dpi`` of either direction, ``turned`` in
    degrees clockwise before it is seen so.
    """

    data: bytes
    kind: str
    width: int
    height: int
    dpi: float = _DEFAULT_DPI
    turned: int = 0


def read(data: bytes) -> Picture:
    """The picture in ``data``; raises ``NoPicture``."""
    if len(data) > MAX_BYTES:
        raise NoPicture(f"有{len(data) // 1024 // 1024}MB，超过了20MB")
    try:
        if data.startswith(_PNG):
            made = _png(data)
        elif data.startswith(_JPEG):
            made = _jpeg(data)
        else:
            raise NoPicture("不是 PNG 或 JPEG 图片（看的是内容，不是扩展名）")
    except (struct.error, IndexError) as error:
        raise NoPicture("不完整") from error
    if not (0 < made.width <= MAX_SIDE and 0 < made.height <= MAX_SIDE):
        raise NoPicture(f"有{made.width}×{made.height}点，最多{MAX_SIDE}×{MAX_SIDE}点")
    return made


def _png(data: bytes) -> Picture:
    out = [_PNG]
    width = height = 0
    dpi = _DEFAULT_DPI
    position, ended = len(_PNG), False
    while position < len(data) and not ended:
        length, name = struct.unpack_from(">I4s", data, position)
        end = position + 12 + length
        body = data[position + 8 : position + 8 + length]
        if end > len(data) or (not width and name != b"IHDR"):
            raise NoPicture("不完整")
        if name == b"IHDR":
            width, height = struct.unpack_from(">II", body)
        elif name == b"pHYs" and body[8] == 1:
            dpi = struct.unpack_from(">I", body)[0] * _INCH / 1000 or _DEFAULT_DPI
        if name in _SHOWN:
            out.append(data[position:end])
        ended, position = name == b"IEND", end
    if not ended:
        raise NoPicture("不完整")
    return Picture(b"".join(out), "png", width, height, dpi)


def _jpeg(data: bytes) -> Picture:
    out = [data[:2]]
    width = height = turned = 0
    dpi = _DEFAULT_DPI
    for code, start, end in _segments(data):
        body = data[start + 4 : end]
        if code in _FRAMES:
            height, width = struct.unpack_from(">HH", body, 1)
        elif code == 0xE0 and body.startswith(b"JFIF\0") and body[7] in (1, 2):
            density = struct.unpack_from(">H", body, 8)[0]
            dpi = (density if body[7] == 1 else density * _INCH / 10) or _DEFAULT_DPI
        elif code == 0xE1 and body.startswith(b"Exif\0\0"):
            turned = _TURNS.get(_orientation(body[6:]), 0)
        if code == 0xDA:
            out.append(data[start:])  # the picture itself, to the end
            break
        if code < 0xE0 or code in _KEPT:
            out.append(data[start:end])
    else:
        raise NoPicture("不完整")
    if turned in (90, 270):
        width, height = height, width
    return Picture(b"".join(out), "jpeg", width, height, dpi, turned)


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Code, start and end of each segment of a JPEG up to the picture itself."""
    position = 2
    while position + 4 <= len(data):
        if data[position] != 0xFF:
            return
        code = data[position + 1]
        if code == 0xFF:
            position += 1  # filled up
            continue
        end = position + 2 + struct.unpack_from(">H", data, position + 2)[0]
        if end > len(data) or end < position + 4:
            return
        yield code, position, end
        position = end


def _orientation(tiff: bytes) -> int:
    """How the camera was held; 1 where that cannot be told."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None or len(tiff) < 8:
        return 1
    start = struct.unpack_from(f"{order}I", tiff, 4)[0]
    if start + 2 > len(tiff):
        return 1
    for number in range(min(struct.unpack_from(f"{order}H", tiff, start)[0], 200)):
        entry = start + 2 + 12 * number
        if entry + 12 > len(tiff):
            return 1
        tag, _, _, value = struct.unpack_from(f"{order}HHIH", tiff, entry)
        if tag == 274:
            return int(value)
    return 1
