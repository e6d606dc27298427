"""The clock struck: sending, bulletins, upkeep."""
