// What lies over and under the map: the choice of view, buttons, legend, overseas and sources.
import { el, icon } from './dom.mjs';
import { text } from './i18n.mjs';
import { emptyNote, legendBox } from './legend.mjs';
import { flyToFrance, home, zoomBy } from './map.mjs';
import { overseasStrip } from './overseas.mjs';
import { AREAS, displayOf, go, isMoney, onChange, state, VALUES, VIEWS } from './state.mjs';

const stage = document.querySelector('.stage');

const wordsOf = (names, prefix) => names.map((name) => [name, text(`${prefix}${name}`)]);

function segments(name, label, options, choose) {
    return el('div', { class: 'segments', role: 'radiogroup', 'aria-label': label, 'data-state': name },
        options.map(([value, words]) => el('label', {},
            el('input', { type: 'radio', name: `map-${name}`, value, onchange: () => choose(value) }),
            el('span', {}, words))));
}

function menu(name, label, options, choose) {
    const select = el('select', { 'aria-label': label, 'data-state': name,
        onchange: () => choose(select.value) },
    options.map(([value, words]) => el('option', { value }, words)));
    return el('span', { class: 'menu' }, select);
}

/** Chooses a side, and goes where it is. */
function showSide(chosen) {
    go(chosen);
    if (displayOf().side === 'french') flyToFrance({ ifSmall: true });
}

const hasPeople = (areas) => areas !== 'admin1'; // no source counts those of first-level units

/** What can be counted here: money of the natures that the edition has, and of the one that the
 *  address asks for, whose legend says that there is none. */
const valuesOf = (natures) => VALUES.filter((value) =>
    !isMoney(value) || natures.includes(value) || value === state().value);

function chooseAreas(areas) {
    const lost = state().value === 'per_million' && !hasPeople(areas);
    showSide(lost ? { areas, value: 'n' } : { areas });
}

/** Views as a row of buttons, and as a menu where the map is narrow; what one view alone asks. */
function bar(natures) {
    const views = wordsOf(VIEWS, 'map.');
    const chooseView = (view) => go({ view });
    const sides = segments('side', text('map.side'), wordsOf(['foreign', 'french'], 'map.side_'),
        (side) => showSide({ side }));
    const areas = menu('areas', text('map.areas'), wordsOf(Object.keys(AREAS), 'map.areas_'),
        chooseAreas);
    const values = menu('value', text('map.value'), wordsOf(valuesOf(natures), 'map.value_'),
        (value) => go({ value }));
    const perMillion = values.querySelector('[value=per_million]');
    const whole = el('div', { class: 'map-bar' },
        segments('view', text('map.view'), views, chooseView),
        menu('view', text('map.view'), views, chooseView), sides, areas, values);
    const follow = () => {
        const { view } = state();
        sides.hidden = view !== 'density' && view !== 'heat';
        areas.hidden = values.hidden = view !== 'choropleth';
        perMillion.disabled = !hasPeople(state().areas);
        perMillion.textContent = text(perMillion.disabled ? 'map.value_people_unknown' : 'map.value_per_million');
        for (const control of whole.querySelectorAll('[data-state]')) {
            const now = state()[control.dataset.state];
            if (control.localName === 'select') control.value = now;
            for (const input of control.querySelectorAll('input')) input.checked = input.value === now;
        }
    };
    onChange(follow);
    follow();
    return whole;
}

const tool = (label, drawing, act) =>
    el('button', { type: 'button', 'aria-label': label, title: label, onclick: act }, icon(drawing));

const tools = () => el('div', { class: 'map-tools' },
    tool(text('map.zoom_in'), 'M12 5v14M5 12h14', () => zoomBy(1)),
    tool(text('map.zoom_out'), 'M5 12h14', () => zoomBy(-1)),
    tool(text('map.world'),
        'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM3 12h18M12 3c5 5 5 13 0 18M12 3c-5 5-5 13 0 18', home),
    tool(text('map.france'), 'm12 3 3 3 5 1-1 6 1 5-5 2-5-1-4-3-3-7 5-2Z', () => flyToFrance()));

// Open where there is room for it; one click away on a phone.
const attribution = (sources) => el('details', { class: 'map-attribution',
    open: matchMedia('(min-width: 56rem)').matches },
el('summary', { 'aria-label': text('map.attribution') }, '©'),
el('p', {}, sources.map((source, i) => [i > 0 && ' · ',
    source.url
        ? el('a', { href: source.url, rel: 'noopener', title: source.text }, source.source)
        : el('span', { title: source.text }, source.source)])));

/** Puts the tools over the map, and the strip of overseas territories below it. */
export function startTools(data) {
    stage.querySelector('.map-room').append(bar(data.natures), tools(), emptyNote(), legendBox(), attribution(data.attribution));
    stage.append(overseasStrip());
}
