from odoo import api, models


class MailMessageSchedule(models.Model):
    """Notices that were held back leave as soon as they are due.

    A job of Odoo only writes its mails: they would wait for the hourly queue.
    """

    _inherit = "mail.message.schedule"

    # === BUSINESS METHODS === #

    @api.model
    def _send_notifications_cron(self):
        result = super()._send_notifications_cron()
        waiting = [("state", "=", "outgoing"), ("scheduled_date", "=", False)]
        if self.env["mail.mail"].sudo().search_count(waiting, limit=1):
            self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()
        return result
