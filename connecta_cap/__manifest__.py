{
    "name": "Connecta Assurance Program",
    "summary": "Support tiers, and tickets with a promise kept to the second",
    "version": "19.0.1.0.0",
    "category": "Services/Support",
    "author": "Connecta",
    "website": "https://connecta.example",
    "license": "LGPL-3",
    "application": True,
    "depends": ["mail", "portal", "rating", "resource", "calendar"],
    "external_dependencies": {"python": ["babel", "pytz"]},
    "data": [
        # Security.
        "security/cap_groups.xml",
        "security/ir.model.access.csv",
        "security/cap_program_rules.xml",
        "security/cap_subscription_rules.xml",
        "security/cap_delivery_rules.xml",
        "security/cap_ticket_rules.xml",
        # Record data.
        "data/resource_calendar_data.xml",
        "data/cap_entitlement_data.xml",
        "data/cap_tier_data.xml",
        "data/cap_tier_entitlement_data.xml",
        "data/ir_sequence_data.xml",
        "data/cap_ticket_stage_data.xml",
        "data/cap_assessment_reason_data.xml",
        "data/cap_team_data.xml",
        "data/mail_activity_type_data.xml",
        "data/ir_cron_data.xml",
        # QWeb templates.
        "views/cap_tier_templates.xml",
        "views/mail_subscription_templates.xml",
        "views/portal_home_templates.xml",
        "views/portal_cover_templates.xml",
        "views/portal_ticket_templates.xml",
        # Wizard views.
        "wizards/cap_delivery_settle_views.xml",
        "wizards/cap_subscription_change_tier_views.xml",
        "wizards/cap_subscription_cover_on_views.xml",
        # Model views.
        "views/cap_entitlement_views.xml",
        "views/cap_tier_term_views.xml",
        "views/cap_tier_views.xml",
        "views/cap_sla_event_views.xml",
        "views/cap_ticket_views.xml",
        "views/cap_ticket_stage_views.xml",
        "views/cap_ticket_tag_views.xml",
        "views/cap_assessment_reason_views.xml",
        "views/cap_team_views.xml",
        "views/cap_delivery_views.xml",
        "views/cap_subscription_views.xml",
        "views/cap_subscription_form_views.xml",
        "views/resource_calendar_views.xml",
        "views/res_partner_views.xml",
        # Menus.
        "views/cap_menus.xml",
    ],
    "demo": [
        "demo/cap_demo_people.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "connecta_cap/static/src/components/**/*",
            "connecta_cap/static/src/scss/backend.scss",
        ],
        "web.assets_frontend": [
            "connecta_cap/static/src/interactions/**/*",
            "connecta_cap/static/src/scss/portal.scss",
        ],
        "web.assets_unit_tests_setup": [
            "connecta_cap/static/src/interactions/**/*",
        ],
        "web.assets_unit_tests": [
            "connecta_cap/static/tests/**/*",
        ],
    },
}
