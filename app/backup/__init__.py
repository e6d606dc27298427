"""Backups: made while all is at work, checked, put back; and a database moved to the other kind."""
