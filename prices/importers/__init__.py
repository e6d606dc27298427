"""What comes in by the file: the reference data and the published series."""
