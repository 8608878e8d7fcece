import pytest
from cap_tools.links import VideoHost, find_host_flaw, find_player, split_web_address

TUBE = VideoHost(
    "video.example",
    r"^/watch\?(?:.*&)?v=([\w-]+)",
    "https://player.video.example/embed/{id}",
)


@pytest.mark.parametrize(
    "url",
    ["https://a.example", "http://a.example:8080/x?y=1#z", "https://b.example/é"],
)
def test_web_addresses_are_sound(url):
    assert split_web_address(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        None,
        "a.example/x",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://",
        "https:///x",
        "ftp://a.example",
        "https://me:pw@a.example",
        "https://a.example/a b",
        'https://a.example/"onload=x',
        "https://a.example:99999999",
        "https://[::1",
    ],
)
def test_anything_else_is_refused(url):
    assert split_web_address(url) is None


def test_a_listed_host_plays():
    for url in (
        "https://video.example/watch?v=abc-DEF_1",
        "https://www.video.example/watch?t=3&v=abc-DEF_1&x=1",
    ):
        player = find_player(url, [TUBE])
        assert player == "https://player.video.example/embed/abc-DEF_1"


@pytest.mark.parametrize(
    "url",
    [
        "http://video.example/watch?v=abc",
        "https://video.example.evil.example/watch?v=abc",
        "https://evil.example/watch?v=abc&video.example",
        "https://video.example/channel",
        "https://video.example/watch?v=",
        "https://video.example/watch?v=" + "a" * 65,
    ],
)
def test_any_other_video_is_only_linked(url):
    assert find_player(url, [TUBE]) == ""
    assert find_player(url, []) == ""


def test_an_id_cannot_leave_its_place():
    greedy = VideoHost("video.example", r"v=(.*)", TUBE.player)
    assert find_player("https://video.example/watch?v=../../x", [greedy]) == ""


@pytest.mark.parametrize(
    ("host", "flaw"),
    [
        (TUBE, ""),
        (VideoHost("video.example", r"v=\w+", TUBE.player), "pattern"),
        (VideoHost("video.example", r"v=(", TUBE.player), "pattern"),
        (VideoHost("video.example", r"v=(x)", "http://a.example/{id}"), "player"),
        (VideoHost("video.example", r"v=(x)", "https://a.example/"), "player"),
        (VideoHost("https://video.example", r"v=(x)", TUBE.player), "host"),
    ],
)
def test_flaws_of_a_host_are_named(host, flaw):
    assert find_host_flaw(host) == flaw
