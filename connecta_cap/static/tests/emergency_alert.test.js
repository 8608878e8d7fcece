import { beforeEach, expect, test } from "@odoo/hoot";
import { click, queryOne } from "@odoo/hoot-dom";
import { animationFrame, runAllTimers } from "@odoo/hoot-mock";
import { browser } from "@web/core/browser/browser";
import { session } from "@web/session";
import {
    MockServer,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
    serverState,
} from "@web/../tests/web_test_helpers";
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
    expect("[role=alert][aria-live=assertive]").toHaveCount(1);
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
