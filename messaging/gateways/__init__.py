"""One gateway, one file: what it sends us, what we send it, its status maps."""
