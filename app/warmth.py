"""What a fresh process would learn while its first reader waits: it is learnt before."""

import structlog
from flask import Flask

log = structlog.get_logger()


def warm(flask_app: Flask) -> None:
    """Make the board's first page once: the country's words, phrases, templates, statements.

    What is amiss says the page itself to whoever asks for it: nothing keeps a process from serving.
    """
    try:
        with flask_app.test_request_context("/"):
            flask_app.view_functions["board.home.show"]()
    except Exception:
        log.exception("not_warm")
