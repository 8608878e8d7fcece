import { registry } from "@web/core/registry";
import { Interaction } from "@web/public/interaction";

/** Lets a client choose what its tier does not give, without losing what it typed. */
export class RequestType extends Interaction {
    static selector = ".o_cap_request_type";
    dynamicContent = { ".o_cap_ask_anyway": { "t-on-click.prevent": this.onAsk } };

    onAsk(event) {
        const option = event.currentTarget.closest(".o_cap_option");
        const radio = option.querySelector("input[type=radio]");
        radio.disabled = false;
        radio.checked = true;
        option.querySelector(".o_cap_asked_anyway").classList.remove("d-none");
        event.currentTarget.classList.add("d-none");
        radio.focus();
    }
}

registry.category("public.interactions").add("cap_request_type", RequestType);
