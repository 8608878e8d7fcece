import { registry } from "@web/core/registry";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { Interaction } from "@web/public/interaction";

/** Asks before a form is sent whose button carries a question. */
export class Confirm extends Interaction {
    static selector = "form.o_cap_confirm";
    dynamicContent = { _root: { "t-on-submit.prevent": this.onSubmit } };

    onSubmit() {
        this.services.dialog.add(ConfirmationDialog, {
            body: this.el.querySelector("[data-confirm]").dataset.confirm,
            confirm: () => this.el.submit(),
            cancel: () => {},
        });
    }
}

registry.category("public.interactions").add("cap_confirm", Confirm);
