"""A file as a browser sends it."""

import gzip
import io

import pytest

from app.imports.upload import PIECE, UploadRefused, pack, safe_name


def test_a_file_comes_out_as_it_went_in() -> None:
    content = b"date,market\n" + b"2026-01-15,Nakuru\n" * 100_000
    plain, zipped = pack(io.BytesIO(content)), pack(io.BytesIO(gzip.compress(content)))
    assert plain == zipped  # the same file, however it was sent
    assert plain.size == len(content)
    assert len(plain.parts) == -(-len(content) // PIECE)
    assert gzip.decompress(b"".join(plain.parts)) == content


def test_a_spreadsheet_is_told_from_a_table() -> None:
    with pytest.raises(UploadRefused, match="save it as CSV"):
        pack(io.BytesIO(b"PK\x03\x04" + b"x" * 100))


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("prices.csv", "prices.csv"),
        ("C:\\Users\\Jane\\prices.csv", "prices.csv"),
        ("../../etc/passwd", "passwd"),
        ("..", "file.csv"),
        ("", "file.csv"),
        (None, "file.csv"),
        ("bei ya maziwa (2).csv", "bei ya maziwa (2).csv"),
        ("<script>.csv", "_script_.csv"),
        ("reports of 0711000001.csv", "reports of ….csv"),
        ("x" * 300 + ".csv", "x" * 76 + ".csv"),
    ],
)
def test_a_name_is_no_path_and_tells_no_number(written: str | None, kept: str) -> None:
    assert safe_name(written) == kept
