import json
from datetime import timedelta

from ..tools.clock import FixedClock
from .common import CapCommon, utc

START = "2026-06-01 08:00:00"


class HealthCommon(CapCommon):
    """An environment of Acme and one of Zeta, with a token each."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.consultant = cls.users["consultant"]
        cls.start = utc(START)
        cls.place, cls.secret = cls.make_environment(cls.subscription, "Production")
        cls.other, cls.other_secret = cls.make_environment(
            cls.zeta_subscription, "Zeta production"
        )

    @classmethod
    def make_environment(cls, subscription, name, **values):
        """Return (environment, text of its token)."""
        environments = cls.env["cap.environment"].with_user(cls.users["consultant"])
        place = environments.create(
            {
                "name": name,
                "subscription_id": subscription.id,
                "report_interval": 5,
                "grace": 10,
                **values,
            }
        )
        _token, secret = cls.env["cap.environment.token"]._issue(place, "Reporter")
        return place.sudo(), secret

    def window(self, minute, flow="Orders", length=5, **values):
        """Return a window that starts some minutes after the start, as is reported."""
        start = self.start + timedelta(minutes=minute)
        return {
            "flow": flow,
            "connector": "Shop",
            "start": f"{start.isoformat()}Z",
            "end": f"{(start + timedelta(minutes=length)).isoformat()}Z",
            "ok": 10,
            "failed": 0,
        } | values

    def send(self, minute, windows, key=None, secret=None, sent=None, **body):
        """Report some windows at a minute after the start; return the answer."""
        now = self.start + timedelta(minutes=minute)
        body = {
            "sent_at": f"{(sent or now).isoformat()}Z",
            "windows": windows,
        } | body
        return self.receive(now, body, key or f"{minute}/{len(windows)}", secret)

    def receive(self, now, body, key, secret=None):
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        intake = self.env["cap.health.intake"].with_context(cap_clock=FixedClock(now))
        return intake._receive(secret or self.secret, key, raw)

    def watch(self, minute, place=None):
        """Judge an environment at a minute after the start."""
        now = self.start + timedelta(minutes=minute)
        place = place or self.place
        place.with_context(cap_clock=FixedClock(now))._watch()

    def play(self, first, minutes, **values):
        """Report a window every 5 minutes and judge each; return the last minute."""
        for minute in range(first, first + minutes, 5):
            self.send(minute + 5, [self.window(minute, **values)])
            self.watch(minute + 5)
        return first + minutes

    def roll_up(self):
        while self.env["cap.health.rollup"]._roll_up():
            pass

    def flow(self, name="Orders", place=None):
        return self.env["cap.flow"].search(
            [("environment_id", "=", (place or self.place).id), ("name", "=", name)]
        )
