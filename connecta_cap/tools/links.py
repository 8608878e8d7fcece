"""Web addresses: which ones are sound, and which videos may play within a page."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

# what a player's address may be made of: nothing that could leave its place in it
SAFE_ID = re.compile(r"[\w-]{1,64}\Z", re.ASCII)


@dataclass(frozen=True)
class VideoHost:
    """A host whose videos may play within our pages.

    `pattern` finds the video's id (its first group) in path and query of an address;
    `player` is the address of the player, with `{id}` for it.
    """

    host: str
    pattern: str
    player: str


def split_web_address(url):
    """Return the parts of a web address, None when it is not one.

    :param url: text; only http and https with a host and without a login are sound.
    """
    text = (url or "").strip()
    if not text or re.search(r"[\s\\<>\"]", text):
        return None
    try:
        parts = urlsplit(text)
        port = parts.port  # reading it checks it
    except ValueError:
        return None
    if port == 0 or parts.scheme not in ("http", "https"):
        return None
    if not parts.hostname or parts.username:
        return None
    return parts


def find_player(url, hosts):
    """Return the address of the player of a video, empty when it may only be linked.

    :param url: address of the video.
    :param hosts: iterable of `VideoHost`.
    """
    parts = split_web_address(url)
    if not parts or parts.scheme != "https":
        return ""
    name = parts.hostname.lower().removeprefix("www.")
    rest = parts.path + (f"?{parts.query}" if parts.query else "")
    for host in hosts:
        if name != host.host.lower().removeprefix("www."):
            continue
        found = re.search(host.pattern, rest)
        if found and SAFE_ID.match(found[1] or ""):
            return host.player.replace("{id}", found[1])
    return ""


def find_host_flaw(host):
    """Return what is wrong with a `VideoHost`: a word, empty when it is sound.

    :return: 'pattern' (no expression with one group), 'player' (no https address with
        one `{id}`), 'host' or ''.
    """
    try:
        if re.compile(host.pattern).groups < 1:
            return "pattern"
    except re.error:
        return "pattern"
    player = split_web_address(host.player.replace("{id}", "x"))
    if host.player.count("{id}") != 1 or not player or player.scheme != "https":
        return "player"
    if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", host.host.lower()):
        return "host"
    return ""
