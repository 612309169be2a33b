"""Serve the chat: makes the environment and the index when they are missing, then starts the web server."""

import argparse
import os
import signal
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
    from coach.web.serving import listener, serve
    from coach.web.state import signing_keys

    # Leave by the way of an exception, which also ends a reindex that is under way.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        settings = read_settings(os.environ)
        signing_keys(settings)
        _check_inbox(settings)
        listener(options.host, options.port).close()
        _bring_index_up_to_date(settings)
    except (CoachError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    serve(_application, options.host, options.port, settings)
    return 0


def _application():
    import app

    return app.app


def _check_inbox(settings) -> None:
    """Raises CoachError when letters to the editors could never be kept."""
    if settings.inbox:
        from coach.inbox import Inbox

        Inbox(settings.inbox)


def _bring_index_up_to_date(settings) -> None:
    """Reindex in a process of its own, so that the server's stays small; without success the server starts anyway."""
    from coach.encoders import is_served_by_reference, reference_encoder
    from coach.staleness import is_stale, is_withdrawn

    identity = reference_encoder(settings).identity
    if is_stale(settings, identity):
        if is_withdrawn(settings, identity):
            print("These words were rolled back; `python3 scripts/reindex.py` publishes them again.", flush=True)
            return
        print("The index is missing or older than the knowledge base; building it.", flush=True)
        if subprocess.run([sys.executable, str(REINDEX)]).returncode:
            print("Starting all the same: the chat serves the last good index, or says what is wrong.", flush=True)
    if is_served_by_reference(settings):
        print("The model could not be exported: sentence-transformers serves it, slower and larger.", flush=True)


if __name__ == "__main__":
    sys.exit(main())
