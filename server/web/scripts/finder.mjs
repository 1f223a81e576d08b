// Search as you type over the French authorities and the places abroad; what is chosen becomes a
// filter. Follows the combobox pattern of the ARIA practices.
import { announce, byId, el } from './dom.mjs';
import { lang, text, word } from './i18n.mjs';
import { addValue, nameValue } from './filters.mjs';
import { json } from './server.mjs';

const WAIT_MS = 120;
const input = byId('find-territory');
const options = el('ul', { class: 'suggestions', role: 'listbox', id: 'suggestions', hidden: true,
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
    const country = result.code.startsWith('country:');
    const french = !country && /^(com|epci|ept|dep|reg|siren):/.test(result.code);
    const name = french ? 'french' : country ? 'country' : 'partner';
    const value = country ? result.code.slice('country:'.length) : result.code;
    nameValue(name, value, result.name);
    input.value = '';
    close();
    addValue(name, value);
}

function activate(index) {
    active = (index + results.length) % results.length;
    [...options.children].forEach((option, i) => {
        option.setAttribute('aria-selected', String(i === active));
        if (i === active) option.scrollIntoView({ block: 'nearest' });
    });
    input.setAttribute('aria-activedescendant', `suggestion-${active}`);
}

function show(found) {
    results = found;
    active = -1;
    options.replaceChildren(...found.map((result, i) => el('li', {
        role: 'option', id: `suggestion-${i}`, 'aria-selected': 'false',
        onmousedown: (event) => event.preventDefault(),
        onclick: () => choose(result),
    }, el('bdi', {}, result.name),
    el('span', { class: 'quiet' }, [
        word('territory.kind', result.kind), result.parent ?? result.country, result.via,
        result.partnerships !== undefined &&
            text('list.heading_count', { partnerships: result.partnerships }),
    ].filter(Boolean).join(' · ')))));
    if (found.length === 0)
        options.replaceChildren(el('li', { class: 'quiet', role: 'option', 'aria-disabled': 'true',
            'aria-selected': 'false' }, text('finder.none')));
    count.textContent = text('finder.count', { n: found.length });
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
        const answer = await json('search', `/search.json?q=${encodeURIComponent(sought)}&lang=${lang}`);
        if (answer && input.value.trim() === sought) show(answer.results.filter((result) => result.type === 'territory'));
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
