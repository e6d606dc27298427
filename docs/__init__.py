"""The guides, and the programs that make parts of them."""
