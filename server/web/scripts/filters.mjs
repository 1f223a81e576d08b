// The ticks, and the chips that say which of them are on.
import { byId, el } from './dom.mjs';
import { text } from './i18n.mjs';
import { addressOf, go, setFilter, state } from './state.mjs';

const form = byId('filters');
const labels = new Map(); // "french=dep:38" -> "Isère", for chips of what no tick shows

for (const chip of document.querySelectorAll('.chip'))
    labels.set(`${chip.dataset.name}=${chip.dataset.value}`, chip.children[1].textContent);
for (const box of form.querySelectorAll('.ticks input'))
    labels.set(`${box.name}=${box.value}`,
        box.parentElement.querySelector('.tick-label').textContent);

/** What a value of the filter is called: labelOf('kind', 'jumelage'). */
export const labelOf = (name, value) => labels.get(`${name}=${value}`) ?? value;

/** Gives a territory or other value a name to show in its chip. */
export const nameValue = (name, value, label) => labels.set(`${name}=${value}`, label);

/** Adds a value to a list of the filter. */
export function addValue(name, value) {
    const values = state().filter[name] ?? [];
    if (!values.includes(value)) setFilter(name, [...values, value]);
}

const removeValue = (name, value) =>
    setFilter(name, (state().filter[name] ?? []).filter((other) => other !== value));

function chip(name, value) {
    const label = labelOf(name, value);
    const rest = { ...state().filter };
    rest[name] = rest[name].filter((other) => other !== value);
    return el('a', {
        class: 'chip',
        href: addressOf({ ...state(), filter: rest, page: 1, open: null }),
        onclick: (event) => {
            event.preventDefault();
            removeValue(name, value);
            (byId('chips').querySelector('a') ?? byId('find-territory')).focus();
        },
    }, el('span', { class: 'visually-hidden' }, text('filter.remove', { label })),
    el('span', { 'aria-hidden': 'true' }, label),
    el('span', { class: 'chip-x', 'aria-hidden': 'true' }, '×'));
}

function showChips(filter) {
    const chips = Object.entries(filter).filter(([, values]) => Array.isArray(values))
        .flatMap(([name, values]) => values.map((value) => chip(name, value)));
    const any = Object.keys(filter).length > 0;
    const clear = any && el('a', {
        class: 'chip-clear',
        href: location.pathname,
        onclick: (event) => {
            event.preventDefault();
            go({ filter: {}, page: 1, open: null });
            byId('find-territory').focus();
        },
    }, text('filter.clear'));
    byId('chips').replaceChildren(...chips, ...(clear ? [clear] : []));
}

function showTicks(filter) {
    for (const box of form.querySelectorAll('.ticks input'))
        box.checked = (filter[box.name] ?? []).includes(box.value);
    for (const facet of form.querySelectorAll('[data-facet]')) {
        const n = facet.querySelectorAll('input:checked').length;
        facet.querySelector('.facet-value').textContent = n > 0 ? n : '';
    }
}

/** Makes the form say what the state says. */
export function showFilters() {
    const { filter } = state();
    showChips(filter);
    showTicks(filter);
}

form.addEventListener('change', (event) => {
    const box = event.target;
    if (!box.closest('.ticks')) return;
    if (box.checked) addValue(box.name, box.value);
    else removeValue(box.name, box.value);
});
form.addEventListener('submit', (event) => event.preventDefault());

// Long lists get a field that narrows them.
for (const ticks of form.querySelectorAll('.ticks')) {
    if (ticks.children.length < 30) continue;
    const fold = (value) => value.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
    const label = text('filter.narrow');
    ticks.before(el('input', {
        type: 'search', class: 'ticks-search', placeholder: label, 'aria-label': label,
        oninput: (event) => {
            const sought = fold(event.target.value.trim());
            for (const item of ticks.children)
                item.hidden = !fold(item.querySelector('.tick-label').textContent).includes(sought);
        },
    }));
}

// A long list opens where its first tick is.
for (const facet of form.querySelectorAll('[data-facet]'))
    facet.addEventListener('toggle', () => {
        const tick = facet.querySelector('input:checked');
        const list = facet.querySelector('.ticks');
        if (facet.open && tick) list.scrollTop = tick.closest('li').offsetTop - list.offsetTop;
    });
