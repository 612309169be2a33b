"""Serve the chat: makes the environment and the index when they are missing, then starts the web server."""

import argparse
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from _environment import enter

REINDEX = Path(__file__).with_name("reindex.py")


def main() -> int:
    """The process's exit status: 1 when the server cannot start."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument("--port", type=int, choices=range(1, 65536), metavar="PORT", default=8000, help="(%(default)s)")
    options = parser.parse_args()
    enter()
    from coach.errors import CoachError
    from coach.settings import read_settings
    from coach.web.state import signing_key

    # Leave by the way of an exception, which also ends a reindex that is under way.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        settings = read_settings(os.environ)
        signing_key(settings)
        _check_inbox(settings)
        _check_address(options.host, options.port)
        _bring_index_up_to_date(settings)
    except (CoachError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    _serve(options.host, options.port, settings.threads)
    return 0


def _check_inbox(settings) -> None:
    """Raises CoachError when letters to the editors could never be kept."""
    if settings.inbox:
        from coach.inbox import Inbox

        Inbox(settings.inbox)


def _check_address(host: str, port: int) -> None:
    """Raises OSError with a clear word when nothing can listen there."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
    except (OSError, OverflowError) as error:
        raise OSError(f"Cannot listen on {host}:{port} ({error}); choose another with --host or --port.") from None


def _bring_index_up_to_date(settings) -> None:
    """Reindex in a process of its own, so that the server's stays small; without success the server starts anyway."""
    from coach.search.encoder import SentenceEncoder
    from coach.staleness import is_stale

    if not is_stale(settings, SentenceEncoder(settings.model).identity):
        return
    print("The index is missing or older than the knowledge base; building it.", flush=True)
    if subprocess.run([sys.executable, str(REINDEX)]).returncode:
        print("Starting all the same: the chat serves the last good index, or says what is wrong.", flush=True)


def _serve(host: str, port: int, threads: int) -> None:
    from gunicorn.app.base import BaseApplication

    name = f"[{host}]" if ":" in host else host

    class Server(BaseApplication):
        def load_config(self) -> None:
            self.cfg.set("bind", f"{name}:{port}")
            # One process holds one model; its threads share it.
            self.cfg.set("worker_class", "gthread")
            self.cfg.set("threads", threads)
            self.cfg.set("timeout", 120)
            # Its warnings quote what a client sent; nothing that anybody types may reach a log.
            self.cfg.set("loglevel", "error")
            self.cfg.set("control_socket_disable", True)
            self.cfg.set("when_ready", lambda _: print(f"Allyship Coach: http://{name}:{port}", flush=True))

        def load(self):
            import app

            return app.app

    # gunicorn reads arguments and settings of its own from these; ours are all that count.
    sys.argv = sys.argv[:1]
    os.environ.pop("GUNICORN_CMD_ARGS", None)
    Server().run()


if __name__ == "__main__":
    sys.exit(main())
