// The legend as the server makes it, for the view, its zoom and the filter: the map takes its
// classes and colours from the same answer, so that both agree with pictures and print.
import { announce, el, svg } from './dom.mjs';
import { lang, number, text } from './i18n.mjs';
import { displayOf, filterQuery, isLarge, onChange, scaleQuery, state, valueQuery } from './state.mjs';
import { json } from './server.mjs';
import { flowSize, FLOWS_SHOWN, PARTIES_FROM_ZOOM, spotSize } from './style.mjs';

const LINKS_SHOWN = 4400; // of one tile; see tiles/tileset.h
const dark = matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set();
const body = el('div', { class: 'legend-body' });
const title = el('span', { class: 'legend-title' });
const nothing = el('p', { class: 'map-empty', hidden: true }, text('map.empty'));
let zoom = 0;
let asked = null; // the address of the legend shown or under way

/** Calls listener(legend) with every new one. */
export const onLegend = (listener) => listeners.add(listener);

function legendAddress() {
    const { view } = state();
    const { side, level } = displayOf();
    const parts = [filterQuery(), `tileset=${view}`, `zoom=${zoom}`, side && `side=${side}`,
        level && `level=${level}`, ...valueQuery(), ...scaleQuery(), dark.matches && 'colours=dark', `lang=${lang}`];
    return `/legend.json?${parts.filter(Boolean).join('&')}`;
}

const drawing = (...children) =>
    svg('svg', { viewBox: '0 0 32 20', 'aria-hidden': 'true' }, ...children);
const dot = (name) => drawing(svg('circle', { cx: 16, cy: 10, r: 6, fill: `var(--${name})` }));
const ring = () => drawing(
    svg('circle', { cx: 16, cy: 10, r: 5, fill: 'none', stroke: 'var(--foreign)', 'stroke-width': 2.5 }));
const arc = () => drawing(
    svg('path', { d: 'M2 16C8 2 24 2 30 16', fill: 'none', stroke: 'var(--link)', 'stroke-width': 2.5 }));
const line = (width, name) => drawing(
    svg('path', { d: 'M1 10H31', stroke: `var(--${name})`, 'stroke-width': width }));
const circle = (radius) => svg('svg', { class: 'sized', 'aria-hidden': 'true',
    viewBox: `0 0 36 ${2 * radius + 4}` }, svg('circle', { cx: 18, cy: radius + 2, r: radius, fill: 'none',
    stroke: 'var(--ink)', 'stroke-width': 1.5 }));
const swatch = (colour) => drawing(svg('rect', { x: 2, y: 1, width: 28, height: 18, rx: 2, fill: colour,
    stroke: 'var(--border)', 'stroke-width': 1 }));
const item = (picture, ...words) => el('li', {}, picture, el('span', {}, ...words));

const sides = () => [item(dot('french'), text('map.legend_french')),
    item(dot('foreign'), text('map.legend_foreign'))];
const countryOnly = () => item(ring(), text('map.legend_country'));

// Three numbers between 1 and the heaviest, to show how size grows.
function samples(most) {
    const middle = Math.round(most / 4);
    return [...new Set([1, middle, most])].filter((n) => n >= 1);
}

// In a large edition a dot of a world map stands for all of a country or first-level unit.
const isGrouped = () => isLarge && zoom < PARTIES_FROM_ZOOM;

const bodies = {
    links: ({ total }) => [
        el('ul', {}, sides(), countryOnly(), item(arc(), text('map.legend_link'))),
        total > LINKS_SHOWN && el('p', { class: 'quiet' }, text('map.legend_many', { n: LINKS_SHOWN }))],
    flows: ({ n_most: most = 0 }) => [
        el('ul', {}, sides(), samples(most).map((n) => item(
            line(flowSize(n, most), n === most ? 'ramp-6' : n > 1 ? 'ramp-5' : 'ramp-3'),
            text('map.legend_links', { n })))),
        el('p', { class: 'quiet' }, text('map.legend_flow', { n: FLOWS_SHOWN }))],
    places: ({ n_most: most = 0 }) => [
        el('ul', {}, sides(), !isGrouped() && countryOnly(), samples(most).map((n) => item(
            circle(spotSize(n, most)), text('map.legend_links', { n })))),
        isGrouped() && el('p', { class: 'quiet' }, text('map.legend_grouped'))],
    density: (legend) => [...classes(legend),
        el('p', { class: 'quiet' }, text('map.legend_hexagon', { n: legend.cell_km2 }))],
    choropleth: (legend) => classes(legend),
    heat: (legend) => [
        el('p', { class: 'quiet' }, legend.unit),
        el('div', { class: 'ramp' }, ramp(legend.ramp)),
        el('div', { class: 'ramp-ends' }, el('span', {}, '0'),
            el('span', {}, legend.peak.toLocaleString(lang, { maximumSignificantDigits: 2 }))),
        el('p', { class: 'quiet' }, text('map.legend_heat', { km: legend.bandwidth_km }))],
};

const ramp = (steps) => svg('svg', { viewBox: `0 0 ${steps.length} 1`, preserveAspectRatio: 'none',
    'aria-hidden': 'true' }, steps.map(({ colour }, i) =>
    svg('rect', { x: i, y: 0, width: 1.05, height: 1, fill: colour })));

function classes(legend) {
    const zero = legend.tileset === 'choropleth' && legend.zero.features > 0;
    return [
        el('p', { class: 'quiet' }, legend.unit),
        el('ul', {}, legend.classes.map(({ colour, label }) => item(swatch(colour), label)),
            zero && item(swatch(legend.zero.colour), text('map.legend_zero')),
            legend.unknown.features > 0 &&
                item(swatch(legend.unknown.colour), text('map.legend_unknown')))];
}

function show(legend) {
    const { no_place, too_coarse } = legend.left_out_by;
    const notes = [['without_amount', legend.without_amount], ['no_place', no_place], ['too_coarse', too_coarse]]
        .filter(([, n]) => n > 0)
        .map(([note, n]) => el('p', { class: 'quiet' }, text(`map.legend_${note}`, { n })));
    title.textContent = legend.title;
    if (legend.scale_of_another) notes.unshift(el('p', { class: 'quiet' }, text('map.legend_one_scale')));
    body.replaceChildren(...[...bodies[legend.tileset](legend), ...notes].filter(Boolean));
    nothing.hidden = legend.shown > 0;
}

async function refresh() {
    const address = legendAddress();
    if (address === asked) return;
    asked = address;
    try {
        const legend = await json('legend', address);
        if (!legend) return;
        show(legend);
        for (const listener of listeners) listener(legend);
    } catch (error) {
        announce(error.message);
    }
}

/** Tells the legend at which zoom the map stands. */
export function legendZoom(mapZoom) {
    zoom = Math.max(0, Math.floor(mapZoom));
    refresh();
}

/** What stands on a map that has nothing to show, so that nobody waits for it. */
export const emptyNote = () => nothing;

/** The box: open where there is room for it, one click away on a phone or in a low frame. */
export function legendBox() {
    onChange(refresh);
    dark.addEventListener('change', refresh);
    return el('details', { class: 'legend', open: matchMedia('(min-width: 56rem) and (min-height: 34rem)').matches },
        el('summary', {}, el('span', { class: 'legend-word' }, text('map.legend')), title), body);
}
