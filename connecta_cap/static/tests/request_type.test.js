import { expect, test } from "@odoo/hoot";
import { click } from "@odoo/hoot-dom";
import { setupInteractionWhiteList, startInteractions } from "@web/../tests/public/helpers";

setupInteractionWhiteList("cap_request_type");

const FORM = `
    <fieldset class="o_cap_request_type">
        <div class="o_cap_option">
            <input type="radio" name="requested_type" value="help" checked="checked"/>
        </div>
        <div class="o_cap_option">
            <input type="radio" name="requested_type" value="research" disabled="disabled"/>
            <a class="o_cap_ask_anyway" href="/elsewhere">Ask</a>
            <span class="o_cap_asked_anyway d-none">We keep it</span>
        </div>
    </fieldset>`;

test("what the tier does not give can be asked for all the same", async () => {
    const { core } = await startInteractions(FORM);
    expect(core.interactions).toHaveLength(1);
    expect("input[value=research]").not.toBeEnabled();
    await click(".o_cap_ask_anyway");
    expect("input[value=research]").toBeEnabled();
    expect("input[value=research]").toBeChecked();
    expect("input[value=help]").not.toBeChecked();
    expect(".o_cap_asked_anyway").not.toHaveClass("d-none");
    expect(".o_cap_ask_anyway").toHaveClass("d-none");
});
