"""Bytes of a text table -> UTF-8, and how they were encoded."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from .errors import FileError, UsageError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHUNK = 1 << 22
#: Encodings that fit nearly any bytes.
GUESSED = ("cp1252", "latin-1")
#: Letters that follow one another in words of Cyrillic, Greek, Chinese or Japanese, and not of
#: languages that Windows-1252 is for.
_FOREIGN = re.compile(r"[^\x00-\x7f]{3,}")


_OTHER = re.compile(r"[^\x00-\x7f]+")


class Decoded(NamedTuple):
    """UTF-8 without a byte order mark, and the encoding it was in."""

    data: bytes
    encoding: str


def decode(data: bytes, name: str, declared: str | None = None) -> Decoded:
    """UTF-8 of `data`.

    Without `declared`: by the byte order mark; UTF-16 where zeros are at every second byte only;
    UTF-8 where all of it is valid; else Windows-1252, or Latin-1 where a byte means nothing in it.
    UTF-8 with a few wrong bytes is refused: in those two it would be read as other letters.

    Raises
    ------
    FileError
        If the bytes are not of the encoding that was declared, or that their mark says.
    UsageError
        If there is no encoding of that name.
    """
    if declared is not None:
        return _converted(data, name, declared)
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _converted(data, name, encoding)
    wide = _wide(data)
    if wide:
        return _converted(data, name, wide)
    if _is_utf8(data):
        return Decoded(data, "utf-8")
    _refuse_damaged(data, name)
    try:
        return Decoded(data.decode("cp1252").encode(), "cp1252")
    except UnicodeDecodeError:
        return Decoded(data.decode("latin-1").encode(), "latin-1")


def _refuse_damaged(data: bytes, name: str) -> None:
    """FileError for UTF-8 with some bytes that are none: most letters outside ASCII are right, as
    they would not be by chance."""
    text = data.decode("utf-8", "replace")
    wrong = text.count("\ufffd") - data.count("\ufffd".encode())
    right = sum(map(len, _OTHER.findall(text))) - wrong
    if right <= 2 * wrong:
        return
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        found = data[error.start : error.start + 1].hex()
        raise FileError(
            name,
            f"byte 0x{found} is no UTF-8, and the rest of the file is; mend it, or give --encoding"
            " cp1252, which reads every byte as a letter",
            line=line_at(data, error.start),
        ) from None


def foreign_letters(text: bytes, name: str, encoding: str) -> list[str]:
    """A note if text read in a guessed encoding is rather in another one."""
    head = text[: 1 << 16].decode("utf-8", "ignore")
    runs = _FOREIGN.findall(head)
    if 2 * sum(map(len, runs)) <= sum(not letter.isascii() for letter in head):
        return []
    others = "cp1251 (Cyrillic), cp1253 (Greek), gb18030, shift_jis or euc_kr"
    word = f"{name}: read as {encoding}, which gives words such as {runs[0][:12]!r}"
    return [f"{word}; if that is wrong, give --encoding, such as {others}"]


def line_at(data: bytes, offset: int) -> int:
    """Line, from 1, of a byte."""
    return data.count(b"\n", 0, offset) + 1


def _converted(data: bytes, name: str, encoding: str) -> Decoded:
    try:
        text = data.decode(encoding)
    except LookupError:
        raise UsageError(f"--encoding {encoding!r} is unknown; try utf-8, cp1252, utf-16") from None
    except UnicodeDecodeError as error:
        found = data[error.start : error.start + 1].hex()
        raise FileError(
            name,
            f"byte 0x{found} is no {encoding}; give the right --encoding",
            line=line_at(data, error.start),
        ) from None
    return Decoded(text.removeprefix("\ufeff").encode("utf-8", "surrogatepass"), encoding)


def _wide(data: bytes) -> str | None:
    """UTF-16 without a mark: zeros at some of every second byte and none elsewhere, and lines."""
    head = data[:4096]
    zeros = [head[start::2].count(0) / max(1, len(head) // 2) for start in (0, 1)]
    if len(data) % 2 or min(zeros) > 0 or max(zeros) < 0.02:
        return None
    encoding = "utf-16-le" if zeros[1] else "utf-16-be"
    text = head.decode(encoding, "ignore")
    return encoding if "\n" in text or "\r" in text else None


def _is_utf8(data: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    view = memoryview(data)
    try:
        for start in range(0, len(data), _CHUNK):
            decoder.decode(view[start : start + _CHUNK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
