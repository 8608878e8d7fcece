# isort: skip_file
# Abstract models first: the others inherit them.
from . import cap_guarded_mixin
from . import cap_clock_mixin
from . import cap_person_mixin
from . import cap_portal_whitelist_mixin
from . import cap_tier_succession_mixin
from . import cap_subscription_portal_mixin
from . import cap_sla_mixin
from . import cap_breach_mixin
from . import cap_assessment_mixin
from . import cap_ticket_client_mixin
from . import cap_ticket_intake_mixin
from . import cap_ticket_portal_mixin
from . import cap_ticket_portal_page_mixin

from . import cap_entitlement
from . import cap_tier
from . import cap_tier_entitlement
from . import cap_subscription
from . import cap_subscription_period
from . import cap_team
from . import cap_assessment_reason
from . import cap_ticket_stage
from . import cap_ticket_tag
from . import cap_ticket
from . import cap_sla_event
from . import resource_calendar
from . import ir_actions_server
from . import res_partner
from . import res_users
