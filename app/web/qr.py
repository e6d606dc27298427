"""A picture that a phone's camera reads, as one path of an SVG (pure)."""

from dataclasses import dataclass

from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel

# The white border that a camera needs to find it.
QUIET = 4


@dataclass(frozen=True)
class Qr:
    """The dark squares of a code: a path in a box of `size` by `size`."""

    path: str
    size: int


def qr_of(text: str) -> Qr:
    """The code of a text."""
    code = QRCode(None, QRErrorCorrectLevel.M)
    code.addData(text)
    code.make()
    modules = code.getModuleCount()
    path = "".join(
        f"M{column + QUIET} {row + QUIET}h1v1h-1z"
        for row in range(modules)
        for column in range(modules)
        if code.isDark(row, column)
    )
    return Qr(path, modules + 2 * QUIET)
