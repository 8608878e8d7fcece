import { registry } from "@web/core/registry";

/**
 * What the assessment dialog offers, asked for once a page, and the dialog's door.
 */
export const assessmentService = {
    dependencies: ["orm"],
    start(env, { orm }) {
        let choices;
        return {
            /** Return a promise of `{priorities, types, reasons}`. */
            loadChoices() {
                choices ??= orm.call("cap.ticket", "get_assessment_choices", []);
                return choices;
            },
        };
    },
};

registry.category("services").add("cap_assessment", assessmentService);
