from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import FAIR_USE_BATCH, LIVE_STATES


class CapSubscriptionFairUseMixin(models.AbstractModel):
    """How fairly a client uses its tier: counted nightly, and whenever somebody asks.

    It never blocks anything. The client sees it first; a person decides the rest.
    """

    _name = "cap.subscription.fair.use.mixin"
    _inherit = ["cap.clock.mixin", "cap.guarded.mixin"]
    _description = "Fair use of a subscription"

    fair_use_usage_ids = fields.One2many(
        "cap.fair.use.usage", "subscription_id", "Fair use", readonly=True
    )
    fair_use_review_ids = fields.One2many(
        "cap.fair.use.review", "subscription_id", "Fair use reviews", readonly=True
    )
    fair_use_day = fields.Date("Fair use counted on", readonly=True, copy=False)
    fair_use_is_above = fields.Boolean(
        "Above fair use",
        compute="_compute_fair_use_is_above",
        store=True,
        compute_sudo=True,
        help="As last counted.",
    )

    # === COMPUTE METHODS === #

    @api.depends("fair_use_usage_ids.is_above")
    def _compute_fair_use_is_above(self):
        for subscription in self:
            above = subscription.fair_use_usage_ids.filtered("is_above")
            subscription.fair_use_is_above = bool(above)

    # === CRUD METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"fair_use_day"}

    # === ACTION METHODS === #

    def action_refresh_fair_use(self):
        """Count fair use now.

        :raises UserError: when the subscription is not live.
        """
        self.check_access("write")
        for subscription in self:
            if subscription.state not in LIVE_STATES:
                raise UserError(
                    self.env._(
                        "%(subscription)s is not live: its fair use is not counted.",
                        subscription=subscription.display_name,
                    )
                )
        self._refresh_fair_use()
        return True

    # === BUSINESS METHODS === #

    def _count_fair_use(self):
        """Return the `Count` of today by subscription id."""
        return self.env["cap.fair.use.counter"]._count(self, self._cap_today())

    def _refresh_fair_use(self):
        """Count again, keep the figures, and draft the reviews that they call for.

        Rows that somebody else is counting at this moment are left to them.

        :return: the subscriptions that were counted.
        """
        mine = self.sudo().try_lock_for_update(allow_referencing=True)
        today = self._cap_today()
        counts = mine._count_fair_use()
        self.env["cap.fair.use.usage"]._store(mine, counts, today)
        mine._guarded_write({"fair_use_day": today})
        self.env["cap.fair.use.review"]._follow_up(mine, counts, today)
        return mine

    def _get_fair_use_person(self):
        """Return who looks after this client: the account manager, else the lead."""
        self.ensure_one()
        team = self.env["cap.team"].sudo()._get_default_team(self.company_id)
        for user in (self.account_manager_id, team.lead_id):
            if user.active and self.company_id in user.company_ids:
                return user
        return self.env["res.users"]

    def _schedule_fair_use(self, record, activity_type, summary):
        """Ask who looks after this client to look at a record.

        :param record: with activities, about this client.
        :param activity_type: XML id.
        """
        person = self.sudo()._get_fair_use_person()
        if person:
            record.sudo().activity_schedule(
                activity_type, user_id=person.id, summary=summary
            )

    @api.model
    def _cron_refresh_fair_use(self):
        """Count the fair use of every live subscription once a day, in batches."""
        cron = self.env["ir.cron"]
        today = self._cap_today()
        todo = [
            ("state", "in", LIVE_STATES),
            "|",
            ("fair_use_day", "=", False),
            ("fair_use_day", "<", today),
        ]
        while True:
            batch = self.sudo().search(todo, order="id", limit=FAIR_USE_BATCH)
            done = batch._refresh_fair_use()
            if not done:
                return
            left = self.sudo().search_count(todo)
            if not cron._commit_progress(len(done), remaining=left):
                return
