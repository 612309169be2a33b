"""From an application to a server that runs until it is told to stop."""

import os
import socket
import sys
from collections.abc import Callable

from gunicorn.app.base import BaseApplication

from coach.settings import Settings
from coach.web import logs
from coach.web.worker import BufferingWorker

# What has begun may take so long to finish after the server was told to stop.
SECONDS_TO_FINISH = 30
# A process that stays silent for so long is replaced.
SECONDS_OF_SILENCE = 60


def serve(load: Callable[[], Callable], host: str, port: int, settings: Settings) -> None:
    """Serve the WSGI application that `load` gives; returns when it is stopped."""
    logs.set_up(settings.log_format)
    # gunicorn reads arguments and settings of its own from these; ours are all that count.
    sys.argv = sys.argv[:1]
    os.environ.pop("GUNICORN_CMD_ARGS", None)

    class Server(BaseApplication):
        """SIGTERM finishes what has begun, SIGHUP loads the code anew, and a process that dies is replaced."""

        def load_config(self) -> None:
            options = {
                "bind": f"{_name(host)}:{port}",
                # One process holds one model; its threads share it.
                "worker_class": BufferingWorker,
                # Not as many as WEB_CONCURRENCY says: limits and figures are those of one process.
                "workers": 1,
                "threads": settings.threads,
                "timeout": SECONDS_OF_SILENCE,
                "graceful_timeout": SECONDS_TO_FINISH,
                "loglevel": "warning",
                "control_socket_disable": True,
                "when_ready": lambda _: (logs.adopt("gunicorn.error"), _say_address(host, port)),
            }
            for name, value in options.items():
                self.cfg.set(name, value)

        def load(self) -> Callable:
            return load()

    Server().run()


def listener(host: str, port: int) -> socket.socket:
    """A socket bound to that address; raises OSError with a clear word when nothing can listen there."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        bound = socket.socket(family, kind)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
    except (OSError, OverflowError) as error:
        raise OSError(f"Cannot listen on {host}:{port} ({error}); choose another with --host or --port.") from None
    return bound


def _say_address(host: str, port: int) -> None:
    print(f"Allyship Coach: http://{_name(host)}:{port}", flush=True)


def _name(host: str) -> str:
    return f"[{host}]" if ":" in host else host
