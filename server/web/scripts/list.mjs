// The list beside the map: the same selection, a page at a time.
import { announce, byId, el } from './dom.mjs';
import { labelOf } from './filters.mjs';
import { lang, span, text } from './i18n.mjs';
import { addressOf, filterQuery, go, onChange, state } from './state.mjs';
import { address, json } from './server.mjs';

const PER_PAGE = 25;
const MAX_NAMES = 3; // of one side
const rows = byId('rows');
const listeners = new Set();

/** Calls listener(id or null) while a row is pointed at or has the focus. */
export const onPoint = (listener) => listeners.add(listener);
const point = (id) => listeners.forEach((listener) => listener(id));

/** "Zou, Savalou +2 (Bénin)": the names of one side, as the server writes them. */
function names(ends) {
    if (ends.length === 0) return text('fact.not_said');
    const shown = ends.slice(0, MAX_NAMES).map((end) => end.name ?? text('fact.not_said')).join(', ');
    const more = ends.length > MAX_NAMES ? ` +${ends.length - MAX_NAMES}` : '';
    const [{ country, country_name: countryName, code }] = ends;
    const same = country && code !== `country:${country}` &&
        ends.every((end) => end.country === country);
    return shown + more + (same ? ` (${countryName})` : '');
}

/** One partnership as the list shows it: {id, title, url, french, foreign, kind, …}. */
export function row(partnership) {
    const facts = [
        partnership.kind && labelOf('kind', partnership.kind),
        span(partnership.year_start, partnership.year_end),
    ].filter(Boolean);
    return el('a', {
        class: 'row',
        href: partnership.url,
        'data-id': partnership.id,
        onclick: (event) => {
            if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
            event.preventDefault();
            go({ open: String(partnership.id) });
        },
    },
    el('span', { class: 'row-title', dir: 'auto' }, partnership.title),
    el('span', { class: 'row-ends' },
        el('bdi', { class: 'end french' }, names(partnership.french)), ' ',
        el('span', { class: 'row-arc', 'aria-hidden': 'true' }), ' ',
        el('bdi', { class: 'end foreign' }, names(partnership.foreign))),
    el('span', { class: 'row-meta' }, facts.join(' · '),
        partnership.placed === false && [' ', el('span', { class: 'flag' }, text('list.unplaced'))]));
}

function showPager(answer) {
    const pages = Math.max(1, answer.pages);
    const set = (id, page, there) => {
        byId(id).hidden = !there;
        byId(id).href = addressOf({ ...state(), page, open: null });
        byId(id).dataset.page = page;
    };
    byId('page-text').textContent = text('list.page', { page: answer.page, pages });
    set('previous', answer.page - 1, answer.page > 1);
    set('next', answer.page + 1, answer.page < pages);
    byId('pager').hidden = pages === 1;
}

/** Fetches and shows the page of the list that the state names. */
export async function refreshList() {
    const { page, sort, unplaced } = state();
    const parts = [filterQuery(), `page=${page}`, `per_page=${PER_PAGE}`, unplaced && 'placed=no',
        `sort=${sort}`, `lang=${lang}`];
    byId('list').classList.add('is-stale');
    try {
        const answer = await json('list', `/partnerships.json?${parts.filter(Boolean).join('&')}`);
        if (!answer) return;
        rows.replaceChildren(...answer.rows.map((found) => el('li', {}, row(found))));
        byId('empty').hidden = answer.rows.length > 0;
        showPager(answer);
    } catch (error) {
        announce(error.message);
    }
    byId('list').classList.remove('is-stale');
    for (const link of byId('downloads').querySelectorAll('[data-download]'))
        link.href = address(link.dataset.download) + (filterQuery() && `?${filterQuery()}`);
}

/** Marks the row of a partnership that is pointed at on the map; null marks none. */
export function markRow(id) {
    for (const link of rows.querySelectorAll('.row'))
        link.classList.toggle('is-hot', id !== null && link.dataset.id === String(id));
}

for (const name of ['mouseover', 'focusin'])
    rows.addEventListener(name, (event) => point(event.target.closest('.row')?.dataset.id ?? null));
for (const name of ['mouseleave', 'focusout']) rows.addEventListener(name, () => point(null));

// Rows that the server wrote open the panel, too.
rows.addEventListener('click', (event) => {
    const link = event.target.closest('.row');
    if (!link || event.defaultPrevented || event.metaKey || event.ctrlKey || event.button !== 0) return;
    event.preventDefault();
    go({ open: link.dataset.id });
});
for (const id of ['previous', 'next'])
    byId(id).addEventListener('click', (event) => {
        event.preventDefault();
        go({ page: Number(byId(id).dataset.page), open: null });
        byId('list').focus({ preventScroll: true });
        byId('list').scrollIntoView({ block: 'start' });
    });
byId('sort').addEventListener('change', () => go({ sort: byId('sort').value, page: 1 }));
onChange(() => { byId('sort').value = state().sort; });
