"""What a PDF of ours says, page by page: its strings through the maps of its fonts."""

import re
import zlib
from base64 import a85decode

_OBJECT = re.compile(
    rb"(\d+) 0 obj\s*<<(.*?)>>\s*(?:stream\r?\n(.*?)endstream)?\s*endobj", re.DOTALL
)
_SHOWN = re.compile(
    rb"/(?P<font>[\w+]+) [\d.]+ Tf|\((?P<words>(?:\\.|[^\\)])*)\) Tj|(?P<line>T\*|ET)", re.DOTALL
)
_ESCAPE = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)


def pages_of(pdf: bytes) -> list[str]:
    """The words of each page, a line for each that was drawn."""
    objects = {int(number): (head, stream) for number, head, stream in _OBJECT.findall(pdf)}
    fonts = _fonts(pdf, objects)
    found = re.findall(rb"/Contents (\d+) 0 R", b" ".join(head for head, _ in objects.values()))
    # The tree of pages has them in their order, and so has the file.
    return [_words(_plain(objects[int(one)]), fonts) for one in found]


def _plain(thing: tuple[bytes, bytes]) -> bytes:
    head, stream = thing
    if b"ASCII85Decode" in head:
        stream = a85decode(stream.strip().removesuffix(b"~>"))
    return zlib.decompress(stream) if b"FlateDecode" in head else stream


def _fonts(pdf: bytes, objects: dict[int, tuple[bytes, bytes]]) -> dict[bytes, dict[int, str]]:
    """What each byte of a font's strings is, by the font's name."""
    maps = {}
    for name, number in re.findall(rb"/(F\d+\+\d+) (\d+) 0 R", pdf):
        to_unicode = re.search(rb"/ToUnicode (\d+) 0 R", objects[int(number)][0])
        assert to_unicode is not None
        table = _plain(objects[int(to_unicode[1])])
        letters = re.findall(rb"<(\w\w)> <(\w{4})>", table)
        maps[name] = {
            int(byte, 16): bytes.fromhex(letter.decode()).decode("utf-16-be")
            for byte, letter in letters
        }
    return maps


def _words(content: bytes, fonts: dict[bytes, dict[int, str]]) -> str:
    told, letters = "", dict[int, str]()
    for shown in _SHOWN.finditer(content):
        if shown["font"]:
            letters = fonts.get(shown["font"], {})
        elif shown["words"] is not None:
            said = _ESCAPE.sub(_byte, shown["words"])
            told += "".join(letters.get(byte, "?") for byte in said)
        else:
            told += "\n"
    return told


def _byte(escape: re.Match[bytes]) -> bytes:
    code = escape[1]
    return bytes([int(code, 8)]) if len(code) == 3 else {b"n": b"\n", b"r": b"\r"}.get(code, code)
