"""What the desk decided about the reference data, so that no file decides otherwise."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base


class ReferenceKept(Base):
    """A row of the reference data that was added, changed or taken away at the desk.

    The files in db/seed/data are read again at every upgrade: of this row they say nothing more.
    """

    __tablename__ = "reference_kept"

    table_name: Mapped[str] = mapped_column(String(40), primary_key=True)
    # What makes the row one and the same, with strokes between, as the files' reader has it.
    row_key: Mapped[str] = mapped_column(String(200), primary_key=True)
