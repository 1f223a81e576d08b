// What lies over the map: the choice of view, buttons, legend and sources.
import { el, icon, svg } from './dom.mjs';
import { number, text } from './i18n.mjs';
import { fly, home, zoomBy } from './map.mjs';
import { go, onChange, state, VIEWS } from './state.mjs';
import { DENSITY_STEPS, FLOWS_SHOWN } from './style.mjs';

const FRANCE = { zoom: 4.6, lat: 46.6, lon: 2.4 };
const stage = document.querySelector('.stage');

function segments(name, label, options, chosen, choose) {
    return el('div', { class: 'segments', role: 'radiogroup', 'aria-label': label },
        options.map(([value, words]) => el('label', {},
            el('input', {
                type: 'radio', name, value, checked: value === chosen,
                onchange: () => choose(value),
            }), el('span', {}, words))));
}

function bar() {
    const views = segments('view', text('map.view'),
        VIEWS.map((view) => [view, text(`map.${view}`)]),
        state().view, (view) => go({ view }));
    const sides = segments('density-side', text('map.side'),
        [['foreign', text('map.side_foreign')], ['french', text('map.side_french')]],
        state().side, (side) => go({ side }));
    const follow = () => {
        sides.hidden = state().view !== 'density';
        for (const input of views.querySelectorAll('input')) input.checked = input.value === state().view;
        for (const input of sides.querySelectorAll('input')) input.checked = input.value === state().side;
    };
    onChange(follow);
    follow();
    return el('div', { class: 'map-bar' }, views, sides);
}

const tool = (label, drawing, act) =>
    el('button', { type: 'button', 'aria-label': label, title: label, onclick: act }, icon(drawing));

const tools = () => el('div', { class: 'map-tools' },
    tool(text('map.zoom_in'), 'M12 5v14M5 12h14', () => zoomBy(1)),
    tool(text('map.zoom_out'), 'M5 12h14', () => zoomBy(-1)),
    tool(text('map.world'),
        'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM3 12h18M12 3c5 5 5 13 0 18M12 3c-5 5-5 13 0 18', home),
    tool(text('map.france'), 'm12 3 3 3 5 1-1 6 1 5-5 2-5-1-4-3-3-7 5-2Z', () => fly(FRANCE)));

const dot = (name) => svg('svg', { viewBox: '0 0 32 20', 'aria-hidden': 'true' },
    svg('circle', { cx: 16, cy: 10, r: 6, fill: `var(--${name})` }));
const ring = () => svg('svg', { viewBox: '0 0 32 20', 'aria-hidden': 'true' },
    svg('circle', { cx: 16, cy: 10, r: 5, fill: 'none', stroke: 'var(--foreign)', 'stroke-width': 2.5 }));
const arc = () => svg('svg', { viewBox: '0 0 32 20', 'aria-hidden': 'true' },
    svg('path', { d: 'M2 16C8 2 24 2 30 16', fill: 'none', stroke: 'var(--link)', 'stroke-width': 2.5 }));

const widths = () => svg('svg', { viewBox: '0 0 32 20', 'aria-hidden': 'true' },
    [[4, 1.5, 'ramp-3'], [10, 3.5, 'ramp-5'], [16, 6, 'ramp-6']].map(([y, width, name]) =>
        svg('path', { d: `M2 ${y}H30`, stroke: `var(--${name})`, 'stroke-width': width })));

function legend() {
    const box = el('section', { class: 'legend', 'aria-label': text('map.legend') });
    const draw = () => {
        const links = el('ul', {},
            el('li', {}, dot('french'), text('map.legend_french')),
            el('li', {}, dot('foreign'), text('map.legend_foreign')),
            el('li', {}, ring(), text('map.legend_country')),
            el('li', {}, arc(), text('map.legend_link')));
        const density = [
            el('h2', {}, text('map.legend_density')),
            el('div', { class: 'swatches' }, DENSITY_STEPS.map((bound, i) =>
                el('span', { class: `swatch-${i + 1}` },
                    number(bound) + (i === DENSITY_STEPS.length - 1 ? '+' : '')))),
        ];
        const flows = el('ul', {},
            el('li', {}, dot('french'), text('map.legend_french')),
            el('li', {}, dot('foreign'), text('map.legend_foreign')),
            el('li', {}, widths(), text('map.legend_flow', { n: FLOWS_SHOWN })));
        box.replaceChildren(...{ links: [links], flows: [flows], density }[state().view]);
    };
    onChange((now, before) => now.view !== before.view && draw());
    draw();
    return box;
}

// Open where there is room for it; one click away on a phone.
const attribution = (sources) => el('details', { class: 'map-attribution',
    open: matchMedia('(min-width: 56rem)').matches },
el('summary', { 'aria-label': text('map.attribution') }, '©'),
el('p', {}, sources.map((source, i) => [i > 0 && ' · ',
    source.url
        ? el('a', { href: source.url, rel: 'noopener', title: source.text }, source.source)
        : el('span', { title: source.text }, source.source)])));

/** Puts the tools over the map. */
export function startTools(data) {
    stage.append(bar(), tools(), legend(), attribution(data.attribution));
}
