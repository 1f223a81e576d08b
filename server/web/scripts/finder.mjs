// Search as you type over the French authorities and the places abroad; what is chosen becomes a
// filter. Follows the combobox pattern of the ARIA practices.
import { announce, byId, el } from './dom.mjs';
import { lang, text, word } from './i18n.mjs';
import { addValue, labelOf, nameValue } from './filters.mjs';
import { go } from './state.mjs';
import { json } from './server.mjs';

const WAIT_MS = 120;
const ASKED = 30;
const SHOWN = 6; // of each group
const input = byId('find-territory');
const options = el('div', { class: 'suggestions', role: 'listbox', id: 'suggestions', hidden: true,
    'aria-label': text('finder.found') });
const count = el('span', { class: 'visually-hidden', role: 'status' });
let results = [];
let active = -1;
let timer = null;

function close() {
    options.hidden = true;
    active = -1;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
}

function choose(result) {
    if (result.type === 'partnership') {
        input.value = '';
        close();
        go({ open: String(result.id) });
        return;
    }
    const country = result.code.startsWith('country:');
    const french = result.side === 'french';
    const name = french ? 'french' : country ? 'country' : 'partner';
    const value = country ? result.code.slice('country:'.length) : result.code;
    nameValue(name, value, result.name);
    input.value = '';
    close();
    addValue(name, value);
}

function activate(index) {
    active = (index + results.length) % results.length;
    options.querySelectorAll('[role=option]').forEach((each, i) => {
        each.setAttribute('aria-selected', String(i === active));
        if (i === active) each.scrollIntoView({ block: 'nearest' });
    });
    input.setAttribute('aria-activedescendant', `suggestion-${active}`);
}

function describe(result) {
    if (result.type === 'partnership')
        return [text('finder.record'), result.kind && labelOf('kind', result.kind), result.year_start]
            .filter(Boolean).join(' · ');
    return [
        result.generic ?? word('territory.kind', result.kind), result.parent ?? result.country,
        result.via, text('list.heading_count', { partnerships: result.partnerships }),
    ].filter(Boolean).join(' · ');
}

const groupOf = (result) => (result.type === 'partnership' ? 'record' : result.side);

function option(result, i) {
    return el('div', {
        role: 'option', id: `suggestion-${i}`, 'aria-selected': 'false', 'data-id': result.id,
        onmousedown: (event) => event.preventDefault(),
        onclick: () => choose(result),
    }, el('bdi', {}, result.name ?? result.title),
    el('span', { class: 'quiet' }, describe(result)));
}

/** The French side, the side abroad and the records, each under its name; the group of the best
 *  answer comes first. */
function show(found) {
    const groups = new Map();
    for (const result of found) {
        const group = groupOf(result);
        if (!groups.has(group)) groups.set(group, []);
        if (groups.get(group).length < SHOWN) groups.get(group).push(result);
    }
    results = [...groups.values()].flat();
    active = -1;
    options.replaceChildren(...[...groups].map(([group, members]) =>
        el('div', { role: 'group', 'aria-labelledby': `suggestions-${group}` },
            el('span', { class: 'suggestions-group', id: `suggestions-${group}` }, word('finder.group', group)),
            members.map((result) => option(result, results.indexOf(result))))));
    if (found.length === 0)
        options.replaceChildren(el('div', { class: 'quiet', role: 'option', 'aria-disabled': 'true',
            'aria-selected': 'false' }, text('finder.none')));
    count.textContent = text('finder.count', { n: results.length });
    options.hidden = false;
    input.setAttribute('aria-expanded', 'true');
}

async function search() {
    const sought = input.value.trim();
    if (sought.length < 2) {
        close();
        return;
    }
    try {
        const answer = await json('search', `/search.json?q=${encodeURIComponent(sought)}&lang=${lang}&limit=${ASKED}`);
        if (answer && input.value.trim() === sought) show(answer.results);
    } catch (error) {
        announce(error.message);
    }
}

function press(event) {
    if (event.key === 'Enter') event.preventDefault();
    if (options.hidden || results.length === 0) {
        if (event.key === 'Escape') close();
        return;
    }
    const moves = { ArrowDown: active + 1, ArrowUp: active < 0 ? -1 : active - 1 };
    if (event.key in moves) {
        event.preventDefault();
        activate(moves[event.key]);
    } else if (event.key === 'Enter') {
        choose(results[Math.max(active, 0)]);
    } else if (event.key === 'Escape') {
        event.stopPropagation();
        close();
    }
}

/** Makes the search field suggest. */
export function startFinder() {
    input.closest('.finder').append(options, count);
    for (const [name, value] of Object.entries({
        role: 'combobox', 'aria-expanded': 'false', 'aria-controls': 'suggestions',
        'aria-autocomplete': 'list',
    })) input.setAttribute(name, value);
    input.addEventListener('input', () => {
        clearTimeout(timer);
        timer = setTimeout(search, WAIT_MS);
    });
    input.addEventListener('keydown', press);
    input.addEventListener('blur', close);
    if (input.value.trim()) search();
}
