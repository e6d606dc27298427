"""What settings say of staff."""

from enum import StrEnum


class SecondStep(StrEnum):
    """Who has to show a phone's code beside the password."""

    OPTIONAL = "optional"  # whoever set it up
    ADMIN = "admin"  # every admin
    ALL = "all"
