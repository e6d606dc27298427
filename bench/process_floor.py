"""The floor of a start in `bench.process`: one bare page by the same server, nothing of ours."""

import os

from flask import Flask
from granian import Granian
from granian.constants import Interfaces


def create_floor() -> Flask:
    """A page that says that it is there."""
    flask_app = Flask(__name__, static_folder=None)
    flask_app.add_url_rule("/readyz", view_func=lambda: "ready")
    return flask_app


def main() -> None:
    """Serve it where the settings say: read here, for whatever reads them is ours."""
    settings = os.environ  # noqa: TID251
    Granian(
        "bench.process_floor:create_floor",
        factory=True,
        interface=Interfaces.WSGI,
        address=settings["BEI_HOST"],
        port=int(settings["PORT"]),
        workers=int(settings["WEB_CONCURRENCY"]),
        blocking_threads=4,
        websockets=False,
        workers_kill_timeout=1,  # told to end at once, it would hear of it no more than ours did
    ).serve()


if __name__ == "__main__":
    main()
