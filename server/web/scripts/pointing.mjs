// What the pointer does on the map: a word of what lies under it, and on a click the record, or the
// list of its records.
import { hideChoices, showChoices, showPlace } from './choices.mjs';
import { byId, el } from './dom.mjs';
import { lang, text } from './i18n.mjs';
import { nameValue } from './filters.mjs';
import { go, isLarge, propertyOf, state } from './state.mjs';
import { PARTIES_FROM_ZOOM } from './style.mjs';

const REACH = 6; // pixels around the pointer that still hit a line
const MOST_PLACES = 60; // that one filter takes
const listeners = new Set();
let map = null;
let mark = null; // marks one partnership's links
let hint = null;

/** Calls listener(id or null) while a link is pointed at. */
export const onPointLink = (listener) => listeners.add(listener);

const around = ({ x, y }, reach = REACH) => [[x - reach, y - reach], [x + reach, y + reach]];
const under = (area, ...layers) => map.queryRenderedFeatures(area, { layers });

/** The partnerships whose links lie at a point of the screen, each once. */
function partnershipsAt(point) {
    const found = new Map();
    for (const { properties } of under(around(point), 'links')) found.set(properties.partnership, properties);
    return [...found.values()];
}

const heaviest = (features) =>
    features.map((feature) => feature.properties).sort((one, other) => other.n - one.n)[0];
const flowAt = (point) => heaviest(under(around(point), 'flows'));
const placeAt = (point) => heaviest(under(around(point, 3), 'spots-french', 'spots-foreign'));
const areaAt = (point) => under(point, 'choropleth')[0]?.properties;

const totals = (values) => text('map.totals', values);

function precisionNote({ precision, radius_km: radius }) {
    if (isLarge && map.getZoom() < PARTIES_FROM_ZOOM) return null; // it stands for many
    if (precision === 'country') return text('precision.country');
    if (precision === 'area') return radius >= 1 ? text('precision.area_radius', { radius: Math.round(radius) })
        : text('precision.area');
    return null;
}

/** The filter with one place more chosen; France as a whole is no filter. */
function filterOf(filter, side, code, name) {
    const chosen = { ...filter };
    if (code === 'country:FR') return chosen;
    const key = side === 'french' ? 'french' : code.startsWith('country:') ? 'country' : 'partner';
    const value = key === 'country' ? code.slice('country:'.length) : code;
    nameValue(key, value, name);
    chosen[key] = [value];
    return chosen;
}

function isInside([x, y], ring) {
    let inside = false;
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++)
        if (ring[i][1] > y !== ring[j][1] > y &&
            x < ((ring[j][0] - ring[i][0]) * (y - ring[i][1])) / (ring[j][1] - ring[i][1]) + ring[i][0])
            inside = !inside;
    return inside;
}

/** The places of one side in the hexagon at a point, heaviest first. */
function placesInHexagon(hexagon) {
    const pieces = map.querySourceFeatures('density', {
        sourceLayer: 'density', filter: ['==', ['get', 'cell'], hexagon.properties.cell],
    });
    const rings = pieces.flatMap(({ geometry: { type, coordinates } }) =>
        (type === 'Polygon' ? [coordinates[0]] : coordinates.map(([ring]) => ring)));
    const corners = rings.flat().map((corner) => map.project(corner));
    const [xs, ys] = [corners.map(({ x }) => x), corners.map(({ y }) => y)];
    const found = new Map();
    for (const { geometry, properties } of under(
        [[Math.min(...xs), Math.min(...ys)], [Math.max(...xs), Math.max(...ys)]], 'places-under'))
        if (properties.side === state().side && properties.precision !== 'country' &&
            rings.some((ring) => isInside(geometry.coordinates, ring)))
            found.set(properties.code, properties);
    return [...found.values()].sort((one, other) => other.n - one.n);
}

// What an area is said to hold beside its links and records, by the property that is coloured.
const MEASURES = {
    partners: (n) => text('map.partners', { n }),
    per_million: (rate) =>
        text('map.per_million', { rate: rate.toLocaleString(lang, { maximumFractionDigits: 1 }) }),
    amount_eur: (n) => text('map.euros', { n }),
};

const pointers = {
    links(point) {
        const found = partnershipsAt(point);
        const [link] = found;
        const alone = found.length === 1 ? link.partnership : null;
        mark(alone);
        for (const listener of listeners) listener(alone);
        if (found.length > 1) return [text('map.choose', { n: found.length })];
        return link ? [link.title, `${link.french_name} – ${link.foreign_name}`] : [];
    },
    flows(point) {
        const flow = flowAt(point);
        map.setFilter('flows-hot', ['==', ['get', 'flow_id'], flow?.flow_id ?? '']);
        return flow ? [`${flow.from_name} – ${flow.to_name}`, totals(flow)] : [];
    },
    places(point) {
        const place = placeAt(point);
        return place ? [place.name, totals(place), precisionNote(place)] : [];
    },
    density(point) {
        const [hexagon] = under(point, 'density');
        return hexagon ? [totals(hexagon.properties)] : [];
    },
    heat: () => [],
    choropleth(point) {
        const area = areaAt(point);
        if (!area) return [];
        const property = propertyOf(state().value);
        const say = Number.isFinite(area[property]) ? MEASURES[property] : null;
        return [area.name, totals(area), say && say(area[property])];
    },
};

const clicks = {
    links({ point }) {
        const found = partnershipsAt(point);
        if (found.length === 1) go({ open: String(found[0].partnership) });
        if (found.length > 1) showChoices(point, found);
    },
    flows({ point }) {
        const flow = flowAt(point);
        if (!flow) return;
        const french = filterOf(state().filter, 'french', flow.from_code, flow.from_name);
        showPlace(point, { heading: `${flow.from_name} – ${flow.to_name}`, note: totals(flow),
            filter: filterOf(french, 'foreign', flow.to_code, flow.to_name) });
    },
    places({ point }) {
        const place = placeAt(point);
        if (place)
            showPlace(point, { heading: place.name,
                note: [totals(place), precisionNote(place)].filter(Boolean).join(' ; '),
                filter: filterOf(state().filter, place.side, place.code, place.name) });
    },
    density({ point, lngLat }) {
        const [hexagon] = under(point, 'density');
        if (!hexagon) return;
        // Of a large edition the tiles of world zooms hold whole countries, not the places.
        const places = isLarge && map.getZoom() < PARTIES_FROM_ZOOM ? [] : placesInHexagon(hexagon);
        const key = state().side === 'french' ? 'french' : 'partner';
        if (places.length === 0 || places.length > MOST_PLACES) {
            map.easeTo({ center: lngLat, zoom: map.getZoom() + 2 });
            return;
        }
        for (const place of places) nameValue(key, place.code, place.name);
        showPlace(point, { heading: text('map.hexagon_of', { n: places.length }), note: totals(hexagon.properties),
            filter: { ...state().filter, [key]: places.map((place) => place.code).sort() } });
    },
    heat({ lngLat }) {
        map.easeTo({ center: lngLat, zoom: map.getZoom() + 2 });
    },
    choropleth({ point }) {
        const area = areaAt(point);
        if (!area || area.n + area.partnerships === 0) return;
        const side = /^(region|departement)$/.test(state().areas) ? 'french' : 'foreign';
        showPlace(point, { heading: area.name, note: totals(area),
            filter: filterOf(state().filter, side, area.code, area.name) });
    },
};

function showHint(point, content) {
    const lines = content.filter(Boolean);
    hint ??= byId('map').appendChild(el('div', { class: 'hint' }));
    hint.hidden = lines.length === 0;
    if (hint.hidden) return;
    hint.replaceChildren(...lines.map((line, i) => el('div', { class: i ? 'quiet' : '' }, line)));
    const { clientWidth, clientHeight } = byId('map');
    hint.style.left = `${Math.max(8, Math.min(point.x + 14, clientWidth - hint.offsetWidth - 8))}px`;
    hint.style.top = `${Math.max(8, Math.min(point.y + 14, clientHeight - hint.offsetHeight - 8))}px`;
}

/** Lets the pointer speak for a started map; markLinks(id or null) sets a partnership's links
 *  apart. */
export function startPointing(startedMap, markLinks) {
    map = startedMap;
    mark = markLinks;
    map.on('mousemove', ({ point }) => {
        const words = pointers[state().view](point);
        map.getCanvas().style.cursor = words.length > 0 ? 'pointer' : '';
        showHint(point, words);
    });
    map.on('mouseout', () => {
        showHint({}, []);
        mark(null);
    });
    map.on('movestart', () => {
        showHint({}, []);
        hideChoices();
    });
    map.on('click', (event) => {
        hideChoices();
        clicks[state().view](event);
    });
}
