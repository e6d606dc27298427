"""Somebody wrote to us: from a text or a dial to an act and a reply."""
