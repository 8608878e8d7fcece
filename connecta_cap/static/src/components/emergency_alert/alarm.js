import { browser } from "@web/core/browser/browser";

const BEEP_SECONDS = 0.25;
const PAUSE_MS = 1500;
const TONES = [880, 660];

/** A two-tone alarm made by the browser itself, which may forbid it before a click. */
export class Alarm {
    constructor(AudioContext = window.AudioContext) {
        this.AudioContext = AudioContext;
        this.timer = null;
    }

    /** Whether the browser does not let the page make a sound yet. */
    get isBlocked() {
        return !this.context || this.context.state !== "running";
    }

    /** Ring until stopped. Resolves to whether the browser lets it be heard. */
    async start() {
        if (!this.AudioContext) {
            return false;
        }
        this.context = this.context || new this.AudioContext();
        if (this.isBlocked) {
            // the promise of a browser that forbids sound may never resolve
            await Promise.race([
                this.context.resume(),
                new Promise((resolve) => browser.setTimeout(resolve, 200)),
            ]);
        }
        if (!this.timer) {
            this.beep();
            this.timer = browser.setInterval(() => this.beep(), PAUSE_MS);
        }
        return !this.isBlocked;
    }

    stop() {
        browser.clearInterval(this.timer);
        this.timer = null;
    }

    beep() {
        if (this.isBlocked) {
            return;
        }
        TONES.forEach((frequency, index) => {
            const start = this.context.currentTime + index * BEEP_SECONDS;
            const oscillator = this.context.createOscillator();
            const gain = this.context.createGain();
            oscillator.frequency.value = frequency;
            gain.gain.value = 0.2;
            oscillator.connect(gain).connect(this.context.destination);
            oscillator.start(start);
            oscillator.stop(start + BEEP_SECONDS);
        });
    }
}
