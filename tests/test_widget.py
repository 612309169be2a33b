"""The widget: off unless the settings name origins, and then for these only."""

import gzip
from dataclasses import replace

import pytest
from support import WordEncoder

from app import create_app
from coach.errors import SettingError
from coach.settings import read_settings

ORIGIN = "https://intranet.example.org"
LARGEST_WIDGET = 3 * 1024


@pytest.fixture
def embedded(settings):
    return create_app(replace(settings, embed_origins=(ORIGIN,)), WordEncoder).test_client()


def test_embedding_is_off_by_default(client):
    assert client.get("/widget.js").status_code == 404
    assert "COACH_EMBED_ORIGINS" in client.get("/widget.js", headers={"Accept": "text/html"}).text
    assert "frame-ancestors 'none'" in client.get("/").headers["Content-Security-Policy"]


def test_the_named_origins_and_no_others_may_frame_the_chat(embedded):
    assert embedded.get("/").headers["Content-Security-Policy"].endswith(f"frame-ancestors {ORIGIN}")


def test_the_widget_may_be_fetched_from_another_origin_and_is_small(embedded):
    response = embedded.get("/widget.js")
    assert response.mimetype == "text/javascript"
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert len(response.data) < LARGEST_WIDGET
    assert len(gzip.decompress(embedded.get("/widget.js", headers={"Accept-Encoding": "gzip"}).data)) == len(
        response.data
    )


def test_the_setting_takes_several_origins():
    settings = read_settings({"COACH_EMBED_ORIGINS": f"{ORIGIN}  http://localhost:8080"})
    assert settings.embed_origins == (ORIGIN, "http://localhost:8080")


@pytest.mark.parametrize(
    "text", ["intranet", "https://x.org/path", "https://x.org; script-src *", "*", "https://*.x.org"]
)
def test_what_is_no_origin_is_refused(text):
    with pytest.raises(SettingError, match=r"COACH_EMBED_ORIGINS is .*write origins such as"):
        read_settings({"COACH_EMBED_ORIGINS": text})
