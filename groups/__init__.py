"""Farmers' groups, their members and officers, and who is sent which bulletin."""
