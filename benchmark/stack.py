"""Runs one stack in a process and an environment of its own: `stack.py NAME build|serve MODEL FOLDER [PORT]`.

Standard library only, besides what the stack itself imports: every stack is served by the same bare server.
"""

import importlib
import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


class Handler(BaseHTTPRequestHandler):
    """`/api/chat` answers with the five nearest texts, `/encode` with the milliseconds that one encoding takes."""

    protocol_version = "HTTP/1.1"
    # Without it, each answer waits for the acknowledgement of its headers.
    wbufsize = -1

    def do_POST(self):
        """One question."""
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["message"]
        started = time.perf_counter()
        if self.path == "/encode":
            self.server.encode(message)
            found = {"ms": (time.perf_counter() - started) * 1000}
        else:
            found = {"texts": self.server.search(message)}
        data = json.dumps(found).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        """Nothing is logged."""


class Server(ThreadingHTTPServer):
    """Answers each connection in a thread of its own; so many may wait to be taken."""

    request_queue_size = 64


def main():
    """Build an index from the texts in FOLDER/input.json, or serve the one that was built."""
    name, what, model, folder, *port = sys.argv[1:]
    stack = importlib.import_module(f"benchmark.stacks.{name}")
    if what == "build":
        stack.build(json.loads(Path(folder, "input.json").read_text()), model, folder)
        return
    search, encode = stack.load(model, folder)
    server = Server(("127.0.0.1", int(port[0])), Handler)
    server.search, server.encode = search, encode
    server.serve_forever()


if __name__ == "__main__":
    main()
