from odoo import api, fields, models


class MailMessageSchedule(models.Model):
    """Notices that were held back leave as soon as they are due.

    A job of Odoo only writes its mails: they would wait for the hourly queue. Just
    those are sent here. The whole queue would take some that are on their way, and give
    up at the first that is gone.
    """

    _inherit = "mail.message.schedule"

    # === BUSINESS METHODS === #

    @api.model
    def _send_notifications_cron(self):
        due = self.search([("scheduled_datetime", "<=", fields.Datetime.now())])
        messages = due.mail_message_id
        result = super()._send_notifications_cron()
        mails = (
            self.env["mail.mail"]
            .sudo()
            .search(
                [
                    ("mail_message_id", "in", messages.ids),
                    ("state", "=", "outgoing"),
                    ("scheduled_date", "=", False),
                ]
            )
        )
        if mails:
            mails.process_email_queue(mails.ids)
        return result
