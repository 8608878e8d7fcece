import logging

from psycopg2.errors import SerializationFailure

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import mute_logger

_logger = logging.getLogger(__name__)


class CapBatchMixin(models.AbstractModel):
    """A job's way through many records: batch by batch, side by side with others."""

    _name = "cap.batch.mixin"
    _description = "Work in batches"

    @api.model
    def _work_through(self, records, domain, size, work):
        """Do some work on all that a domain finds, committing after each batch.

        What somebody else works on at this moment, or has just changed, is left to the
        next run.

        :param records: an environment to search in.
        :param domain: what the work is to be done on.
        :param size: records in a batch.
        :param work: called with the locked records of each batch.
        :return: False when the time of the job is up.
        """
        cron, domain = self.env["ir.cron"], Domain(domain)
        last, left = 0, records.search_count(domain)
        while batch := records.search(
            Domain("id", ">", last) & domain, order="id", limit=size
        ):
            last, left = batch[-1].id, max(left - len(batch), 0)
            work(self._lock_free(batch))
            if not cron._commit_progress(len(batch), remaining=left):
                return False
        return True

    @api.model
    def _lock_free(self, records):
        """Return those of some records that nobody works on, locked.

        What somebody has changed since this transaction began is left out too: the job
        would go by how it was before, and fail.
        """
        try:
            with self.env.cr.savepoint(flush=False), mute_logger("odoo.sql_db"):
                return records.try_lock_for_update(allow_referencing=True)
        except SerializationFailure:
            if len(records) <= 1:
                return records.browse()
        half = len(records) // 2
        return self._lock_free(records[:half]) | self._lock_free(records[half:])

    @api.model
    def _together_or_alone(self, records, work):
        """Do some work on all records at once, or on each alone when that fails.

        :param work: called with records.
        :return: the records that failed: what was done to them is taken back.
        """
        try:
            with self.env.cr.savepoint():
                work(records)
        except Exception:
            _logger.warning("%s go on one by one", records, exc_info=True)
            return self._each_alone(records, work)
        return records.browse()

    @api.model
    def _each_alone(self, records, work):
        """Do some work on each record; one that fails keeps no other from it.

        :param work: called with one record at a time.
        :return: the records that failed: what was done to them is taken back.
        """
        failed = records.browse()
        for record in records:
            try:
                with self.env.cr.savepoint():
                    work(record)
            except Exception:
                _logger.exception("%s is left for the next run", record)
                failed |= record
        return failed
