"""Names that code and data share: codes, selections and fixed figures of the program.

Gates ask for an entitlement by its code from this file, never for a tier by name.
"""

from datetime import timedelta

# === ENTITLEMENT CODES (records of `cap.entitlement`) === #

PRIORITY_RESPONSE = "priority_response"
HELPDESK = "helpdesk"
EMERGENCY = "emergency"
RESEARCH = "research"
PRIORITY_LINE = "priority_line"
HEALTH_CHECK = "health_check"
TEST_CENTER = "test_center"
NOTIFICATION_CENTER = "notification_center"
AUDIT = "audit"
CONSULTANT = "consultant"
TRAINING_MATERIAL = "training_material"
TRAINING = "training"
WORKSHOP = "workshop"

# === SUBSCRIPTIONS === #

SUBSCRIPTION_STATES = [
    ("draft", "Draft"),
    ("active", "Active"),
    ("suspended", "Suspended"),
    ("closed", "Closed"),
]
# From which states a subscription comes into another one.
SUBSCRIPTION_MOVES = {
    "active": ("draft", "suspended"),
    "suspended": ("active",),
    "closed": ("draft", "active", "suspended"),
}
# A client has at most one subscription in one of these states in a company.
LIVE_STATES = ("active", "suspended")
BILLING_MONTHS = [
    ("1", "month"),
    ("3", "3 months"),
    ("6", "6 months"),
    ("12", "12 months"),
]
CHANGE_REQUEST_STATES = [
    ("open", "Open"),
    ("accepted", "Accepted"),
    ("declined", "Declined"),
    ("withdrawn", "Withdrawn"),
]
# An answer is final.
CHANGE_REQUEST_MOVES = {
    "accepted": ("open",),
    "declined": ("open",),
    "withdrawn": ("open",),
}
CLOSE_REASONS = [
    ("expired", "Not renewed"),
    ("decided", "Closed by decision"),
]
RENEWAL_STATES = [
    ("open", "Running"),
    ("upcoming", "To renew"),
    ("grace", "In grace"),
    ("expired", "Ended"),
]
# Subscriptions whose end or reminder a run locks and commits at a time.
CLOSE_BATCH = 100

# === REMINDERS === #

REMINDER_KINDS = [
    ("renewal", "Renewal of the cover"),
    ("training", "Training hours that lapse"),
    ("planning", "Delivery to plan"),
]

# === DELIVERIES === #

FULFILMENTS = [
    ("none", "Used as needed"),
    ("ours", "Delivered by us: late when overdue"),
    ("client", "Called on by the client: lapses when unused"),
]
DELIVERY_STATES = [
    ("late", "Late"),
    ("due", "Due"),
    ("planned", "Planned"),
    ("delivered", "Delivered"),
    ("lapsed", "Lapsed"),
]
# Nothing is agreed for later than so many years ahead.
FURTHEST_YEARS = 30
# The ledger holds what starts within so many months from today.
PLAN_AHEAD_MONTHS = 12
# Subscriptions that the planner reads, writes and commits at a time.
PLAN_BATCH = 500

# === AUDITS AND RECOMMENDATIONS === #

AUDIT_STATES = [
    ("planned", "Planned"),
    ("preparing", "In preparation"),
    ("review", "In review"),
    ("published", "Published"),
    ("acknowledged", "Acknowledged"),
]
# From which states an audit comes into another one; nothing leads back to before.
AUDIT_MOVES = {
    "preparing": ("planned", "review"),
    "review": ("preparing",),
    "published": ("review",),
    "acknowledged": ("published",),
}
PUBLISHED_STATES = ("published", "acknowledged")
CHECK_STATES = [
    ("open", "To do"),
    ("done", "Done"),
    ("not_applicable", "Not applicable"),
]
SEVERITIES = [
    ("critical", "Critical"),
    ("high", "High"),
    ("medium", "Medium"),
    ("low", "Low"),
    ("info", "For information"),
]
SCALE = [("1", "Low"), ("2", "Medium"), ("3", "High")]
RECOMMENDATION_STATES = [
    ("proposed", "Proposed"),
    ("accepted", "Accepted"),
    ("planned", "Planned"),
    ("done", "Done"),
    ("verified", "Verified"),
    ("declined", "Declined"),
]
# Each step of a recommendation: from which states it leads to which one.
RECOMMENDATION_STEPS = {
    "accept": (("proposed",), "accepted"),
    "decline": (("proposed", "accepted", "planned"), "declined"),
    "plan": (("accepted", "planned"), "planned"),
    "finish": (("accepted", "planned"), "done"),
    "verify": (("done",), "verified"),
    "reopen": (("done", "verified"), "accepted"),
    "reconsider": (("declined",), "proposed"),
}
# What comes back in the next audit.
UNFINISHED_STATES = ("proposed", "accepted", "planned", "done")
# An unfinished recommendation is stale when nothing happened for so many days.
STALE_DAYS = 30
# Days of a flow's figures that are compared, before and after an improvement.
COMPARED_DAYS = 30
OUTCOMES = [
    ("none", "No flow named"),
    ("no_figures", "No figures"),
    ("better", "Better"),
    ("same", "About the same"),
    ("worse", "Worse"),
]
SCREENSHOT_TYPES = {
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/gif": "GIF",
    "image/webp": "WebP",
}
MAX_SCREENSHOT_BYTES = 5 * 1024 * 1024
MAX_SCREENSHOTS = 10

# === HEALTH === #

HEALTH_STATES = [
    ("ok", "OK"),
    ("degraded", "Degraded"),
    ("down", "Down"),
    ("no_data", "No data"),
    ("paused", "Paused"),
]
# What concerns people most comes first.
HEALTH_ORDER = ("down", "degraded", "no_data", "ok", "paused")
HEALTH_ICONS = {
    "ok": "fa-check-circle",
    "degraded": "fa-exclamation-circle",
    "down": "fa-times-circle",
    "no_data": "fa-question-circle-o",
    "paused": "fa-pause-circle-o",
}
ENVIRONMENT_KINDS = [("production", "Production"), ("test", "Test")]
CRITICALITIES = [("1", "Low"), ("2", "Normal"), ("3", "High"), ("4", "Critical")]
INCIDENT_KINDS = [("degraded", "Degraded"), ("down", "Down"), ("no_data", "No data")]
INCIDENT_ENDS = [
    ("recovered", "Recovered"),
    ("paused", "Paused"),
    ("retired", "No longer watched"),
]
MARK_KINDS = [
    ("deploy", "Deployment"),
    ("version", "New version"),
    ("added", "New flow"),
    ("renamed", "Renamed flow"),
]
REPORT_ORIGINS = [("report", "Report"), ("heartbeat", "Heartbeat")]
NOTICE_EVENTS = [
    ("opened", "It began"),
    ("down", "It got worse"),
    ("closed", "It ended"),
]
TOKEN_STATES = [
    ("active", "Active"),
    ("expiring", "Being replaced"),
    ("expired", "Expired"),
    ("revoked", "Revoked"),
]
# Raw samples and reports stay so long; hours stay longer, days stay.
RAW_DAYS = 35
HOUR_MONTHS = 13
# Flows that one environment may have.
MAX_FLOWS = 1000
# New kinds of error that a flow may bring in a day; more count as "other".
ERROR_GROUPS_A_DAY = 50
# Environment-hours that the rollup recounts at a time, and rows that a purge deletes.
ROLLUP_BATCH = 500
PURGE_BATCH = 50_000
# Environments that the watch judges at a time, and how long it may wait to look again.
WATCH_BATCH = 50
WATCH_PAUSE = timedelta(minutes=5)
# New windows of a flow that one look goes through.
WATCH_WINDOWS = 3000
UPTIME_DAYS = 90

# === HEALTH CHECK === #

HEALTH_CHECK_STATES = [
    ("planned", "Planned"),
    ("prepared", "Prepared"),
    ("held", "Held"),
    ("published", "Published"),
]
# From which states a check comes into another one; moving it keeps its state.
HEALTH_CHECK_MOVES = {
    "planned": ("planned", "prepared"),
    "prepared": ("planned", "prepared"),
    "held": ("prepared",),
    "published": ("held",),
}
ACTION_OWNERS = [("ours", "Connecta"), ("client", "Client")]
ACTION_STATES = [("open", "To do"), ("carried", "Carried over"), ("done", "Done")]
# What is set up once for each client, by the code of its entitlement.
CHECKLIST_KINDS = [
    (TEST_CENTER, "Test Center"),
    (NOTIFICATION_CENTER, "Notification Center"),
]
CHECKLIST_STATES = [("open", "In progress"), ("complete", "Set up")]
# So many days before one of these is due somebody is asked to plan it.
PLAN_CODES = (HEALTH_CHECK, TEST_CENTER, NOTIFICATION_CENTER)
PLAN_ASK_DAYS = 30

# === TICKETS === #

PRIORITIES = [
    ("1", "Low"),
    ("2", "Normal"),
    ("3", "High"),
    ("4", "Critical"),
]
URGENCIES = [
    ("1", "Can wait"),
    ("2", "Normal"),
    ("3", "Urgent"),
    ("4", "Work has stopped"),
]
TICKET_TYPES = [
    ("incident", "Incident"),
    ("question", "Question"),
    ("feature", "Feature request"),
    ("research", "Research & recommendations"),
    ("advice", "Connecta advice"),
]
# What a client asks for in the form; an agent's assessment has the last word.
REQUEST_TYPES = [
    ("help", "Help with a problem or a question"),
    ("research", "Research & recommendations"),
    ("advice", "Connecta advice"),
]
# What a type of ticket needs of the client's tier; every tier gives the others.
TYPE_ENTITLEMENTS = {
    "research": RESEARCH,
    "advice": CONSULTANT,
}
AREAS = [
    ("connector", "Connector"),
    ("flow", "Flow"),
    ("automation", "Data automation"),
    ("other", "Something else"),
]
CHANNELS = [
    ("portal", "Portal"),
    ("email", "E-mail"),
    ("phone", "Phone"),
    ("monitor", "Monitoring"),
    ("agent", "Agent"),
]
STAGE_KINDS = [
    ("new", "New"),
    ("open", "In progress"),
    ("waiting", "Waiting for the client"),
    ("closed", "Closed"),
]
# What happens with a ticket once a reply was sent.
AFTER_REPLY = [
    ("nothing", "Leave it where it is"),
    ("open", "We go on with it"),
    ("waiting", "Wait for the client"),
    ("closed", "Close it"),
]
# What a prepared reply fills in.
REPLY_GAPS = (
    "client",
    "contact",
    "number",
    "subject",
    "deadline",
    "priority",
    "agent",
)
# What is done while a ticket waits for its client.
WAITING_STEPS = [
    ("reminder", "Reminder"),
    ("warning", "Last warning"),
    ("close", "Closing"),
]
# Steps that one round of the job locks and commits.
WAITING_BATCH = 50
# How one ticket stands to another, and what that is from the other's side.
TICKET_LINKS = [
    ("related", "is related to"),
    ("blocks", "blocks"),
    ("blocked", "is blocked by"),
    ("duplicate", "is a duplicate of"),
    ("duplicated", "has the duplicate"),
]
LINK_MIRRORS = {
    "related": "related",
    "blocks": "blocked",
    "blocked": "blocks",
    "duplicate": "duplicated",
    "duplicated": "duplicate",
}

# === THE PROMISE === #

SLA_STATES = [
    ("none", "Not covered"),
    ("running", "To assess"),
    ("met", "Met"),
    ("breached", "Breached"),
]
SLA_EVENT_KINDS = [
    ("received", "Received"),
    ("assessed", "Assessed"),
    ("warned", "Warned"),
    ("breached", "Breached"),
    ("escalated", "Escalated"),
    ("rebased", "Rebased"),
    ("reclassified", "No emergency"),
    ("identified", "Linked to a client"),
    ("acknowledged", "Acknowledged"),
    ("resolved", "Emergency over"),
    ("declared", "Emergency"),
    ("reassessed", "Priority changed"),
    ("corrected", "Start corrected"),
    ("repaired", "Put right"),
    ("merged", "Merged into another ticket"),
    ("absorbed", "Took in another ticket"),
]
# Shares of the working time, in percent, at which a ticket asks for attention.
WARNING_SHARES = (50, 75)
# Tickets that one run of the breach job locks and commits at a time.
BREACH_BATCH = 200

# Tickets without cover about which one round of a job asks and commits.
UNCOVERED_BATCH = 50
# Tickets that one round of the escalation job locks and commits.
ESCALATION_BATCH = 100
# Steps of an escalation in the ledger; warnings carry their share in percent.
ESCALATION_STEPS = 4
LEAD_STEP = 1
MANAGER_STEP = 2
# What is due within working hours is still told this long after closing.
ESCALATION_GRACE = timedelta(minutes=15)
# Tickets of the queue that are put in order at a time.
TRIAGE_LIMIT = 500

# === EMERGENCIES === #

ALERT_LEVELS = [
    ("1", "On call"),
    ("2", "Lead"),
    ("3", "Manager"),
]
ALERT_CHANNELS = [
    ("screen", "On screen"),
    ("email", "E-mail"),
    ("sms", "SMS"),
]
# Emergencies that one round of the alert job locks and commits.
ALERT_BATCH = 50
TEAM_NOTICES = [
    ("digest", "Morning digest"),
    ("capacity", "Too few people for what is promised"),
    ("calendar", "Yearly check of the calendar"),
]

# === FIGURES AND REPORTS === #

# Days that the portfolio's attainment looks back on.
ATTAINMENT_DAYS = 90
# Credits that lapse within so many days call for attention.
LAPSING_DAYS = 60
# Questions in `ATTAINMENT_DAYS` from which a client without research, training and
# audits may be better off with a larger tier.
UPGRADE_QUESTIONS = 5
REPORT_KINDS = [
    ("month", "Month"),
    ("quarter", "Quarter"),
    ("year", "Year"),
    ("free", "Days of your choice"),
]
REPORT_STATES = [("draft", "Draft"), ("sent", "Sent")]
REPORT_INTERVALS = [
    ("none", "Only by hand"),
    ("month", "Every month"),
    ("quarter", "Every quarter"),
]
# A report that could not go out on the first working day is caught up with for so many
# days; later it is for a person to decide.
REPORT_CATCH_UP_DAYS = 7

# === MAIL === #

PARK_REASONS = [
    ("automatic", "Automatic answer or notice"),
    ("bounce", "Report of a delivery that failed"),
    ("receipt", "Receipt of reading"),
    ("list", "Mailing list"),
    ("own", "Our own mail"),
    ("flood", "Too many mails of one sender"),
    ("failed", "Could not be processed"),
]
# Characters of a mail that its description holds; the conversation holds all of it.
MAX_DESCRIPTION = 50_000
# Characters of the headers that a parked mail shows; its original holds them all.
MAX_HEADERS = 20_000

# === RATINGS === #

# A ticket that was reopened is asked about once more, never a third time.
MAX_RATING_ROUNDS = 2
# A vote of so many points or fewer (of five) is looked at by the lead.
LOW_RATING = 2

# === NOTICES === #

# How long Odoo's queue holds a notice back, so that nobody waits for its mails.
NOTICE_DELAY = timedelta(seconds=5)

# === FAIR USE === #

FAIR_USE_MEASURES = [
    ("research", "Research requests"),
    ("research_hours", "Hours of research"),
    ("reclassified", "Emergencies that were none"),
    ("outside", "Requests outside CAP"),
]
# What was asked beyond the tier: never counted as use, only as a hint for the tier.
DECLINED = "declined"
CONTEST_STATES = [
    ("open", "To decide"),
    ("accepted", "Accepted"),
    ("rejected", "Rejected"),
]
REVIEW_STATES = [
    ("draft", "To decide"),
    ("snoozed", "Snoozed"),
    ("sent", "Sent"),
    ("dismissed", "Dismissed"),
]
# A subscription has at most one review in one of these states.
OPEN_REVIEW_STATES = ("draft", "snoozed")
# From which states a review comes into another one.
REVIEW_MOVES = {
    "draft": ("snoozed",),
    "snoozed": ("draft",),
    "sent": OPEN_REVIEW_STATES,
    "dismissed": OPEN_REVIEW_STATES,
}
# Subscriptions that one round of the fair use job counts and commits.
FAIR_USE_BATCH = 500

# === TRAINING === #

CREDIT_KINDS = [
    ("grant", "Granted"),
    ("reserve", "Booked"),
    ("consume", "Used"),
    ("release", "Returned"),
    ("lapse", "Lapsed"),
    ("correct", "Corrected"),
    ("extend", "Extended"),
]
SESSION_STATES = [
    ("requested", "Requested"),
    ("offered", "Time offered"),
    ("confirmed", "Confirmed"),
    ("held", "Held"),
    ("no_show", "Nobody came"),
    ("cancelled", "Cancelled"),
]
# From which states a session comes into another one.
SESSION_MOVES = {
    "requested": ("requested", "offered", "confirmed"),
    "offered": ("requested", "offered"),
    "confirmed": ("requested", "offered"),
    "held": ("confirmed",),
    "no_show": ("confirmed",),
    "cancelled": ("requested", "offered", "confirmed"),
}
# sessions that hold hours which are not used yet
BOOKED_STATES = ("requested", "offered", "confirmed")
ATTENDANCES = [
    ("invited", "Invited"),
    ("attended", "Attended"),
    ("absent", "Absent"),
]
# Clients are reminded so many days before hours lapse, once each.
TRAINING_REMINDER_DAYS = (60, 30, 7)
# Grants of hours that the reminders read and commit at a time.
TRAINING_REMINDER_BATCH = 100
# Subscriptions that a training job reads, writes and commits at a time.
TRAINING_BATCH = 500
# The lengths of a session that a client may ask for, in hours.
SESSION_HOURS = (0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 6.0)
MOST_ATTENDEES = 50

# === PORTAL UPLOADS === #

MAX_ATTACHMENTS = 10
MAX_ATTACHMENT_BYTES = 20 * 1024 * 1024
MAX_SUBMISSION_BYTES = 60 * 1024 * 1024

# === TRAINING MATERIAL === #

MATERIAL_KINDS = [
    ("document", "Document"),
    ("link", "Link"),
    ("video", "Video"),
]
MATERIAL_STATES = [
    ("draft", "Draft"),
    ("published", "Published"),
    ("archived", "Archived"),
]
# From which states material comes into another one.
MATERIAL_MOVES = {
    "draft": ("archived",),
    "published": ("draft", "archived"),
    "archived": ("draft", "published"),
}
# A client who comes back after so long starts a new visit to the library.
LIBRARY_VISIT = timedelta(minutes=30)

# === WORKSHOP === #

WORKSHOP_STATES = [
    ("wish", "Wish"),
    ("planned", "Planned"),
    ("held", "Held"),
    ("reported", "Reported"),
]
# From which states a workshop comes into another one; moving it keeps its state.
WORKSHOP_MOVES = {
    "wish": ("planned",),
    "planned": ("wish", "planned"),
    "held": ("planned",),
    "reported": ("held",),
}

# === CONSULTANT === #

CONSULTANT_ROLES = [
    ("consultant", "Consultant"),
    ("deputy", "Deputy"),
]
# The consultant's screen looks so many days ahead.
DESK_DAYS = 14
# Rows that each part of the consultant's screen shows; its link leads to the rest.
DESK_ROWS = 12

# === THE AGENTS' DESK === #

# Rows that each list of the desk shows; a link leads to the rest.
DESK_LIMIT = 100
# Messages of a ticket that the desk shows, the latest ones.
DESK_MESSAGES = 15
# Open tickets of a client that its panel names.
PANEL_TICKETS = 5
# What a screen asks the bus for, and up to how many tickets one message names.
DESK_CHANNEL = "cap_desk"
DESK_MOST_IDS = 100
