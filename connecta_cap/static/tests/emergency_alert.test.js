import { beforeEach, expect, test } from "@odoo/hoot";
import { click, press, queryAll, queryOne } from "@odoo/hoot-dom";
import { animationFrame, runAllTimers } from "@odoo/hoot-mock";
import { browser } from "@web/core/browser/browser";
import { session } from "@web/session";
import { Dialog } from "@web/core/dialog/dialog";
import {
    MockServer,
    getService,
    mountWebClient,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
    serverState,
} from "@web/../tests/web_test_helpers";
import { Component, xml } from "@odoo/owl";
import { EmergencyAlert } from "@connecta_cap/components/emergency_alert/emergency_alert";
import { defineTickets } from "@connecta_cap/../tests/helpers";

defineTickets();

const ALERT = {
    ticket_id: 7,
    number: "CAP-00007",
    name: "Nothing ships",
    client: "Acme",
    process: "Shipping",
    phone: "+32 2 123 45 67",
    since: "Mon 30 Mar 09:00 CEST",
    deadline: "Mon 30 Mar 09:15 CEST",
};

let beeps;

class FakeAudioContext {
    constructor() {
        this.state = FakeAudioContext.allowed ? "running" : "suspended";
        this.currentTime = 0;
        this.destination = {};
    }
    resume() {
        this.state = FakeAudioContext.allowed ? "running" : "suspended";
        return FakeAudioContext.allowed ? Promise.resolve() : new Promise(() => {});
    }
    createGain() {
        return { gain: {}, connect: () => {} };
    }
    createOscillator() {
        return {
            frequency: {},
            connect: (node) => node,
            start: () => {
                beeps += 1;
            },
            stop: () => {},
        };
    }
}

class Question extends Component {
    static template = xml`
        <Dialog title="'A question'">
            <input class="o_first" /><p style="height: 3000px" /><input class="o_last" />
        </Dialog>`;
    static components = { Dialog };
    static props = ["close"];
}

beforeEach(() => {
    beeps = 0;
    FakeAudioContext.allowed = true;
    patchWithCleanup(window, { AudioContext: FakeAudioContext });
    browser.localStorage.removeItem("cap_alarm_muted");
    patchWithCleanup(session, { cap_alerts: [ALERT], cap_may_acknowledge: true });
});

async function settle() {
    await animationFrame();
    await animationFrame();
}

test("what rings at the start is shown with all that matters", async () => {
    await mountWithCleanup(EmergencyAlert, { noMainContainer: true });
    await settle();
    for (const text of ["CAP-00007", "Nothing ships", "Acme", "Shipping", "09:15 CEST"]) {
        expect(queryOne(".o_cap_emergency_alert").textContent).toInclude(text);
    }
    expect("a[href='tel:+32 2 123 45 67']").toHaveCount(1);
    // told once, in words of its own; the buttons are in a place with a name
    expect("[role=alert]").toHaveText(/Emergency CAP-00007: Nothing ships, Acme/);
    expect("section[aria-label=Emergencies] .o_cap_acknowledge").toHaveCount(1);
    expect("[role=alert] button").toHaveCount(0);
});

test("an acknowledgement takes it off the screen", async () => {
    onRpc("cap.ticket", "action_acknowledge", ({ args }) => {
        expect.step(args[0]);
        return true;
    });
    await mountWithCleanup(EmergencyAlert, { noMainContainer: true });
    await settle();
    expect(beeps).toBe(2);
    await click(".o_cap_acknowledge");
    await settle();
    expect.verifySteps([[7]]);
    expect(".o_cap_emergency_alert").toHaveCount(0);
    await runAllTimers();
    expect(beeps).toBe(2);
});

test("the sound can be turned off, and stays so", async () => {
    await mountWithCleanup(EmergencyAlert, { noMainContainer: true });
    await settle();
    expect(beeps).toBe(2);
    await click(".o_cap_mute");
    await settle();
    expect(".o_cap_mute").toHaveText("Sound off");
    expect(".o_cap_mute").toHaveAttribute("aria-pressed", "true");
    expect(browser.localStorage.getItem("cap_alarm_muted")).toBe("1");
    expect(".o_cap_emergency_alert").toHaveCount(1);
});

test("a browser that forbids sound says so plainly until a click", async () => {
    FakeAudioContext.allowed = false;
    await mountWithCleanup(EmergencyAlert, { noMainContainer: true });
    await settle();
    await runAllTimers();
    await settle();
    expect(".o_cap_sound_blocked").toHaveCount(1);
    expect(beeps).toBe(0);
});

test("who may not acknowledge sees it without the button", async () => {
    patchWithCleanup(session, { cap_may_acknowledge: false });
    await mountWithCleanup(EmergencyAlert, { noMainContainer: true });
    await settle();
    expect(".o_cap_emergency_alert").toHaveCount(1);
    expect(".o_cap_acknowledge").toHaveCount(0);
});

test("the bus raises and stops alerts", async () => {
    patchWithCleanup(session, { cap_alerts: [] });
    await mountWithCleanup(EmergencyAlert, { noMainContainer: true });
    expect(".o_cap_emergency_alert").toHaveCount(0);
    const bus = MockServer.env["bus.bus"];
    bus._sendone(serverState.partnerId, "cap.alert/raised", ALERT);
    await runAllTimers();
    await settle();
    expect(".o_cap_emergency_alert").toHaveCount(1);
    bus._sendone(serverState.partnerId, "cap.alert/raised", ALERT);
    await runAllTimers();
    await settle();
    expect(".o_cap_emergency_alert").toHaveCount(1);
    bus._sendone(serverState.partnerId, "cap.alert/stopped", { ticket_id: 7 });
    await runAllTimers();
    await settle();
    expect(".o_cap_emergency_alert").toHaveCount(0);
    const rung = beeps;
    expect(rung).toBeGreaterThan(0);
    await runAllTimers();
    expect(beeps).toBe(rung);
});

test("folded it is one line, rings on, and nothing is acknowledged", async () => {
    onRpc("cap.ticket", "action_acknowledge", () => expect.step("acknowledged"));
    await mountWithCleanup(EmergencyAlert, { noMainContainer: true });
    await settle();
    expect(".o_cap_fold").toHaveAttribute("aria-expanded", "true");
    const rung = beeps;
    const whole = queryOne(".o_cap_alarm").offsetHeight;
    await click(".o_cap_fold");
    await settle();
    expect(".o_cap_fold").toHaveAttribute("aria-expanded", "false");
    expect(".o_cap_fold").toHaveText(/1 emergency waits\s+Show/);
    expect(".o_cap_acknowledge").not.toBeVisible();
    expect(queryOne(".o_cap_alarm").offsetHeight).toBeLessThan(whole);
    await runAllTimers();
    expect(beeps).toBeGreaterThan(rung);

    // another round about the same stays folded, another emergency does not
    const bus = MockServer.env["bus.bus"];
    bus._sendone(serverState.partnerId, "cap.alert/raised", ALERT);
    await runAllTimers();
    await settle();
    expect(".o_cap_acknowledge").not.toBeVisible();
    bus._sendone(serverState.partnerId, "cap.alert/raised", {
        ...ALERT,
        ticket_id: 8,
        number: "CAP-00008",
    });
    await runAllTimers();
    await settle();
    expect(".o_cap_fold").toHaveText(/2 emergencies wait\s+Fold/);
    expect(".o_cap_acknowledge").toHaveCount(2);
    expect(".o_cap_acknowledge:first").toBeVisible();
    expect("[role=alert]").toHaveText(/CAP-00008/);
    expect(queryAll(".o_cap_emergency_alert .text-muted").map((el) => el.textContent)).toEqual([
        "CAP-00007",
        "CAP-00008",
    ]);
    expect.verifySteps([]);
});

test("what the bus tells together with its end unfolds nothing", async () => {
    await mountWithCleanup(EmergencyAlert, { noMainContainer: true });
    await settle();
    await click(".o_cap_fold");
    await settle();
    // a page that has just opened hears the last minute again
    const bus = MockServer.env["bus.bus"];
    bus._sendmany([
        [serverState.partnerId, "cap.alert/raised", { ...ALERT, ticket_id: 8 }],
        [serverState.partnerId, "cap.alert/stopped", { ticket_id: 8 }],
    ]);
    await runAllTimers();
    await settle();
    expect(".o_cap_fold").toHaveText(/1 emergency waits\s+Show/);
    expect(".o_cap_acknowledge").not.toBeVisible();
});

/** Whether one part of the page lies over another. */
function overlaps(one, other) {
    const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()];
    return a.top < b.bottom && b.top < a.bottom && a.left < b.right && b.left < a.right;
}

test("it lies over neither the menu, nor the page, nor a dialog", async () => {
    await mountWebClient();
    await settle();
    const bar = queryOne(".o_cap_alarm");
    expect(bar.offsetHeight).toBeGreaterThan(0);
    expect(overlaps(bar, queryOne(".o_main_navbar"))).toBe(false);
    expect(overlaps(bar, queryOne(".o_action_manager"))).toBe(false);

    getService("dialog").add(Question);
    getService("notification").add("Saved", { sticky: true });
    await settle();
    expect(overlaps(bar, queryOne(".modal"))).toBe(false);
    expect(overlaps(bar, queryOne(".modal-content"))).toBe(false);
    expect(overlaps(bar, queryOne(".o_notification"))).toBe(false);
    // the dialog is whole all the same: its end is still to be reached
    const { bottom } = queryOne(".modal").getBoundingClientRect();
    expect(queryOne(".modal-content").getBoundingClientRect().bottom).toBeLessThan(bottom + 1);
});

test("it takes no focus by itself, and is reached by a key out of a dialog", async () => {
    patchWithCleanup(session, { cap_alerts: [] });
    await mountWebClient();
    getService("dialog").add(Question);
    await settle();
    const field = queryOne(".o_first");
    field.focus();
    MockServer.env["bus.bus"]._sendone(serverState.partnerId, "cap.alert/raised", ALERT);
    await runAllTimers();
    await settle();
    expect(".o_cap_emergency_alert").toHaveCount(1);
    expect(document.activeElement).toBe(field);
    await press(["Alt", "Shift", "e"]);
    await settle();
    expect(document.activeElement).toBe(queryOne(".o_cap_fold"));
    for (let times = 0; times < 3; times++) {
        await press("Tab");
    }
    expect(document.activeElement).toBe(queryOne(".o_cap_acknowledge"));
});

test("when nobody is needed any more, the page has its room back", async () => {
    await mountWebClient();
    await settle();
    MockServer.env["bus.bus"]._sendone(serverState.partnerId, "cap.alert/stopped", {
        ticket_id: 7,
    });
    await runAllTimers();
    await settle();
    expect(".o_cap_alarm").toHaveCount(0);
    expect(document.documentElement).not.toHaveClass("o_cap_alarm_rings");
    expect("[role=alert]").toHaveText("");
});
