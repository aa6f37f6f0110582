"""The web server's process: `python -m vibes.demo.web DESCRIPTOR`, on a socket that the supervisor has bound.

So the port cannot be lost between choosing and taking it, and visitors wait through a restart.
"""

import socket
import sys

import uvicorn


def main(descriptor: int) -> None:
    config = uvicorn.Config(
        "vibes.asgi:application",
        lifespan="off",
        ws="none",
        proxy_headers=False,
        access_log=False,  # addresses hold sign-in links
        timeout_graceful_shutdown=2,
    )
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=descriptor)])


if __name__ == "__main__":
    main(int(sys.argv[1]))
