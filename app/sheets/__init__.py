"""What is printed and signed: one file each, for A4, without a script."""
