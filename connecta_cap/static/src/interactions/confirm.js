import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { Interaction } from "@web/public/interaction";

/** Asks before a form is sent whose button carries a question. */
export class Confirm extends Interaction {
    static selector = "form.o_cap_confirm";
    dynamicContent = { _root: { "t-on-submit.prevent": this.onSubmit } };

    onSubmit() {
        const button = this.el.querySelector("[data-confirm]");
        const label = button.textContent.trim();
        this.services.dialog.add(ConfirmationDialog, {
            title: label,
            body: button.dataset.confirm,
            confirmLabel: label,
            cancelLabel: _t("Not now"),
            confirm: () => this.el.submit(),
            cancel: () => {},
        });
    }
}

registry.category("public.interactions").add("cap_confirm", Confirm);
