"""What goes over a slow link goes squeezed: text, where the browser can read it that way."""

import gzip
from functools import lru_cache

from flask import Response, request

SQUEEZED = {"text/html", "text/css", "text/csv", "text/javascript", "application/json"}
# Below this the head of the file eats what is saved.
SMALLEST = 512
LEVEL = 6
WHOLE = {200, 404}  # what comes with all of its words


def squeeze(response: Response) -> Response:
    """Squeeze a page or a file of ours, and say that it may come either way.

    Never a page with a secret of whoever reads it beside words of somebody else: how well the two
    are squeezed together would tell the secret (BREACH). The board has no secrets.
    """
    if response.mimetype not in SQUEEZED:
        return response
    response.vary.add("Accept-Encoding")
    if response.status_code not in WHOLE or request.accept_encodings.quality("gzip") <= 0:
        return response
    response.direct_passthrough = False  # a file of ours: small enough to be read
    body = response.get_data()
    if len(body) >= SMALLEST:
        response.set_data(_squeezed(body))
        response.headers["Content-Encoding"] = "gzip"
        mark, _ = response.get_etag()
        if mark is not None:  # the same content in other bytes
            response.set_etag(mark, weak=True)
    return response


@lru_cache(maxsize=64)
def _squeezed(body: bytes) -> bytes:
    """The few files and pages that everybody asks for, squeezed once."""
    return gzip.compress(body, LEVEL, mtime=0)
