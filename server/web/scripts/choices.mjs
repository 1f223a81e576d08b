// What lies under the pointer: several links, or a place with its records, as a list to choose from
// beside that point.
import { announce, byId, el } from './dom.mjs';
import { lang, text } from './i18n.mjs';
import { row } from './list.mjs';
import { json, pageOf } from './server.mjs';
import { addressOf, filterQuery, go, state } from './state.mjs';

const SHOWN = 15;
let box = null;
let cameFrom = null;

export function hideChoices() {
    box?.remove();
    box = null;
    cameFrom?.focus?.({ preventScroll: true });
    cameFrom = null;
}

// A link of a tile as a row of the list.
const asRow = (link) => ({
    id: link.partnership,
    title: link.title,
    url: pageOf(`/partenariat/${link.partnership}`),
    kind: link.kind,
    year_start: link.year_start,
    year_end: link.year_end,
    french: [{ name: link.french_name }],
    foreign: [{ name: link.foreign_name }],
});

function place({ x, y }) {
    const stage = byId('map').parentElement;
    box.style.left = `${Math.max(8, Math.min(x, stage.clientWidth - box.offsetWidth - 8))}px`;
    box.style.top = `${Math.max(8, Math.min(y, stage.clientHeight - box.offsetHeight - 8))}px`;
}

/** Opens the box at a point of the map with its first child focused that can be. */
function open(point, heading, ...content) {
    hideChoices();
    cameFrom = document.activeElement;
    box = el('section', { class: 'choices', role: 'dialog', 'aria-label': heading },
        el('h2', {}, el('bdi', {}, heading)),
        el('button', { type: 'button', class: 'close', 'aria-label': text('map.close'),
            onclick: hideChoices }, '×'),
        ...content);
    box.addEventListener('keydown', (event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        hideChoices();
    });
    byId('map').parentElement.append(box);
    place(point);
    box.querySelector('a, button').focus();
}

const rows = (found) => el('ul', { class: 'rows' }, found.slice(0, SHOWN).map((record) =>
    el('li', { onclick: () => { cameFrom = null; hideChoices(); } }, row(record))));

/** Shows the links that cross at a point of the map. */
export function showChoices(point, links) {
    const rest = links.length - SHOWN;
    open(point, text('map.choose', { n: links.length }), rows(links.map(asRow)),
        rest > 0 && el('p', { class: 'quiet' }, text('map.more_here', { n: rest })));
}

/** Shows the records of a place of the map: filter chooses them, note says more of it. A button
 *  makes them the selection. */
export async function showPlace(point, { heading, note, filter }) {
    const query = filterQuery(filter);
    try {
        const list = await json('place',
            `/partnerships.json?${[query, `per_page=${SHOWN}`, `lang=${lang}`].filter(Boolean).join('&')}`);
        if (!list) return;
        open(point, heading,
            note && el('p', { class: 'quiet' }, note),
            el('a', {
                class: 'button choose-all',
                href: addressOf({ ...state(), filter, page: 1, open: null }),
                onclick: (event) => {
                    event.preventDefault();
                    cameFrom = null;
                    hideChoices();
                    go({ filter, page: 1, open: null, unplaced: false });
                    byId('list').focus({ preventScroll: true });
                },
            }, text('map.choose_all', { n: list.total })),
            rows(list.rows));
    } catch (error) {
        announce(error.message);
    }
}
