import { describe, expect, test } from "@odoo/hoot";
import { advanceTime, animationFrame, mockDate } from "@odoo/hoot-mock";
import { mountView, onRpc } from "@web/../tests/web_test_helpers";
import { CapTicket, NINE, TERMS, defineTickets } from "@connecta_cap/../tests/helpers";
import {
    remainingSeconds,
    riskLevel,
    splitDuration,
} from "@connecta_cap/components/sla_clock/sla_math";

defineTickets();

const mountClock = () =>
    mountView({
        type: "form",
        resModel: "cap.ticket",
        resId: 1,
        arch: `<form><field name="sla_deadline" widget="cap_sla_clock" readonly="1"/></form>`,
    });

describe("arithmetic", () => {
    test("only working time counts", () => {
        const work = [
            [0, 3600],
            [7200, 18000],
        ];
        expect(remainingSeconds(work, 0)).toBe(14400);
        expect(remainingSeconds(work, 5000)).toBe(10800);
        expect(remainingSeconds(work, 18000)).toBe(0);
        expect(remainingSeconds([], 0)).toBe(0);
    });

    test("it turns at exactly 50 and 75 percent", () => {
        const { work } = TERMS;
        expect(riskLevel(work, NINE + 7199)).toBe("ok");
        expect(riskLevel(work, NINE + 7200)).toBe("half");
        expect(riskLevel(work, NINE + 10799)).toBe("half");
        expect(riskLevel(work, NINE + 10800)).toBe("risk");
    });

    test("a started minute counts", () => {
        expect(splitDuration(1)).toEqual({ hours: 0, minutes: 1 });
        expect(splitDuration(7200)).toEqual({ hours: 2, minutes: 0 });
    });
});

test("it tells the time left and the clock time with its zone", async () => {
    mockDate("2026-03-30 08:30:00", 0);
    await mountClock();
    expect(".o_cap_clock").toHaveAttribute("data-level", "ok");
    expect(".o_cap_clock").toHaveText("2 h 30 min left Mon 13:00 CEST");
});

test("it goes on by itself and ends overdue", async () => {
    mockDate("2026-03-30 10:59:30", 0);
    await mountClock();
    expect(".o_cap_clock").toHaveAttribute("data-level", "risk");
    await advanceTime(40000);
    expect(".o_cap_clock").toHaveAttribute("data-level", "overdue");
    expect(".o_cap_clock").toHaveText("Overdue Mon 13:00 CEST");
});

test("an assessed ticket says how the promise was kept", async () => {
    CapTicket._records[0].priority = "2";
    CapTicket._records[0].sla_state = "met";
    await mountClock();
    expect(".o_cap_clock").toHaveAttribute("data-level", "met");
});

test("without cover nothing is promised", async () => {
    CapTicket._records[0].sla_state = "none";
    CapTicket._records[0].sla_terms = false;
    await mountClock();
    expect(".o_cap_clock").toHaveText("Not covered");
});

test("a computer that is wrong shows the server's time", async () => {
    // an hour late
    mockDate("2026-03-30 09:30:00", 0);
    onRpc("cap.agent.desk", "get_time", () => NINE + 5400);
    await mountClock();
    await animationFrame();
    expect(".o_cap_clock").toHaveText("2 h 30 min left Mon 13:00 CEST");
    await advanceTime(60000);
    expect(".o_cap_clock").toHaveText("2 h 29 min left Mon 13:00 CEST");
});

test("without an answer the browser's own time has to do", async () => {
    mockDate("2026-03-30 08:30:00", 0);
    onRpc("cap.agent.desk", "get_time", () => {
        throw new Error("no server");
    });
    await mountClock();
    expect(".o_cap_clock").toHaveText("2 h 30 min left Mon 13:00 CEST");
});
