from odoo import api, fields, models
from odoo.tools import SQL

from ..const import LIBRARY_VISIT


class CapTrainingLibraryVisit(models.Model):
    """When a reader last came to the library: what is new since then is marked so.

    A visit goes on while the reader turns pages; one after a pause is another.
    """

    _name = "cap.training.library.visit"
    _description = "CAP Library Visit"
    _order = "visited_at desc, id desc"
    _rec_name = "user_id"

    user_id = fields.Many2one(
        "res.users", "Reader", required=True, readonly=True, ondelete="cascade"
    )
    visited_at = fields.Datetime("Last page", required=True, readonly=True)
    previous_at = fields.Datetime("Visit before", readonly=True)

    _reader_unique = models.UniqueIndex("(user_id)", "A reader has one row.")

    # === BUSINESS METHODS === #

    @api.model
    def _visit(self, user, now):
        """Note a page of the library and return when the visit before this one ended.

        :param now: naive UTC datetime.
        :return: naive UTC datetime, None on the first visit.
        """
        self.env.cr.execute(
            SQL(
                """INSERT INTO cap_training_library_visit AS visit
                    (user_id, visited_at) VALUES (%(user)s, %(now)s)
                ON CONFLICT (user_id) DO UPDATE SET
                    previous_at = CASE WHEN visit.visited_at < %(pause)s
                        THEN visit.visited_at ELSE visit.previous_at END,
                    visited_at = EXCLUDED.visited_at
                RETURNING previous_at""",
                user=user.id,
                now=now,
                pause=now - LIBRARY_VISIT,
            )
        )
        self.invalidate_model(flush=False)
        return self.env.cr.fetchone()[0]
