// The map of equality: areas coloured by what the tables of the page say. Without WebGL the server's
// picture stays.
import * as maplibre from './maplibre-gl.mjs';
import { asset } from './assets.mjs';
import { byId, el } from './dom.mjs';
import { lang, number, text } from './i18n.mjs';
import { address, pageOf } from './server.mjs';
import { baseLayers, colour, labelLayer } from './style.mjs';

const data = JSON.parse(byId('gender-data').textContent);
const ofMoney = new URLSearchParams(location.search).get('nature');
const RAMP = 6;
const percent = new Intl.NumberFormat(lang === 'en' ? 'en-GB' : 'fr-FR',
    { style: 'percent', maximumFractionDigits: 0 });
const amount = (n) => (ofMoney ? text('gender.map_euros', { n }) : number(n));

// What can be shown: the value of an area, and how it reads.
const measures = [
    ...data.labels.map((label, i) => ({ label, value: (area) => area.themes[i], say: amount })),
    { label: text('gender.map_share'), value: (area) => area.share, say: percent.format },
    { label: text('gender.map_coverage'), value: (area) => area.coverage, say: percent.format },
];
const sides = {
    countries: { label: text('gender.by_country'), query: '', maxzoom: 3, at: [12, 25, 0.9] },
    regions: { label: text('gender.by_region'), query: '&side=french', maxzoom: 5, at: [2.4, 46.6, 4.2] },
};
let shown = { measure: 0, side: 'countries' };

/** Lower bounds of at most six classes with about as many areas in each. */
function breaksOf(values) {
    const known = values.filter((value) => value > 0).sort((a, b) => a - b);
    const distinct = [...new Set(known)];
    const n = Math.min(RAMP, distinct.length);
    return [...new Set(Array.from({ length: n }, (_, i) => distinct[Math.floor((i * distinct.length) / n)]))];
}

const rampColour = (i, n) => colour(`ramp-${n === 1 ? 4 : 1 + Math.round((i * (RAMP - 1)) / (n - 1))}`);

function paint() {
    const measure = measures[shown.measure];
    const areas = data[shown.side];
    const breaks = breaksOf(areas.map(measure.value));
    const colours = ['match', ['get', 'code']];
    for (const area of areas) {
        const value = measure.value(area);
        const i = breaks.findLastIndex((bound) => value >= bound);
        const unknown = value === null;
        colours.push(area.code, unknown ? colour('line') : i < 0 ? colour('land') : rampColour(i, breaks.length));
    }
    colours.push(colour('land'));
    return { breaks, fill: areas.length > 0 ? colours : colour('land') };
}

function style({ fill }) {
    const side = sides[shown.side];
    const tiles = (tileset, query) =>
        [`${location.origin}${address(`/tiles/${tileset}/{z}/{x}/{y}.mvt`)}?lang=${lang}${query}&v=${data.version}`];
    return {
        version: 8,
        sources: {
            base: { type: 'vector', tiles: tiles('base', ''), maxzoom: 6 },
            areas: { type: 'vector', tiles: tiles('choropleth', side.query), maxzoom: side.maxzoom },
        },
        layers: [
            ...baseLayers(),
            {
                id: 'areas', type: 'fill', source: 'areas', 'source-layer': 'choropleth',
                paint: { 'fill-color': fill },
            },
            {
                id: 'area-edges', type: 'line', source: 'areas', 'source-layer': 'choropleth',
                paint: { 'line-color': colour('border'), 'line-width': 0.7 },
            },
            labelLayer('choropleth'),
        ],
    };
}

function legendRows({ breaks }) {
    const { value, say } = measures[shown.measure];
    const highest = Math.max(...data[shown.side].map(value));
    const row = (name, words) => el('li', {},
        el('span', { class: `swatch swatch-${name}`, 'aria-hidden': 'true' }), words);
    const classes = breaks.map((bound, i) => {
        const last = i + 1 === breaks.length ? highest : null;
        const ramp = breaks.length === 1 ? 4 : 1 + Math.round((i * (RAMP - 1)) / (breaks.length - 1));
        const whole = shown.measure < data.labels.length; // counts and euros have no value between two
        const upTo = last ?? (whole ? breaks[i + 1] - 1 : breaks[i + 1]);
        const less = last === null && !whole ? '<\u00a0' : '';
        return row(ramp, upTo === bound ? say(bound) : `${say(bound)} – ${less}${say(upTo)}`);
    });
    return el('ul', {}, row('zero', text('gender.map_none')), classes,
        row('unknown', text('gender.map_unknown')));
}

function sentences(area) {
    const measure = measures[shown.measure];
    const value = measure.value(area);
    return [area.name,
        `${measure.label} : ${value === null ? text('fact.not_said') : measure.say(value)}`,
        text('gender.map_of', area), text('gender.map_records', { n: area.all })];
}

function startHint(map, box) {
    const hint = box.appendChild(el('div', { class: 'hint', hidden: true }));
    const areaAt = ({ point }) => {
        const [feature] = map.queryRenderedFeatures(point, { layers: ['areas'] });
        return feature && data[shown.side].find((area) => area.code === feature.properties.code);
    };
    map.on('mousemove', (event) => {
        const area = areaAt(event);
        map.getCanvas().style.cursor = area ? 'pointer' : '';
        hint.hidden = !area;
        if (!area) return;
        hint.replaceChildren(...sentences(area).map((line, i) => el('div', { class: i ? 'quiet' : '' }, line)));
        hint.style.left = `${Math.min(event.point.x + 14, box.clientWidth - hint.offsetWidth - 8)}px`;
        hint.style.top = `${Math.min(event.point.y + 14, box.clientHeight - hint.offsetHeight - 8)}px`;
    });
    map.on('mouseout', () => { hint.hidden = true; });
    map.on('click', (event) => {
        const area = areaAt(event);
        if (area) location.assign(pageOf(`/territoire/${area.code}`));
    });
}

function choices(change) {
    const select = (label, options, chosen, act) => el('label', {}, label, ' ',
        el('select', { onchange: (event) => { act(event.target.value); change(); } },
            options.map(([value, words]) => el('option', { value, selected: value === chosen }, words))));
    return el('div', { class: 'choices-form' },
        select(text('gender.map_show'), measures.map(({ label }, i) => [i, label]), shown.measure,
            (value) => { shown = { ...shown, measure: Number(value) }; }),
        select(text('gender.map_side'), Object.entries(sides).map(([value, { label }]) => [value, label]),
            shown.side, (value) => { shown = { ...shown, side: value }; }));
}

function canDraw() {
    return Boolean(document.createElement('canvas').getContext('webgl2'));
}

function start() {
    const place = byId('gender-map');
    const box = el('div', { class: 'gender-canvas' });
    const legend = el('section', { class: 'legend', 'aria-label': text('map.legend') });
    maplibre.setWorkerUrl(new URL(asset('maplibre-gl-worker.mjs'), import.meta.url).href);
    place.replaceChildren(choices(() => {
        const painted = paint();
        map.setStyle(style(painted));
        legend.replaceChildren(legendRows(painted));
        const [lon, lat, zoom] = sides[shown.side].at;
        map.jumpTo({ center: [lon, lat], zoom });
    }), el('div', { class: 'gender-stage' }, box, legend));
    const painted = paint();
    const [lon, lat, zoom] = sides[shown.side].at;
    const map = new maplibre.Map({
        container: box, style: style(painted), center: [lon, lat], zoom, maxZoom: 6,
        attributionControl: false, dragRotate: false, pitchWithRotate: false, scrollZoom: false,
        renderWorldCopies: false,
        locale: {
            'Map.Title': text('gender.map'),
            'NavigationControl.ZoomIn': text('map.zoom_in'),
            'NavigationControl.ZoomOut': text('map.zoom_out'),
        },
    });
    map.addControl(new maplibre.NavigationControl({ showCompass: false }));
    legend.replaceChildren(legendRows(painted));
    startHint(map, box);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => map.setStyle(style(paint())));
    return map;
}

const map = canDraw() ? start() : null;
document.documentElement.dataset.map = map ? 'started' : 'absent';
globalThis.passerelle = { map };
