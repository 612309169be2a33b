"""The process that gunicorn starts, watches, reloads and replaces: inside it, the front of waitress."""

import os

from gunicorn.workers.base import Worker

from coach.web.server import Front


class BufferingWorker(Worker):
    """Serves until it is told to stop, then finishes what has begun."""

    front: Front | None = None

    def run(self) -> None:
        """The loop of the process."""
        self.front = Front(self.wsgi, [each.sock for each in self.sockets], threads=self.cfg.threads)
        while self.alive and os.getppid() == self.ppid:
            # gunicorn replaces a process that stays silent.
            if not self.front.is_stuck():
                self.notify()
            self.front.turn(1.0)
        self.front.drain(self.cfg.graceful_timeout)

    def handle_exit(self, sig, frame) -> None:
        """SIGTERM: finish what has begun, then leave."""
        super().handle_exit(sig, frame)
        if self.front:
            self.front.wake()
