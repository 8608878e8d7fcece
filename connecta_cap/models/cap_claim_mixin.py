from odoo import models
from odoo.exceptions import LockError


class CapClaimMixin(models.AbstractModel):
    """Two people who decide about the same record at the same moment.

    One of them has it to oneself; the other is told to look again. Who comes a moment
    after that is asked anew by Odoo, and finds what the first one has decided.
    """

    _name = "cap.claim.mixin"
    _description = "Decisions that exclude one another"

    # === BUSINESS METHODS === #

    def _claim(self):
        """Have these records to oneself until the end of the transaction.

        :raises LockError: naming those that somebody else is busy with.
        """
        busy = self - self.sudo().try_lock_for_update()
        if busy:
            raise LockError(
                self.env._(
                    "Somebody else is working on %(records)s at this very moment. Wait "
                    "a second, reload the page, and see what came of it.",
                    records=", ".join(busy.sudo().mapped("display_name")),
                )
            )
