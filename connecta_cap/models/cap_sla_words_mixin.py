import pytz

from odoo import api, models
from odoo.tools import get_lang

from ..tools.explain import explain_deadline, list_steps
from ..tools.frozen_terms import unpack_terms


class CapSlaWordsMixin(models.AbstractModel):
    """A deadline in words, the same for agents, leads and clients."""

    _name = "cap.sla.words.mixin"
    _description = "Words of a response promise"

    @api.model
    def _explain_deadline(self, start, deadline, packed, phrases=None):
        """Return how a deadline came about, as one sentence; False without terms.

        :param start: naive UTC datetime.
        :param deadline: naive UTC datetime.
        :param packed: frozen terms, as `pack_terms` made them.
        :param phrases: what `_get_sla_phrases` said, for many deadlines at once.
        """
        spans, closures, zone = unpack_terms(packed)
        if not spans:
            return False
        return explain_deadline(
            pytz.utc.localize(start).astimezone(zone),
            pytz.utc.localize(deadline).astimezone(zone),
            list_steps(spans, closures, zone),
            phrases or self._get_sla_phrases(),
            get_lang(self.env).code,
        )

    @api.model
    def _get_sla_phrases(self):
        """Return the translated phrases that `explain_deadline` fills in."""
        return {
            "received": self.env._("received %(day)s %(time)s"),
            "worked_weekday": self.env._("%(duration)s on %(weekday)s"),
            "worked_date": self.env._("%(duration)s on %(weekday)s %(date)s"),
            "closed": self.env._("%(name)s closed"),
            "closed_unnamed": self.env._("%(weekday)s closed"),
            "due": self.env._("due %(day)s %(time)s %(zone)s"),
            "sentence": self.env._("%(received)s: %(steps)s, %(due)s"),
            "separator": ", ",
            "hours": self.env._("%(count)s h"),
            "minutes": self.env._("%(count)s min"),
            "seconds": self.env._("%(count)s s"),
        }
