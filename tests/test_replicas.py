"""More than one machine, as near as one machine comes to it: four replicas behind nginx, which count in Redis."""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from support import Process, WordEncoder, free_port, touch, wait_until

from app import create_app

ROOT = Path(__file__).parent.parent
NGINX, REDIS = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin"), shutil.which("redis-server")
CANARY = "kumquatzebra"
CONVERSATION = [
    "how do I sponsor someone",
    "give me an example",
    "what is a mentor",
    "give me an example",
    "weather tomorrow",
    "words to say when somebody is interrupted",
    "hello",
    "what is a sponsor",
    "give me an example",
    "i want to die",
    "how do I sponsor someone",
    "give me an example",
]


@pytest.fixture(scope="module", autouse=True)
def needed():
    missing = [name for name, found in (("nginx", NGINX), ("redis-server", REDIS)) if not found]
    if missing:
        reason = f"no {' and no '.join(missing)} on this machine; on Debian `apt-get install nginx-light redis-server`"
        if os.environ.get("REQUIRE_REPLICAS"):
            pytest.fail(reason)
        pytest.skip(reason)


@contextlib.contextmanager
def redis(port, folder):
    command = [REDIS, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder]
    process = subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL)
    try:
        wait_until(lambda: said(port, "PING") == "PONG", seconds=20, what="the start of Redis")
        yield process
    finally:
        process.terminate()
        process.wait(timeout=20)


def said(port, *command):
    """What Redis answers."""
    import redis

    with contextlib.suppress(redis.exceptions.ConnectionError):
        answer = redis.Redis(port=port, decode_responses=True).execute_command(*command)
        return "PONG" if answer is True else answer


@contextlib.contextmanager
def nginx(replicas, folder):
    """deploy/nginx.conf before `replicas`; gives its address and its log."""
    port, log = free_port(), folder / "access.log"
    site = (ROOT / "deploy" / "nginx.conf").read_text()
    servers = "\n".join(f"server 127.0.0.1:{each.port} max_fails=1 fail_timeout=5s;" for each in replicas)
    site = re.sub(r"(    server coach-\d:8000 [^\n]*\n)+", f"{servers}\n", site)
    site = site.replace("listen 8080;", f"listen 127.0.0.1:{port};").replace("/var/log/nginx/coach.log", str(log))
    temporary = "\n".join(
        f"{name}_temp_path {folder};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = f"daemon off; user root; pid {folder}/nginx.pid; events {{}} http {{ {temporary} {site} }}"
    (folder / "nginx.conf").write_text(whole)
    process = subprocess.Popen([NGINX, "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")])
    try:
        address = f"http://127.0.0.1:{port}"
        wait_until(lambda: urllib.request.urlopen(f"{address}/healthz"), seconds=20, what="the start of nginx")
        yield address, log
    finally:
        process.terminate()
        process.wait(timeout=20)


def ask(address, message, state=None, **headers):
    body = json.dumps({"message": message, "state": state}).encode()
    request = urllib.request.Request(f"{address}/api/chat", body, {"Content-Type": "application/json", **headers})
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.load(response)


def told(reply):
    """What a reply means: all but the token, which is signed anew, and the version of the index."""
    return {name: value for name, value in reply.items() if name not in ("state", "index")}


@contextlib.contextmanager
def replicas(count, settings, folder, **environment):
    with contextlib.ExitStack() as stack:
        # From here on each is ended, also when another does not get ready.
        started = [
            stack.push(Process(settings, folder / f"{n}.log", COACH_PROXIES="1", **environment)) for n in range(count)
        ]
        for each in started:
            each.wait_until_ready()
        yield started


def test_a_conversation_hops_while_one_replica_dies_and_the_index_is_republished(settings, tmp_path, publish):
    alone, states = create_app(settings, WordEncoder).test_client(), [None]
    right = []
    for message in CONVERSATION:
        right.append(alone.post("/api/chat", json={"message": message, "state": states[-1]}).json)
        states.append(right[-1]["state"])
    port, folder = free_port(), tmp_path / "nginx"
    folder.mkdir()
    store = {"COACH_LIMIT_STORE": f"redis://127.0.0.1:{port}/0", "COACH_LIMIT_CLIENT": "1000 per minute"}
    with redis(port, tmp_path), replicas(4, settings, tmp_path, **store) as four, nginx(four, folder) as (address, log):
        replies, state = [], None
        for turn, message in enumerate(CONVERSATION):
            if turn == 4:
                for number in [four[1].process.pid, *four[1].workers()]:
                    os.kill(number, signal.SIGKILL)
            if turn == 7:
                touch(settings)
                published = publish()
            replies.append(ask(address, message, state))
            state = replies[-1]["state"]
        keys = said(port, "KEYS", "*")
        with contextlib.suppress(urllib.error.HTTPError):
            urllib.request.urlopen(f"{address}/{CANARY}?q={CANARY}")
        ask(address, CANARY)
    assert [told(reply) for reply in replies] == [told(reply) for reply in right]
    assert {reply["index"] for reply in replies[7:]} == {published.version}
    # Each of those that live answered some of the turns.
    answered = [log.count("route=/api/chat") for log in ((tmp_path / f"{n}.log").read_text() for n in range(4))]
    assert min(answered) >= 1
    # What is counted is held under a hash, and the proxy notes neither words nor addresses.
    assert keys
    assert "127.0.0.1" not in str(keys)
    lines = log.read_text().splitlines()
    assert len(lines) >= len(CONVERSATION)
    assert [line for line in lines if "127.0.0.1" in line or CANARY in line or "/api" in line] == []
    everything = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert [data for data in everything if CANARY.encode() in data] == []


def test_replicas_count_together_and_go_on_alone_while_redis_is_away(settings, tmp_path):
    port = free_port()
    limit = {"COACH_LIMIT_STORE": f"redis://127.0.0.1:{port}/0", "COACH_LIMIT_CLIENT": "4 per hour"}
    with replicas(2, settings, tmp_path, **limit) as both:

        def statuses(client, times):
            asked = [both[n % 2] for n in range(times)]
            return [status(each.address, client) for each in asked]

        with redis(port, tmp_path):
            assert statuses("10.0.0.1", 6) == [200, 200, 200, 200, 429, 429]
        # Each for itself now: twice as many get through, and nobody is locked out.
        assert statuses("10.0.0.2", 10) == [200] * 8 + [429] * 2
        assert "Rate limit storage unreachable" in (tmp_path / "0.log").read_text()
        with redis(port, tmp_path):
            wait_until(lambda: counted_again(both, port), seconds=60, what="the return to Redis")


def counted_again(both, port):
    for each in both:
        status(each.address, "10.0.0.3")
    return said(port, "DBSIZE")


def status(address, client):
    try:
        ask(address, "what is a mentor", **{"X-Forwarded-For": client})
    except urllib.error.HTTPError as error:
        return error.code
    return 200
