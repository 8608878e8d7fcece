/** What the server tells the dashboards, small enough to read. */
export const DOWN = { state: "down", label: "Down", icon: "fa-times-circle" };
export const OK = { state: "ok", label: "OK", icon: "fa-check-circle" };
export const SPARK = { ok: "M0 20V10h3V20z", failed: "", words: "Last 24 h: 9 good, 0 failed" };
export const PERIODS = [
    { key: "24h", label: "24 h" },
    { key: "7d", label: "7 days" },
    { key: "30d", label: "30 days" },
    { key: "90d", label: "90 days" },
];
export const STRIP = [
    { ...OK, day: "2026-05-31", status: "ok", name: "Sun 31 May", words: "all runs good" },
    { ...DOWN, day: "2026-06-01", status: "down", name: "Mon 1 Jun", words: "down for 30 min" },
];
export const LEGEND = [
    { ...OK, count: 1 },
    { ...DOWN, count: 1 },
];

export function makeSeries(ok, marks = []) {
    return {
        labels: ok.map((_value, n) => `1 Jun ${10 + n}:00`),
        ok,
        failed: ok.map(() => 1),
        success: ok.map(() => 90),
        p50: ok.map(() => null),
        p95: ok.map(() => 300),
        queue: ok.map((_value, n) => n),
        marks,
        empty: false,
    };
}

export const SERIES = {
    "24h": makeSeries([1, 2]),
    "7d": makeSeries(
        [3, 4, 5],
        [
            {
                index: 1,
                number: 1,
                icon: "fa-rocket",
                when: "1 Jun 11:00",
                label: "Deployment",
                text: "Release 7",
            },
        ],
    ),
    "30d": makeSeries([6]),
    "90d": { ...makeSeries([0]), empty: true },
};

export const INCIDENTS = [
    {
        ...DOWN,
        id: 7,
        flow: "Shop / Orders",
        since: "1 Jun 10:00",
        until: "",
        lasted: "30 min",
        ack: "",
        ack_by: "",
        ticket_id: 5,
        ticket: "CAP-00005",
    },
    {
        ...DOWN,
        id: 6,
        flow: "",
        since: "30 May 10:00",
        until: "30 May 11:00",
        lasted: "1 h",
        ack: "30 May 10:10",
        ack_by: "Ann",
        ticket_id: null,
        ticket: "",
    },
];

export const ERRORS = [
    {
        id: 3,
        count: "48",
        title: "Timeout: No answer",
        example: "No answer after 30 s",
        flow: "Shop / Orders",
        first: "Mon 1 Jun",
        last: "Mon 1 Jun",
        is_new: true,
    },
];

const BOARD = {
    zone: "Europe/Brussels",
    health: DOWN,
    since: "Since 1 Jun 10:00, for 30 min",
    facts: [{ label: "Success, 24 h", value: "95 %" }],
    strip: STRIP,
    legend: LEGEND,
    troubles: [STRIP[1]],
    periods: PERIODS,
    series: SERIES,
    incidents: INCIDENTS,
    errors: ERRORS,
    may_acknowledge: true,
};

export const ENVIRONMENT = {
    ...BOARD,
    id: 4,
    name: "Production",
    client: "Acme",
    kind_label: "Production",
    versions: "Connecta 4.7",
    has_reported: true,
    last_report: "1 Jun 10:30",
    maintenance: [],
    score: null,
    score_reason: "Nothing ran.",
    deductions: [],
    flows: ["Orders", "Stock"].map((name, n) => ({
        id: n + 1,
        name,
        connector: "Shop",
        health: n ? OK : DOWN,
        since: "",
        critical: !n,
        criticality: n ? "Normal" : "Critical",
        runs: "9 of 9",
        p50: "–",
        p95: "300 ms",
        queue: "4",
        spark: SPARK,
    })),
};

export const FLOW = {
    ...BOARD,
    id: 1,
    name: "Orders",
    connector: "Shop",
    criticality: "Critical",
    client: "Acme",
    environment: "Production",
    environment_id: 4,
    last_window: "1 Jun 10:30",
    owner_note: "Web team",
    limits: ["slow from 1,000 ms"],
    limit_values: { slow_ms: 1000, queue_limit: 0 },
    windows: [
        { start: "1 Jun 10:25", ok: "1", failed: "9", skipped: "0", p95: "300 ms", queue: "4" },
    ],
    tickets: [],
    is_troubled: true,
    may_file: true,
};

export const ROWS = [
    {
        ...ENVIRONMENT,
        subscription_id: 1,
        kind: "production",
        score: 61,
        deductions: [{ points: "39", label: "1 flows are down now" }],
        flow_counts: [{ ...DOWN, count: 2 }],
        open_incidents: 2,
        unacknowledged: 1,
        day_words: "95 % of 100 runs good, 5 failed",
        spark: SPARK,
    },
    {
        ...ENVIRONMENT,
        id: 5,
        subscription_id: 2,
        client: "Zeta",
        name: "Acceptance",
        kind: "test",
        kind_label: "Test",
        health: OK,
        last_report: "",
        flow_counts: [],
        open_incidents: 0,
        unacknowledged: 0,
        day_words: "nothing ran",
        spark: SPARK,
    },
];
