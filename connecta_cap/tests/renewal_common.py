from datetime import date, timedelta

from freezegun import freeze_time

from .common import CapCommon

DAY = timedelta(days=1)
# the first renewal date in these tests, and the first day without cover after it
RENEWAL = date(2031, 1, 1)
END = RENEWAL + 14 * DAY


class RenewalCommon(CapCommon):
    """A client whose term ends on 1 January 2031, with 14 days of grace."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2030-01-01 10:00:00"):
            cls.subscription._set_term(date(2030, 1, 1), RENEWAL, "First term")
            cls.env.flush_all()

    def on(self, day, hour="12:00:00"):
        """Return a context in which it is `day`, everything computed anew."""
        self.env.flush_all()
        self.env.invalidate_all()
        return freeze_time(f"{day} {hour}")

    def run_cron(self, name):
        with self.enter_registry_test_mode():
            self.env.ref(f"connecta_cap.ir_cron_cap_{name}").method_direct_trigger()
        self.env.invalidate_all()

    def mails(self, subscription=None):
        return (subscription or self.subscription).message_ids.filtered("subject")

    def renew(self, subscription=None, user=None, **values):
        wizard = (
            self.env["cap.subscription.renew"]
            .with_user(user or self.manager)
            .create({"subscription_id": (subscription or self.subscription).id})
        )
        wizard.write(values)
        return wizard
