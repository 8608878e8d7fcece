import { Component, useRef, useState } from "@odoo/owl";

const STEPS = { ArrowRight: 1, ArrowLeft: -1 };

/** 90 days in a row; one stop of the keyboard, and arrows walk from day to day. */
export class HealthStrip extends Component {
    static template = "connecta_cap.HealthStrip";
    static props = { days: Array, legend: Array, troubles: Array };

    setup() {
        this.root = useRef("root");
        this.state = useState({ at: this.props.days.length - 1 });
    }

    words(day) {
        return `${day.name}: ${day.label}; ${day.words}`;
    }

    get shown() {
        const day = this.props.days[this.state.at];
        return day ? this.words(day) : "";
    }

    show(index) {
        this.state.at = index;
    }

    onKeydown(event) {
        const last = this.props.days.length - 1;
        const places = { Home: 0, End: last };
        const next = places[event.key] ?? this.state.at + STEPS[event.key];
        if (Number.isNaN(next)) {
            return;
        }
        event.preventDefault();
        this.show(Math.max(0, Math.min(next, last)));
        this.root.el.children[this.state.at].focus();
    }
}
