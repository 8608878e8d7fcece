import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { Interaction } from "@web/public/interaction";

/** Tells about refused files before they are sent, and sends a form only once. */
export class TicketForm extends Interaction {
    static selector = ".o_cap_ticket_form";
    dynamicContent = {
        "input[type=file]": { "t-on-change": this.checkFiles },
        _root: { "t-on-submit": this.onSubmit },
        ".o_cap_files_problem": { "t-out": () => this.problem },
        "button[type=submit]": { "t-att-disabled": () => this.sending },
    };

    setup() {
        this.problem = "";
        this.sending = false;
    }

    checkFiles() {
        const files = [...this.el.querySelector("input[type=file]").files];
        const { mostFiles, mostBytes } = this.el.dataset;
        const large = files.find((file) => file.size > Number(mostBytes));
        if (files.length > Number(mostFiles)) {
            this.problem = _t("Choose at most %s files.", mostFiles);
        } else if (large) {
            this.problem = _t("“%s” is too large.", large.name);
        } else {
            this.problem = "";
        }
    }

    onSubmit(event) {
        this.checkFiles();
        if (this.problem || this.sending) {
            event.preventDefault();
            return;
        }
        this.sending = true;
    }
}

registry.category("public.interactions").add("cap_ticket_form", TicketForm);
