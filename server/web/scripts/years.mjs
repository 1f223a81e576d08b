// Years: a histogram of the partnerships alive in each, two handles over it, and a button that
// lets the years pass.
import { byId, el, icon, svg } from './dom.mjs';
import { text } from './i18n.mjs';
import { onCounts, refreshCounts } from './counts.mjs';
import { json } from './server.mjs';
import { filterQuery, filterWith, filterWithoutYears, go, onChange, setFilter, state } from './state.mjs';

const PLAY = 'M7 4v16l13-8z';
const PAUSE = 'M6 4h4v16H6zM14 4h4v16h-4z';
const STEP_MS = 1100;

const box = byId('years');
const first = Number(box.dataset.first);
const last = Number(box.dataset.last);
const known = first > 0 && last >= first;

const handle = (label) => el('input', {
    type: 'range', min: first, max: last, step: 1, 'aria-label': text(label),
});
const low = handle('years.from');
const high = handle('years.to');
const bars = svg('svg', { class: 'histogram', preserveAspectRatio: 'none', 'aria-hidden': 'true' });
const play = el('button', { type: 'button', class: 'play', 'aria-label': text('years.play') }, icon(PLAY));
const scale = el('input', { type: 'checkbox', onchange: () => go({ oneScale: scale.checked }) });
const scaleTick = el('label', { class: 'tick' }, scale, ` ${text('years.one_scale')}`);
let playing = null;
let heights = new Map(); // year -> partnerships, of everything but the years chosen

function chosen() {
    const [from, to] = (state().filter.year ?? '').split('..').map(Number);
    return Number.isFinite(from) && from > 0 ? [from, to || from] : null;
}

function draw(span = chosen()) {
    const tallest = Math.max(1, ...heights.values());
    const [from, to] = span ?? [first, last];
    const width = 100 / (last - first + 1);
    const rects = [];
    for (let year = first; year <= last; year++) {
        const height = 40 * ((heights.get(year) ?? 0) / tallest);
        rects.push(svg('rect', {
            x: (year - first) * width + width * 0.1, width: width * 0.8, y: 40 - height, height,
            class: year >= from && year <= to ? 'is-in' : undefined,
        }));
    }
    bars.setAttribute('viewBox', '0 0 100 40');
    bars.replaceChildren(...rects);
}

function show() {
    const years = chosen();
    const [from, to] = years ?? [first, last];
    low.value = Math.max(first, Math.min(from, last));
    high.value = Math.max(first, Math.min(to, last));
    byId('year-value').textContent =
        !years ? text('years.all') : from === to ? String(from) : `${from}–${to}`;
    byId('time').checked = state().filter.time === 'signed';
    scale.checked = state().oneScale;
    for (const tick of [byId('time').closest('label'), scaleTick]) tick.hidden = !years;
    draw();
}

const asFilter = (from, to) =>
    (from <= first && to >= last ? null : from === to ? `${from}` : `${from}..${to}`);
const choose = (from, to, how) => setFilter('year', asFilter(from, to), how);

function moved(event) {
    let from = Number(low.value);
    let to = Number(high.value);
    if (from > to) {
        if (event.target === low) from = to;
        else to = from;
        event.target.value = from;
    }
    byId('year-value').textContent = from === to ? String(from) : `${from}–${to}`;
    draw([from, to]);
    // While a handle is held only the numbers follow; map and list do when it is let go.
    if (event.type === 'change') choose(from, to);
    else refreshCounts(filterWith('year', asFilter(from, to)));
}

function stop() {
    clearInterval(playing);
    playing = null;
    play.replaceChildren(icon(PLAY));
    play.setAttribute('aria-label', text('years.play'));
}

function start() {
    const width = chosen() ? chosen()[1] - chosen()[0] : 0;
    let year = chosen() && chosen()[1] < last ? chosen()[0] : first - 1;
    play.replaceChildren(icon(PAUSE));
    play.setAttribute('aria-label', text('years.pause'));
    const step = () => {
        year += 1;
        if (year + width > last) stop();
        else choose(year, year + width, { passing: true });
    };
    playing = setInterval(step, STEP_MS);
    step();
}

function take(counts) {
    heights = new Map((counts.by?.year ?? []).filter((group) => group.key !== 'none')
        .map((group) => [Number(group.key), group.partnerships]));
    draw();
}

// All years stay in sight whatever years are chosen: the bars are of every other filter.
async function refreshHeights() {
    if (!chosen()) return; // the page's own numbers are the same then
    try {
        const query = filterQuery(filterWithoutYears());
        const counts = await json('years', `/counts.json?by=year${query && `&${query}`}`);
        if (counts) take(counts);
    } catch {
        // The page's own question says so.
    }
}

/** Puts the histogram and the handles in the place of the two number fields. */
export function startYears() {
    if (!known) return;
    box.querySelector('.years-head').append(play);
    box.querySelector('.year-inputs').after(bars, el('div', { class: 'slider' }, low, high));
    byId('time').closest('label').after(scaleTick);
    for (const input of [low, high]) {
        input.addEventListener('input', moved);
        input.addEventListener('change', moved);
    }
    byId('time').addEventListener('change', () =>
        setFilter('time', byId('time').checked ? 'signed' : null));
    play.addEventListener('click', () => (playing ? stop() : start()));
    onChange(show);
    onCounts((counts) => {
        if (!chosen()) take(counts);
    });
    onChange((now, before) => now.filter !== before.filter && refreshHeights());
    if (chosen()) refreshHeights();
    show();
}
