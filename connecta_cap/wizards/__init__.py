# isort: skip_file
# Abstract models first: the others inherit them.
from . import cap_what_if_mixin
from . import cap_proration_mixin
from . import cap_change_answer_mixin
from . import cap_meeting_plan_mixin

from . import base_partner_merge
from . import cap_change_request_decline
from . import cap_consultant_hand_over
from . import cap_delivery_settle
from . import cap_fair_use_decision
from . import cap_subscription_change_tier
from . import cap_subscription_cover_on
from . import cap_ticket_correction
from . import cap_ticket_outside
from . import cap_recommendation_step
from . import cap_training_cancel
from . import cap_training_correct
from . import cap_training_extend
from . import cap_training_schedule
from . import cap_subscription_change_state
from . import cap_subscription_renew
from . import cap_training_material_upload
from . import cap_workshop_plan
from . import cap_ticket_identify
from . import cap_environment_token_issue
from . import cap_sla_check
from . import cap_moves_preview_mixin
from . import cap_ticket_rebase
from . import cap_ticket_correct_start
from . import cap_closed_day
from . import cap_ticket_assess_together
from . import cap_ticket_merge
from . import cap_ticket_reply
from . import cap_health_check_plan
