"""What every response says to browsers, whose word is believed about a request, and how much may be asked."""

import html
import re
from dataclasses import replace

import pytest
from support import WordEncoder, ask

from app import create_app
from coach.errors import SettingError
from coach.settings import Rate, Switch, read_settings

PATHS = ["/", "/privacy", "/healthz", "/openapi.json", "/nowhere", "/api/nowhere", "/static/coach.0.css"]


@pytest.fixture
def client_with(settings):
    """A client of a chat whose settings differ by what is given."""
    return lambda **changed: create_app(replace(settings, **changed), WordEncoder).test_client()


class TestHeaders:
    @pytest.mark.parametrize("path", PATHS)
    def test_every_response_is_guarded(self, client, path):
        headers = client.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "camera=()" in headers["Permissions-Policy"]

    def test_no_page_holds_an_inline_script_or_style(self, client):
        pages = [client.get(path).text for path in PATHS] + [client.post("/", data={"message": "hello"}).text]
        for page in pages:
            assert "<style" not in page
            assert " style=" not in page
            assert "<script>" not in page
            assert " onclick=" not in page

    def test_a_frame_is_allowed_to_the_origins_of_the_settings(self, client_with):
        origins = ("https://intranet.example.org", "https://wiki.example.org:8443")
        policy = client_with(embed_origins=origins).get("/").headers["Content-Security-Policy"]
        assert policy.endswith("frame-ancestors https://intranet.example.org https://wiki.example.org:8443")

    def test_browsers_are_bound_to_tls_only_where_there_is_tls(self, client_with):
        behind = client_with(proxies=1)
        assert "Strict-Transport-Security" not in behind.get("/").headers
        secure = behind.get("/", headers={"X-Forwarded-Proto": "https"})
        assert secure.headers["Strict-Transport-Security"] == "max-age=31536000"

    @pytest.mark.parametrize("path", PATHS)
    def test_there_is_no_cookie_hence_nothing_to_forge_a_request_with(self, client, path):
        for response in (client.get(path), client.post(path, data={"message": "hello"})):
            assert "Set-Cookie" not in response.headers
        # A cookie that somebody else set changes nothing.
        client.set_cookie("session", "stolen")
        assert client.post("/", data={"message": "what is a mentor"}).status_code == 200

    def test_a_request_without_any_origin_or_cookie_is_answered_alike(self, client):
        foreign = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
        answers = [ask(client, headers=headers).json for headers in ({}, foreign)]
        for answer in answers:
            answer.pop("state")
        assert answers[0] == answers[1]
        assert "Access-Control-Allow-Origin" not in ask(client, headers=foreign).headers


class TestHosts:
    @pytest.mark.parametrize("host", ["coach.example.org", "coach.example.org:8443", "a.intranet.example.org"])
    def test_a_name_of_the_settings_is_answered(self, client_with, host):
        client = client_with(hosts=("coach.example.org", ".intranet.example.org"))
        assert client.get("/", headers={"Host": host}).status_code == 200

    @pytest.mark.parametrize(
        "host", ["evil.example", "coach.example.org.evil.example", "127.0.0.1", "xcoach.example.org"]
    )
    def test_another_name_is_refused_with_what_to_do(self, client_with, host):
        client = client_with(hosts=("coach.example.org",))
        response = client.get("/", headers={"Host": host})
        assert response.status_code == 400
        assert "COACH_HOSTS" in response.text
        assert ask(client, headers={"Host": host}).status_code == 400

    @pytest.mark.parametrize("host", ["a b", "<script>", "evil.example/../", "x@y", "[::1", "a:99999999"])
    def test_a_name_that_is_none_breaks_nothing(self, client, client_with, host):
        assert client.get("/", headers={"Host": host}).status_code in (200, 400)
        assert client_with(hosts=("coach.example.org",)).get("/", headers={"Host": host}).status_code == 400

    def test_probes_come_by_any_name(self, client_with):
        client = client_with(hosts=("coach.example.org",))
        assert client.get("/healthz", headers={"Host": "10.0.0.7"}).status_code == 200

    def test_no_address_in_a_page_comes_from_the_name(self, client):
        assert "elsewhere.example" not in client.get("/", headers={"Host": "elsewhere.example"}).text


class TestLimits:
    def test_a_client_is_told_when_to_come_back(self, client_with):
        client = client_with(limit_client=Rate("3 per minute"))
        assert [ask(client).status_code for _ in range(4)] == [200, 200, 200, 429]
        refused = ask(client)
        assert refused.mimetype == "application/problem+json"
        assert refused.json["status"] == 429
        assert 1 <= int(refused.headers["Retry-After"]) <= 120
        assert refused.headers["Retry-After"] in refused.json["detail"]

    def test_every_route_counts_together(self, client_with):
        client = client_with(limit_client=Rate("2 per minute"))
        assert client.get("/").status_code == 200
        assert ask(client).status_code == 200
        assert client.get("/privacy").status_code == 429

    def test_the_page_keeps_what_was_typed(self, client_with):
        client = client_with(limit_client=Rate("1 per minute"))
        client.get("/")
        refused = client.post("/", data={"message": "my own words", "state": "kept"})
        assert refused.status_code == 429
        assert int(refused.headers["Retry-After"]) >= 1
        assert 'value="my own words"' in refused.text
        assert 'value="kept"' in refused.text
        assert "Ask again in" in refused.text

    def test_clients_are_told_apart_by_address_and_all_count_together(self, client_with):
        client = client_with(limit_client=Rate("1 per minute"), limit_all=Rate("3 per minute"))
        by_address = [
            ask(client, environ_overrides={"REMOTE_ADDR": f"10.0.0.{n}"}).status_code for n in (1, 1, 2, 3, 4)
        ]
        assert by_address == [200, 429, 200, 200, 429]

    def test_addresses_of_one_ipv6_network_are_one_client(self, client_with):
        client = client_with(limit_client=Rate("1 per minute"))
        addresses = ("2001:db8::1", "2001:db8::ffff", "2001:db8:0:1::1")
        asked = [ask(client, environ_overrides={"REMOTE_ADDR": address}).status_code for address in addresses]
        assert asked == [200, 429, 200]

    def test_a_forwarded_address_counts_only_behind_a_proxy(self, client_with):
        alone, behind = (client_with(limit_client=Rate("1 per minute"), proxies=count) for count in (0, 1))
        for client, expected in ((alone, [200, 429]), (behind, [200, 200])):
            asked = [ask(client, headers={"X-Forwarded-For": f"10.1.1.{n}"}).status_code for n in range(2)]
            assert asked == expected

    def test_what_a_client_adds_before_the_proxys_word_is_not_believed(self, client_with):
        client = client_with(limit_client=Rate("1 per minute"), proxies=1)
        asked = [ask(client, headers={"X-Forwarded-For": f"6.6.6.{n}, 10.1.1.1"}).status_code for n in range(2)]
        assert asked == [200, 429]

    def test_probes_and_files_are_not_counted(self, client_with):
        client = client_with(limit_client=Rate("1 per minute"))
        paths = ["/healthz", "/readyz", "/static/coach.0.css"] * 2
        assert {client.get(path).status_code for path in paths} == {200}

    @pytest.mark.parametrize(
        ("method", "path", "status"),
        [("GET", "/metrics", 401), ("GET", "/maintainers", 401), ("GET", "/nowhere", 404), ("PUT", "/", 405)],
    )
    def test_passwords_cannot_be_guessed_nor_paths_searched_at_will(self, client_with, method, path, status):
        client = client_with(
            limit_client=Rate("2 per minute"), maintainers=Switch.ON, maintainer_password="a right password"
        )
        wrong = ("maintainer", "a wrong password")
        tried = [client.open(path, method=method, auth=wrong).status_code for _ in range(3)]
        assert tried == [status, status, 429]

    def test_a_conversation_to_save_counts_as_much_as_asking_it(self, client_with):
        client = client_with(limit_client=Rate("5 per minute"))
        saved = [client.post("/save", data={"said": ["what is a mentor"] * 3}).status_code for _ in range(2)]
        assert saved == [200, 429]

    @pytest.mark.parametrize("path", ["/", "/save"])
    def test_a_refused_body_that_cannot_be_read_does_not_stop_the_count(self, client_with, path, caplog):
        client = client_with(limit_client=Rate("1 per minute"))
        client.get("/")
        form = {"content_type": "application/x-www-form-urlencoded"}
        broken = [client.post(path, data=b"said=x" * 20_000, **form).status_code for _ in range(2)]
        assert broken == [429, 429]
        (limiter,) = client.application.extensions["limiter"]
        assert limiter.storage.storage
        assert "Rate limit storage unreachable" not in caplog.text

    def test_what_was_sent_to_a_tool_can_be_sent_again(self, client_with):
        client = client_with(limit_client=Rate("1 per minute"))
        client.get("/")
        fields = {"when": 'At "noon"', "will": "ask", "make": "1"}
        refused = client.post("/tools/next-step", data=fields)
        assert refused.status_code == 429
        form = refused.text.split("<form")[1].split("</form>")[0]
        assert form.startswith(' method="post">')
        sent = dict(re.findall(r'name="(.+?)" value="(.*?)"', html.unescape(form.replace("&#34;", "”"))))
        assert sent == fields | {"when": "At ”noon”"}
        assert "Try again" in form
        # A page that was only asked for can be loaded again.
        assert "Try again" not in client.get("/privacy").text

    def test_no_limit_is_a_setting_too(self, client_with):
        client = client_with(limit_client=Rate(""), limit_all=Rate(""))
        assert {client.get("/privacy").status_code for _ in range(70)} == {200}

    def test_no_address_is_held_only_a_hash_that_the_key_makes(self, client_with):
        client = client_with(limit_client=Rate("9 per minute"))
        ask(client, environ_overrides={"REMOTE_ADDR": "203.0.113.77"})
        (limiter,) = client.application.extensions["limiter"]
        held = str(list(limiter.storage.storage))
        assert "coach" in held
        assert "203.0.113.77" not in held

    @pytest.mark.parametrize("failure", ["open", "closed"])
    def test_without_its_redis_it_goes_on_counting_or_says_503(self, settings, failure, caplog):
        nobody = {"COACH_LIMIT_STORE": "redis://127.0.0.1:1/0", "COACH_LIMIT_CLIENT": "2 per minute"}
        read = read_settings({**nobody, "COACH_LIMIT_FAILURE": failure})
        client = create_app(replace(read, knowledge=settings.knowledge, var=settings.var), WordEncoder).test_client()
        replies = [ask(client) for _ in range(3)]
        if failure == "open":
            assert [reply.status_code for reply in replies] == [200, 200, 429]
            assert "Rate limit storage unreachable" in caplog.text
        else:
            assert [reply.status_code for reply in replies] == [503] * 3
            assert replies[0].mimetype == "application/problem+json"
            assert replies[0].headers["Retry-After"] == "5"


class TestMaintainers:
    def test_without_a_setting_only_this_machine_is_let_in(self, client):
        assert client.get("/metrics").status_code == 200
        assert client.get("/metrics", environ_overrides={"REMOTE_ADDR": "10.0.0.1"}).status_code == 403
        # A proxy on this machine hides who is asking.
        assert client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 403

    @pytest.mark.parametrize(
        ("credentials", "status"),
        [
            (("maintainer", "a right password"), 200),
            (("maintainer", "a wrong password"), 401),
            (("maintainer", "p\u00e4ss"), 401),
            (("somebody", "a right password"), 401),
            (("maintainer", ""), 401),
            (None, 401),
        ],
    )
    def test_a_password_opens(self, client_with, credentials, status):
        response = client_with(maintainer_password="a right password").get("/metrics", auth=credentials)
        assert response.status_code == status
        assert ("WWW-Authenticate" in response.headers) == (status == 401)

    @pytest.mark.parametrize("header", ["Basic", "Basic !!!", "Bearer x", "Basic " + "A" * 5000])
    def test_a_garbled_password_is_no_password(self, client_with, header):
        client = client_with(maintainer_password="a right password")
        assert client.get("/metrics", headers={"Authorization": header}).status_code == 401

    def test_a_chat_with_names_of_its_own_is_closed_without_a_password(self, client_with):
        options = {"hosts": ("localhost",), "maintainers": Switch.ON}
        for path in ("/metrics", "/maintainers"):
            assert client_with(**options).get(path).status_code == 403
            opened = client_with(**options, maintainer_password="a right password")
            assert opened.get(path, auth=("maintainer", "a right password")).status_code == 200

    def test_the_proxys_header_opens(self, client_with):
        client = client_with(proxies=1, maintainer_header="X-User")
        assert client.get("/metrics", headers={"X-User": "ann"}).status_code == 200
        assert client.get("/metrics").status_code == 403


@pytest.mark.parametrize(
    "store",
    [
        "redis://cache",
        "redis://127.0.0.1:6379/0",
        "rediss://chat:p@ss:w%2Fd@cache.example.org:6379/0?socket_timeout=1",
        "redis://:secret@[::1]:6379",
        "redis:///0",
    ],
)
def test_where_requests_may_be_counted(store):
    assert read_settings({"COACH_LIMIT_STORE": store}).limit_store == store


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("COACH_PROXIES", "-1", "whole number from 0"),
        ("COACH_THREADS", "0", "whole number above 0"),
        ("COACH_THREADS", "9" * 30, "whole number above 0"),
        ("COACH_HOSTS", "https://coach.example.org", "without a port"),
        ("COACH_EMBED_ORIGINS", "https://a.example; script-src *", "write origins such as"),
        ("COACH_LIMIT_CLIENT", "many", "write a rate such as"),
        ("COACH_LIMIT_CLIENT", "0 per minute", "write a rate such as"),
        ("COACH_LIMIT_STORE", "memcached://x", "write an address such as"),
        ("COACH_LIMIT_STORE", "redis+sentinel://:tooshort@cache:6379", "is no such address; write an address such as"),
        ("COACH_LIMIT_STORE", "redis://:tooshort/2@cache:6379", "is no such address; write an address such as"),
        ("COACH_LIMIT_STORE", "redis://[tooshort@cache:6379", "is no such address; write an address such as"),
        ("COACH_LIMIT_FAILURE", "ajar", "one of open, closed"),
        ("COACH_LOG_FORMAT", "xml", "one of text, json"),
        ("COACH_SECRET_KEY", "tooshort", "at least 16 characters"),
        ("COACH_LEAVE_URL", "javascript:alert(1)", "write a whole address"),
        ("COACH_LEAVE_URL", "www.bbc.com/weather", "write a whole address"),
        ("COACH_MAINTAINER_HEADER", "X-User", "needs COACH_PROXIES"),
        ("COACH_LIMITS", "1", "did you mean COACH_LIMIT"),
    ],
)
def test_a_bad_setting_is_named_with_what_to_write(name, value, told):
    with pytest.raises(SettingError) as refused:
        read_settings({name: value})
    assert name in str(refused.value)
    assert told in str(refused.value)
    assert "tooshort" not in str(refused.value)
