from markupsafe import Markup

from odoo import fields, models
from odoo.tools import format_date

from ..const import NOTICE_DELAY

ACTIVITY = "connecta_cap.mail_activity_type_change_request"
PAGE = "/my/cap/change"


class CapChangeRequestNoticeMixin(models.AbstractModel):
    """Who is told about a change request: the account manager, then the client."""

    _name = "cap.change.request.notice.mixin"
    _inherit = ["cap.clock.mixin", "mail.thread", "mail.activity.mixin"]
    _description = "Notices of a change request"

    # === BUSINESS METHODS - STAFF === #

    def _ask_for_answer(self):
        """Put the request on the list of the account manager, else of the team lead."""
        self.ensure_one()
        request = self.sudo()
        team = self.env["cap.team"]._get_default_team(request.company_id)
        users = [request.account_manager_id, team.lead_id, *team.member_ids]
        responsible = next((user for user in users if request._is_reader(user)), None)
        if responsible:
            request._in_queue().activity_schedule(
                ACTIVITY, user_id=responsible.id, date_deadline=self._cap_today()
            )

    def _is_reader(self, user):
        """Return whether a user works here and sees this request."""
        # the companies that the asking person has chosen are not the user's
        request = self.with_user(user).with_context(allowed_company_ids=[])
        return user.active and request.has_access("read")

    def _drop_activity(self):
        self.sudo().activity_unlink([ACTIVITY])

    def _in_queue(self):
        """Return the request with its mails left to the queue, all of them.

        One that is sent along with the call would race with the queue for its row.
        """
        return self.with_context(mail_notify_force_send=False)

    # === BUSINESS METHODS - THE CLIENT === #

    def _tell_arrived(self):
        """Confirm to the client's contact that the request is here."""
        request = self._in_clients_language()
        request._tell_client(
            request.env._(
                "We received your request for %(tier)s. Your account manager answers "
                "you; until then your cover stays as it is.",
                tier=request.tier_id.name,
            ),
            request.company_id.partner_id,
        )

    def _tell_answered(self):
        """Tell the client the answer, in the name of who gave it.

        Who gets the mail about the changed tier anyway gets no second one.
        """
        request = self._in_clients_language()
        self.sudo()._in_queue().activity_feedback([ACTIVITY], feedback=request.answer)
        told = request.subscription_id._get_notice_partners()
        if request.state == "accepted" and request.contact_id in told:
            return
        words = {
            "accepted": request.env._("Your request for %(tier)s is accepted."),
            "declined": request.env._(
                "We cannot follow your request for %(tier)s, for this reason:"
            ),
        }
        opening = words[request.state] % {"tier": request.tier_id.name}
        body = Markup("<p>%s</p><p>%s</p>") % (opening, request.answer)
        request._tell_client(body, self.env.user.partner_id)

    def _in_clients_language(self):
        self.ensure_one()
        return self.sudo().with_context(lang=self.sudo().contact_id.lang)

    def _tell_client(self, body, author):
        page = Markup('<p><a href="%s">%s</a></p>') % (
            self.get_base_url() + PAGE,
            self.env._("Your requests and our answers"),
        )
        silent = self._in_queue().with_context(mail_post_autofollow_author_skip=True)
        silent.message_post(
            body=Markup("%s%s") % (body, page),
            author_id=author.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            # a client's own sending is what starts the receipt
            notify_author=self.env.user.partner_id == self.contact_id,
        )
        queue = self.env.ref("mail.ir_cron_mail_scheduler_action")
        queue._trigger(at=fields.Datetime.now() + NOTICE_DELAY)

    def _word_accepted(self, period):
        """Return the sentence that says what the client gets, and from when."""
        request = self._in_clients_language()
        return request.env._(
            "You have %(tier)s from %(day)s on.",
            tier=period.tier_id.with_env(request.env).name,
            day=format_date(request.env, period.date_start),
        )
