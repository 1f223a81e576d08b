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

const choice = (label, control) =>
    el('div', { class: 'choice' }, el('span', { class: 'choice-label', 'aria-hidden': 'true' }, label), control);

// What a control stands at, in words.
const wordsNow = (control) => (control.querySelector('option:checked') ?? control.querySelector('input:checked + span'))?.textContent;

/** The choices of one view alone: beside the views where there is room, else in a box that a button
 *  opens (map.css decides). Returns the button and the box, and what brings the button up to date. */
function folding(choices) {
    const now = el('span');
    const button = el('button', { type: 'button', class: 'map-fold', 'aria-expanded': 'false', 'aria-controls': 'map-choices',
        onclick: () => open(button.ariaExpanded !== 'true') },
    el('span', { class: 'visually-hidden' }, `${text('map.choices')} `), now);
    const box = el('div', { class: 'map-choices', id: 'map-choices' }, choices);
    const open = (wanted) => { button.ariaExpanded = String(wanted); };
    const isOutside = ({ target }) => !box.contains(target) && !button.contains(target);
    for (const kind of ['pointerdown', 'focusin'])
        document.addEventListener(kind, (event) => isOutside(event) && open(false));
    box.addEventListener('keydown', ({ key }) => {
        if (key !== 'Escape' || button.ariaExpanded !== 'true') return;
        open(false);
        button.focus();
    });
    const follow = () => {
        const shown = choices.filter(({ hidden }) => !hidden);
        button.hidden = shown.length === 0;
        now.textContent = shown.map(wordsNow).join(' · ');
    };
    return { parts: [button, box], follow };
}

/** Views as a row of buttons, and as a menu where the map is narrow; what one view alone asks. */
function bar(natures) {
    const views = wordsOf(VIEWS, 'map.');
    const chooseView = (view) => go({ view });
    const sides = choice(text('map.side'), segments('side', text('map.side'),
        wordsOf(['foreign', 'french'], 'map.side_'), (side) => showSide({ side })));
    const areas = choice(text('map.areas'), menu('areas', text('map.areas'),
        wordsOf(Object.keys(AREAS), 'map.areas_'), chooseAreas));
    const values = choice(text('map.value'), menu('value', text('map.value'),
        wordsOf(valuesOf(natures), 'map.value_'), (value) => go({ value })));
    const perMillion = values.querySelector('[value=per_million]');
    const folded = folding([sides, areas, values]);
    const whole = el('div', { class: 'map-bar' },
        segments('view', text('map.view'), views, chooseView),
        menu('view', text('map.view'), views, chooseView), folded.parts);
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
        folded.follow();
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

/** In a frame the map takes what its head leaves of the height, however many lines that has. */
function fitFrame() {
    const above = () => document.documentElement.style.setProperty('--above', `${stage.offsetTop}px`);
    const heads = new ResizeObserver(above);
    for (const head of document.querySelectorAll('.embed-header, .made, .counter')) heads.observe(head);
}

/** Puts the tools over the map, and the strip of overseas territories below it. */
export function startTools(data) {
    stage.querySelector('.map-room').append(bar(data.natures), tools(), emptyNote(), legendBox(), attribution(data.attribution));
    stage.append(overseasStrip());
    if (document.body.classList.contains('embed')) fitFrame();
}
