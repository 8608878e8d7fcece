from odoo import models


class CapSubscriptionForesightMixin(models.AbstractModel):
    """What a suspension, a resumption or a closing would bring, before it is decided.

    Whoever decides reads it first, and the client's mail says it in the same words.
    """

    _name = "cap.subscription.foresight.mixin"
    _inherit = ["cap.subscription.outlook.mixin"]
    _description = "What a change of state brings"

    # === BUSINESS METHODS === #

    def _foresee(self, operation, day):
        """Return what an operation brings, as sections of sentences.

        :param operation: 'suspend', 'resume' or 'close'.
        :param day: the day from which it holds.
        :return: list of dicts with a `title` and its `lines`; no empty section.
        """
        self.ensure_one()
        match operation:
            case "suspend":
                lines = self._foresee_suspension(day)
            case "resume":
                lines = self._foresee_resumption(day)
            case _:
                lines = self._foresee_closing(day)
        titles = {
            "tickets": self.env._("Tickets"),
            "duties": self.env._("What we deliver"),
            "late": self.env._("Late with us"),
            "credits": self.env._("What the client can use"),
            "plans": self.env._("Planned changes of the tier"),
            "term": self.env._("Term"),
        }
        sections = [(title, lines.get(key)) for key, title in titles.items()]
        return [
            {"title": title, "lines": lines}
            for title, lines in [*sections, *self._foresee_more(operation, day)]
            if lines
        ]

    def _foresee_more(self, operation, day):
        """Return further (title, lines) of what hangs on a subscription; a hook."""
        return []

    def _foresee_suspension(self, day):
        return {
            "tickets": [*self._word_tickets(), self._word_new_tickets(day)],
            "duties": self._word_waiting(day),
            "late": self._word_late(),
            "credits": self._word_credits(day, runs_on=True),
            "term": self._word_term(),
        }

    def _foresee_resumption(self, day):
        again = self.env._(
            "New tickets get a priority by the promise again from %(day)s.",
            day=self._word_day(day),
        )
        return {
            "tickets": [*self._word_tickets(), again],
            "duties": self._word_moved(day),
            "late": self._word_late(),
            "credits": self._word_credits(day, runs_on=True),
            "term": self._word_term(),
        }

    def _foresee_closing(self, day):
        return {
            "tickets": [*self._word_tickets(), self._word_new_tickets(day)],
            "duties": self._word_ending(day),
            "late": self._word_late(),
            "credits": self._word_credits(day, runs_on=False),
            "plans": self._word_dropped_plans(day),
        }

    # === TICKETS === #

    def _word_tickets(self):
        tickets = self.env["cap.ticket"]
        mine = [("subscription_id", "=", self.id), ("is_closed", "=", False)]
        count = tickets.search_count(mine)
        if not count:
            return [self.env._("No ticket is open.")]
        lines = [
            self.env._("Open tickets that we go on working on: %(count)s.", count=count)
        ]
        waiting = tickets.search_count(
            [*mine, ("priority", "=", False), ("sla_state", "!=", "none")]
        )
        if waiting:
            lines.append(
                self.env._(
                    "Of these without a priority yet: %(count)s. Their clock goes on, "
                    "and so does the promise.",
                    count=waiting,
                )
            )
        return lines

    def _word_new_tickets(self, day):
        return self.env._(
            "New tickets from %(day)s on are accepted, but without a promise.",
            day=self._word_day(day),
        )

    # === PLANS AND TERM === #

    def _word_dropped_plans(self, day):
        return [
            self.env._(
                "%(tier)s, planned for %(day)s: does not take place.",
                tier=period.tier_id.name,
                day=self._word_day(period.date_start),
            )
            for period in self.period_ids.sorted("date_start")
            if period.is_planned and period.date_start >= day
        ]

    def _word_term(self):
        """Return what stays of the agreed term; a hook."""
        return []
