// The other face of the list: where the partnerships are, as ranked bars that choose what they
// show, and themes over the years. Each chart is a table to a screen reader.
import { byId, el, svg } from './dom.mjs';
import { onCounts, refreshCounts } from './counts.mjs';
import { addValue, nameValue } from './filters.mjs';
import { lang, number, text } from './i18n.mjs';
import { go, onChange, state } from './state.mjs';

const MOST = 12; // bars of a chart
const SPARK = { width: 120, height: 26 };
const list = byId('list');
const figures = el('section', { class: 'figures', id: 'figures', role: 'tabpanel',
    'aria-labelledby': 'tab-figures', hidden: true });
const labelOf = (group) => (lang === 'en' ? group.label_en : group.label_fr);

/** One chart: a heading, and rows of [name, number, bar or line]. */
function chart(key, groups, choose, picture) {
    const most = Math.max(1, ...groups.map((group) => group.partnerships));
    const rowOf = (group) => el('tr', {},
        el('th', { scope: 'row' }, choose
            ? el('button', { type: 'button', onclick: () => choose(group) }, el('bdi', {}, labelOf(group)))
            : el('bdi', {}, labelOf(group))),
        el('td', { class: 'chart-bar' }, picture ? picture(group) : bar(group.partnerships / most)),
        el('td', { class: 'chart-number' }, number(group.partnerships)));
    return el('table', { class: 'chart' },
        el('caption', {}, text(key)),
        el('thead', { class: 'visually-hidden' }, el('tr', {},
            el('th', { scope: 'col' }, text('figures.name')), el('td', {}),
            el('th', { scope: 'col' }, text('list.heading')))),
        el('tbody', {}, groups.slice(0, MOST).map(rowOf)));
}

const bar = (share) => svg('svg', { viewBox: '0 0 100 10', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    svg('rect', { x: 0, y: 0, width: Math.max(1, 100 * share), height: 10 }));

/** Years from left to right, each theme by its own tallest year. */
function spark(first, last) {
    return ({ years }) => {
        const { width, height } = SPARK;
        const tallest = Math.max(1, ...Object.values(years));
        const step = width / Math.max(1, last - first);
        let path = `M0 ${height}`;
        for (let year = first; year <= last; year++)
            path += `L${((year - first) * step).toFixed(1)} ${(height - 1 - ((years[year] ?? 0) / tallest) * (height - 3)).toFixed(1)}`;
        const [peak] = Object.entries(years).sort((one, other) => other[1] - one[1])[0] ?? [];
        return [svg('svg', { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: 'none', class: 'spark',
            'aria-hidden': 'true' }, svg('path', { d: `${path}L${width} ${height}Z` })),
        peak && el('span', { class: 'visually-hidden' }, text('figures.peak', { year: String(peak), n: years[peak] }))];
    };
}

const chooses = (name) => (group) => {
    nameValue(name, group.key, labelOf(group));
    addValue(name, group.key);
};

function show(counts) {
    const { by } = counts;
    if (!by?.['theme-year']) return;
    const known = (groups) => groups.filter((group) => group.key !== 'none' && group.partnerships > 0)
        .sort((one, other) => other.partnerships - one.partnerships);
    const years = document.getElementById('years').dataset;
    figures.replaceChildren(
        chart('figures.countries', known(by.country), chooses('country')),
        chart('figures.authorities', known(by.authority), chooses('authority')),
        chart('figures.partners', known(by.partner), chooses('partner_is')),
        chart('figures.regions', known(by.region), chooses('french')),
        chart('figures.themes', known(by['theme-year']), chooses('theme'),
            spark(Number(years.first), Number(years.last))),
        el('p', { class: 'quiet' }, text('figures.note', { first: years.first, last: years.last })));
}

const tab = (name, label) => el('button', {
    type: 'button', role: 'tab', id: `tab-${name}`, 'aria-controls': name,
    onclick: () => go({ tab: name }),
}, label);

/** Puts list and figures behind two tabs. */
export function startFigures() {
    const tabs = [tab('list', text('list.heading')), tab('figures', text('figures.heading'))];
    const bars = el('div', { class: 'tabs', role: 'tablist', 'aria-label': text('figures.tabs') }, tabs);
    const follow = (now = state(), before = {}) => {
        if (now.tab === before.tab) return;
        list.hidden = now.tab !== 'list';
        figures.hidden = now.tab !== 'figures';
        for (const each of tabs) {
            const chosen = each.id === `tab-${now.tab}`;
            each.setAttribute('aria-selected', String(chosen));
            each.tabIndex = chosen ? 0 : -1;
        }
        if (before.tab && now.tab === 'figures') refreshCounts();
    };
    bars.addEventListener('keydown', (event) => {
        if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
        const other = tabs.find((each) => each.tabIndex === -1);
        other.click();
        other.focus();
    });
    list.setAttribute('role', 'tabpanel');
    list.setAttribute('aria-labelledby', 'tab-list');
    list.before(bars);
    list.after(figures);
    onCounts(show);
    onChange(follow);
    follow();
}
