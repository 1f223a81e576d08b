// Several links under the pointer: a list to choose from, beside that point.
import { byId, el } from './dom.mjs';
import { text } from './i18n.mjs';
import { row } from './list.mjs';
import { pageOf } from './server.mjs';

const SHOWN = 15;
let box = null;
let cameFrom = null;

export function hideChoices() {
    box?.remove();
    box = null;
    cameFrom?.focus?.();
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

/** Shows the partnerships at a point of the map. */
export function showChoices(point, partnerships) {
    hideChoices();
    const stage = byId('map').parentElement;
    const rest = partnerships.length - SHOWN;
    const heading = text('map.choose', { n: partnerships.length });
    box = el('section', { class: 'choices', role: 'dialog', 'aria-label': heading },
        el('h2', {}, heading),
        el('button', { type: 'button', class: 'close', 'aria-label': text('map.close'),
            onclick: hideChoices }, '×'),
        el('ul', { class: 'rows' }, partnerships.slice(0, SHOWN).map((found) =>
            el('li', { onclick: () => { cameFrom = null; hideChoices(); } }, row(asRow(found))))),
        rest > 0 && el('p', { class: 'quiet' }, text('map.more_here', { n: rest })));
    box.addEventListener('keydown', (event) => {
        if (event.key === 'Escape') {
            event.stopPropagation();
            hideChoices();
        }
    });
    cameFrom = document.activeElement;
    stage.append(box);
    box.style.left = `${Math.max(8, Math.min(point.x, stage.clientWidth - box.offsetWidth - 8))}px`;
    box.style.top = `${Math.max(8, Math.min(point.y, stage.clientHeight - box.offsetHeight - 8))}px`;
    box.querySelector('a').focus();
}
