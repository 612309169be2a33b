"""/metrics for Prometheus: how many turns of which kind, how long, which index; nothing that anybody typed."""

import time
from datetime import UTC, datetime

from flask import Blueprint, Flask, Response, current_app, g
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily

from coach.choices import AnswerKind
from coach.live import LiveCoach
from coach.web.clients import require_maintainer
from coach.web.logs import method, route

blueprint = Blueprint("metrics", __name__)

# Seconds; a turn takes some milliseconds, the first one waits for the model.
BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """The figures of one process: it has threads, but no fellow workers, so each process is asked for its own."""

    def __init__(self, live: LiveCoach):
        self.registry = CollectorRegistry()
        self.turns = Counter("coach_turns", "Replies given", ["kind"], registry=self.registry)
        for kind in AnswerKind:
            self.turns.labels(kind)
        self.requests = Counter(
            "coach_requests", "Requests answered", ["method", "route", "status"], registry=self.registry
        )
        self.refusals = Counter("coach_refusals", "Requests refused", ["status"], registry=self.registry)
        self.seconds = Histogram(
            "coach_request_seconds", "Time to answer", ["route"], buckets=BUCKETS, registry=self.registry
        )
        self.registry.register(IndexCollector(live))
        ProcessCollector(registry=self.registry)

    def observe(self, response: Response) -> Response:
        """Count one finished request."""
        status = str(response.status_code)
        self.requests.labels(method(), route(), status).inc()
        if 400 <= response.status_code < 500:
            self.refusals.labels(status).inc()
        if "started" in g:
            self.seconds.labels(route()).observe(time.perf_counter() - g.started)
        return response


class IndexCollector:
    """Which index is served, since when it is published, and whether a newer one could not be loaded."""

    def __init__(self, live: LiveCoach):
        self._live = live

    def collect(self):
        """The families; none of the index while there is none."""
        trouble = GaugeMetricFamily("coach_index_trouble", "1 while the newest index cannot be loaded")
        serving = self._live.serving
        trouble.add_metric([], float(bool(self._live.trouble) or serving is None))
        yield trouble
        if serving is None:
            return
        info = GaugeMetricFamily("coach_index_info", "The version that is served", labels=["version"])
        info.add_metric([serving.version], 1)
        yield info
        published = published_at(serving.version)
        yield GaugeMetricFamily("coach_index_published_timestamp_seconds", "When it was published", published)
        yield GaugeMetricFamily("coach_index_age_seconds", "How long ago that was", max(0.0, time.time() - published))


def published_at(version: str) -> float:
    """Seconds since the epoch, from the time that a version's name starts with."""
    return datetime.strptime(version.partition("-")[0], "%Y%m%dT%H%M%S").replace(tzinfo=UTC).timestamp()


def install(app: Flask, live: LiveCoach) -> None:
    """Count every request."""
    metrics = app.extensions["metrics"] = Metrics(live)
    app.after_request(metrics.observe)


def count_turn(kind: AnswerKind) -> None:
    """One reply of that kind was given."""
    current_app.extensions["metrics"].turns.labels(kind).inc()


@blueprint.get("/metrics")
def metrics() -> Response:
    """All figures, as Prometheus reads them."""
    require_maintainer(current_app.extensions["settings"])
    data = generate_latest(current_app.extensions["metrics"].registry)
    return current_app.response_class(data, content_type=CONTENT_TYPE_LATEST)
