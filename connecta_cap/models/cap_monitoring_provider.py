from odoo import api, models


class CapMonitoringProvider(models.AbstractModel):
    """What monitoring knows about a client's flows: the seam that audits ask.

    Without monitoring it knows nothing and says so. Whatever collects figures
    overrides these methods; audits and recommendations need no change then.
    """

    _name = "cap.monitoring.provider"
    _description = "Figures from monitoring"

    # === BUSINESS METHODS === #

    @api.model
    def _is_connected(self, subscription):
        """Return whether anything of this client is monitored.

        :param subscription: `cap.subscription` of the client.
        """
        return False

    @api.model
    def _list_changed_flows(self, subscription, date_from, date_to):
        """Return the flows that were added or changed in some days.

        :param subscription: `cap.subscription` of the client.
        :param date_from: first day, in the program's zone.
        :param date_to: first day after.
        :return: list of dicts: `flow` (its name) and `text` (what changed).
        """
        return []

    @api.model
    def _list_error_groups(self, subscription, date_from, date_to):
        """Return the kinds of error that were new in some days.

        :param subscription: `cap.subscription` of the client.
        :param date_from: first day, in the program's zone.
        :param date_to: first day after.
        :return: list of dicts: `flow` and `text` (the error, and how often).
        """
        return []

    @api.model
    def _list_slow_flows(self, subscription, date_from, date_to):
        """Return the flows that took long in some days, the slowest first.

        :param subscription: `cap.subscription` of the client.
        :param date_from: first day, in the program's zone.
        :param date_to: first day after.
        :return: list of dicts: `flow` and `text` (how long, compared with what).
        """
        return []

    @api.model
    def _get_flow_figures(self, subscription, flow, date_from, date_to):
        """Return how one flow did in some days.

        :param subscription: `cap.subscription` of the client.
        :param flow: name of the flow, as the recommendation gives it.
        :param date_from: first day, in the program's zone.
        :param date_to: first day after.
        :return: dict of `runs`, `error_share` (0 to 1) and `duration_ms` (the 95th
            percentile of a run); empty when nothing is known.
        """
        return {}
