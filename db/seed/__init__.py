"""The files a new database is filled with; `data/README.md` says where each comes from."""

from pathlib import Path

SEED_DATA = Path(__file__).parent / "data"
