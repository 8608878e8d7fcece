from odoo import api, fields, models
from odoo.tools import format_date

from ..const import NOTICE_DELAY


class CapSubscriptionNoticeMixin(models.AbstractModel):
    """What a client and its account manager are told: one clear mail for each event."""

    _name = "cap.subscription.notice.mixin"
    _inherit = ["cap.subscription.delivery.mixin", "mail.thread"]
    _description = "Notices about a subscription"

    contact_ids = fields.Many2many(
        "res.partner",
        "cap_subscription_contact_rel",
        string="Contacts",
        domain="[('id', 'child_of', partner_id)]",
        help="Who gets mails about the cover. Empty: the organisation's own address, "
        "else its contacts with a portal login.",
    )

    # === BUSINESS METHODS === #

    def _get_notice_partners(self):
        """Return who at the client gets mails about its cover.

        :return: `res.partner` records with an e-mail address.
        """
        self.ensure_one()
        known = self.sudo()
        chosen = known.contact_ids.filtered("email")
        if chosen:
            return chosen
        if known.partner_id.email:
            return known.partner_id
        contacts = known.partner_id.child_ids.filtered("email")
        return contacts.filtered("user_ids") or contacts[:1]

    def _in_client_language(self):
        """Return the subscription as superuser, in the language of who is told."""
        self.ensure_one()
        known = self.sudo()
        reader = self._get_notice_partners()[:1] or known.account_manager_id.partner_id
        return known.with_context(lang=reader.lang or self.env.lang)

    def _tell(self, template, subject, with_client=True, **values):
        """Send one mail to the client's contacts and the account manager.

        It is kept in the conversation of the subscription and goes out by Odoo's own
        queue.

        :param template: XML id of the view that words it.
        :param subject: of the mail.
        :param with_client: whether the client gets it as well.
        :param values: what the view needs beside `subscription`.
        :return: the `mail.message`.
        """
        self.ensure_one()
        readers = self.account_manager_id.partner_id
        if with_client:
            readers |= self._get_notice_partners()
        thread = self.with_context(mail_post_autofollow_author_skip=True)
        return thread.message_post_with_source(
            template,
            render_values={"subscription": self, **values},
            subject=subject,
            partner_ids=readers.ids,
            subtype_xmlid="mail.mt_note",
            scheduled_date=fields.Datetime.now() + NOTICE_DELAY,
        )

    def _tell_tier_change(self, before, period):
        """Tell what a change of the tier brings, when, and why.

        :param before: the `cap.tier` until then, empty for a first one.
        :param period: the new `cap.subscription.period`.
        """
        known = self._in_client_language()
        after = known.env["cap.tier"].browse(period.tier_id.id)
        before = known.env["cap.tier"].browse(before.id)
        day = known._word_day(period.date_start)
        known._tell(
            "connecta_cap.mail_tier_change",
            known.env._(
                "Your Connecta cover: %(tier)s from %(day)s", tier=after.name, day=day
            ),
            before=before,
            after=after,
            reason=period.reason,
            day=day,
            changes=before._compare(after),
        )

    def _tell_plan_cancelled(self, tier, day):
        """Tell that a planned change does not take place.

        :param tier: the `cap.tier` that was planned.
        :param day: the day from which it was planned.
        """
        known = self._in_client_language()
        known._tell(
            "connecta_cap.mail_plan_cancelled",
            known.env._("Your Connecta cover stays as it is"),
            planned=known.env["cap.tier"].browse(tier.id),
            day=known._word_day(day),
        )

    @api.model
    def _word_day(self, day):
        """Return a date in the words of the reader's language."""
        return format_date(self.env, day, date_format="d MMMM y")
