// The page's language: its messages (put into the page by the server), numbers and years.
import { byId } from './dom.mjs';

export const lang = document.documentElement.lang === 'en' ? 'en' : 'fr';

const messages = JSON.parse(byId('messages').textContent);
const numbers = new Intl.NumberFormat(lang === 'en' ? 'en-GB' : 'fr-FR', { maximumFractionDigits: 0 });
const plurals = new Intl.PluralRules(lang);

/** 12129 as "12 129" or "12,129". */
export const number = (value) => numbers.format(value);

/** The message of a key, its {values} and {value|one|many} filled in (see server/messages.h). */
export function text(key, values = {}) {
    const message = messages[key];
    if (message === undefined) throw new Error(`there is no message ${key}`);
    return message.replace(/\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g, (_, name, one, many) => {
        const value = values[name];
        if (one !== undefined) return plurals.select(Number(value)) === 'one' ? one : many;
        return typeof value === 'number' ? number(value) : String(value ?? '');
    });
}

/** The word of a vocabulary ("kind", "jumelage"), or the code itself where it has none. */
export const word = (vocabulary, code) => messages[`${vocabulary}.${code}`] ?? code;

/** "2009–2029", "depuis 2009" …, or "" when neither is known. */
export function span(from, to) {
    if (from && to) return from === to ? String(from) : `${from}–${to}`;
    if (from) return `${from}–`;
    return to ? `–${to}` : '';
}

/** A date YYYY, YYYY-MM or YYYY-MM-DD in words; any other text as it is. */
export function date(value) {
    const [, year, month, day] = /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?$/.exec(value) ?? [];
    if (!month) return value;
    const options = { year: 'numeric', month: 'long', timeZone: 'UTC' };
    if (day) options.day = 'numeric';
    const time = Date.UTC(year, month - 1, day ?? 1);
    return new Intl.DateTimeFormat(lang === 'en' ? 'en-GB' : 'fr-FR', options).format(time);
}
