// Asks the server. A new question of the same purpose gives up the one before; when the server is
// away the page says so quietly and asks again by itself.
import { announce, el } from './dom.mjs';
import { lang, text } from './i18n.mjs';

const root = document.documentElement.dataset.root ?? '';
const underWay = new Map(); // purpose -> AbortController
const waits = [2, 5, 10, 20, 30]; // seconds

/** An address of this server. */
export const address = (path) => `${root}${path}`;

/** The address of a partnership's page. */
export const pageOf = (path) => address(lang === 'en' ? `/en${path}` : path);

const sleep = (ms, signal) =>
    new Promise((resolve, reject) => {
        const timer = setTimeout(resolve, ms);
        signal.addEventListener('abort', () => {
            clearTimeout(timer);
            reject(signal.reason);
        });
    });

async function ask(url, signal) {
    for (let attempt = 0; ; attempt++) {
        try {
            const response = await fetch(url, { signal, headers: { accept: 'application/json' } });
            if (response.status !== 503 && response.status < 502) {
                if (attempt > 0) announce(null);
                return response;
            }
        } catch (error) {
            if (signal.aborted) throw error;
        }
        const seconds = waits[Math.min(attempt, waits.length - 1)];
        let stop;
        const pressed = new Promise((resolve) => { stop = resolve; });
        const retry = el('button', { type: 'button', onclick: () => stop() }, text('net.retry'));
        announce(text('net.offline', { n: seconds }), retry);
        await Promise.race([sleep(seconds * 1000, signal), pressed]);
    }
}

/** The JSON at a path, or null when a later question of this purpose took its place. A refusal is
 *  an Error whose message the server wrote. */
export async function json(purpose, path) {
    underWay.get(purpose)?.abort();
    const controller = new AbortController();
    underWay.set(purpose, controller);
    try {
        const response = await ask(address(path), controller.signal);
        const answer = await response.json();
        if (!response.ok) throw new Error(answer.detail ?? text('net.error'));
        return underWay.get(purpose) === controller ? answer : null;
    } catch (error) {
        if (controller.signal.aborted) return null;
        throw error;
    }
}
