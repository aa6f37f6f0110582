"""The scripted model server for the fetching bench: every prompt gets the same answer of about 200 tokens.

    python bench/workers/model_server.py LATENCY SIGMA

Prints its address and serves until SIGTERM. A thousand clients may knock at once, more than the demo's would let wait.
"""

import sys

from vibes.providers.scripted_command import announce, listen, serve
from vibes.providers.scripted_server import Pace, create_app

BACKLOG = 4096


def main(latency: float, sigma: float) -> None:
    listener = listen(0)
    listener.listen(BACKLOG)
    announce(listener, ["scripted-plain"])
    serve(create_app({}, pace=Pace(latency, sigma)), listener)


if __name__ == "__main__":
    main(float(sys.argv[1]), float(sys.argv[2]))
