// The map: tiles of this server under the filter of the page; it shows, it points, it opens.
import * as maplibre from './maplibre-gl.mjs';
import { asset } from './assets.mjs';
import { byId, el } from './dom.mjs';
import { lang, text } from './i18n.mjs';
import { nameValue } from './filters.mjs';
import { showChoices, hideChoices } from './choices.mjs';
import { filterQuery, go, look, onChange, state } from './state.mjs';
import { address } from './server.mjs';
import { FLOWS_SHOWN, LAYERS, mapStyle } from './style.mjs';

const HOME = { zoom: 1.35, lat: 22, lon: 10 };
const REACH = 6; // pixels around the pointer that still hit a line
const listeners = new Set();
let map = null;
let hint = null;
let hot = null; // the partnership that is pointed at

/** Calls listener(id or null) while a link is pointed at. */
export const onPointLink = (listener) => listeners.add(listener);

function tilesOf(source, version) {
    const tileset = source === 'hubs' ? 'places' : source;
    const query = tileset === 'base' ? '' : filterQuery();
    // Beside single links the dots are their own ends at every zoom, not the levels of flows.
    const level = source === 'places' ? 'level=commune-place' : '';
    const side = tileset === 'density' && state().side === 'french' ? 'side=french' : '';
    const top = tileset === 'flows' ? `top=${FLOWS_SHOWN}` : '';
    const parts = [query, level, side, top, `lang=${lang}`, `v=${version}`].filter(Boolean).join('&');
    return `${location.origin}${address(`/tiles/${tileset}/{z}/{x}/{y}.mvt`)}?${parts}`;
}

const around = ({ x, y }) => [[x - REACH, y - REACH], [x + REACH, y + REACH]];

/** The partnerships whose links lie at a point of the screen, each once. */
function partnershipsAt(point) {
    const found = new Map();
    for (const feature of map.queryRenderedFeatures(around(point), { layers: ['links'] }))
        found.set(feature.properties.partnership, feature.properties);
    return [...found.values()];
}

function showHint(point, content) {
    hint ??= byId('map').appendChild(el('div', { class: 'hint' }));
    hint.hidden = content.length === 0;
    if (hint.hidden) return;
    hint.replaceChildren(...content.map((line, i) => el('div', { class: i ? 'quiet' : '' }, line)));
    const { clientWidth, clientHeight } = byId('map');
    hint.style.left = `${Math.min(point.x + 14, clientWidth - hint.offsetWidth - 8)}px`;
    hint.style.top = `${Math.min(point.y + 14, clientHeight - hint.offsetHeight - 8)}px`;
}

const pointers = {
    links(point) {
        const found = partnershipsAt(point);
        const [link] = found;
        const alone = found.length === 1 ? link.partnership : null;
        markLinks(alone);
        for (const listener of listeners) listener(alone);
        if (found.length > 1) return [text('map.choose', { n: found.length })];
        return link ? [link.title, `${link.french_name} – ${link.foreign_name}`] : [];
    },
    flows(point) {
        const flow = flowAt(point);
        map.setFilter('flows-hot', ['==', ['get', 'flow_id'], flow?.flow_id ?? '']);
        return flow ? [`${flow.from_name} – ${flow.to_name}`, text('map.hexagon', flow)] : [];
    },
    density(point) {
        const [hexagon] = map.queryRenderedFeatures(point, { layers: ['density'] });
        return hexagon ? [text('map.hexagon', hexagon.properties)] : [];
    },
};

function pointAt(event) {
    const words = pointers[state().view](event.point);
    map.getCanvas().style.cursor = words.length > 0 ? 'pointer' : '';
    showHint(event.point, words);
}

/** The heaviest flow at a point of the screen. */
function flowAt(point) {
    return map.queryRenderedFeatures(around(point), { layers: ['flows'] })
        .map((feature) => feature.properties).sort((one, other) => other.n - one.n)[0];
}

const clicks = {
    links({ point }) {
        const found = partnershipsAt(point);
        if (found.length === 1) go({ open: String(found[0].partnership) });
        if (found.length > 1) showChoices(point, found);
    },
    // A flow's links become the selection; the mainland as a whole is no filter.
    flows({ point }) {
        const flow = flowAt(point);
        if (!flow) return;
        const filter = { ...state().filter };
        if (flow.from_code !== 'country:FR') filter.french = [flow.from_code];
        if (flow.to_code.startsWith('country:')) filter.country = [flow.to_code.slice(8)];
        else filter.partner = [flow.to_code];
        nameValue('french', flow.from_code, flow.from_name);
        nameValue('partner', flow.to_code, flow.to_name);
        go({ filter, page: 1, open: null });
    },
    density({ point, lngLat }) {
        const [hexagon] = map.queryRenderedFeatures(point, { layers: ['density'] });
        if (hexagon) map.easeTo({ center: lngLat, zoom: map.getZoom() + 2 });
    },
};

function clickAt(event) {
    hideChoices();
    clicks[state().view](event);
}

function markOpen(id) {
    for (const layer of ['links-open', 'links-open-casing'])
        if (map.getLayer(layer))
            map.setFilter(layer, ['==', ['get', 'partnership'], id === null ? -1 : Number(id)]);
}

/** Sets one partnership's links apart while it is pointed at; null: none. A feature's state is
 *  changed, for that draws anew without reading the tiles anew. */
export function markLinks(id) {
    if (!map?.getSource('links') || id === hot) return;
    hot = id;
    map.removeFeatureState({ source: 'links', sourceLayer: 'links' });
    if (id === null) return;
    const filter = ['==', ['get', 'partnership'], Number(id)];
    for (const link of map.querySourceFeatures('links', { sourceLayer: 'links', filter }))
        map.setFeatureState({ source: 'links', sourceLayer: 'links', id: link.id }, { hot: true });
}

function follow(now, before, version) {
    if (now.filter !== before.filter || now.side !== before.side) {
        hideChoices();
        for (const source of ['links', 'places', 'flows', 'hubs', 'density'])
            map.getSource(source)?.setTiles([tilesOf(source, version)]);
    }
    if (now.view !== before.view)
        for (const [view, layers] of Object.entries(LAYERS))
            for (const layer of layers)
                map.setLayoutProperty(layer, 'visibility', now.view === view ? 'visible' : 'none');
    if (now.open !== before.open) {
        markOpen(now.open);
    }
}

function canDraw() {
    try {
        return Boolean(document.createElement('canvas').getContext('webgl2'));
    } catch {
        return false;
    }
}

/** Moves the view: {zoom, lat, lon}. */
export function fly({ zoom, lat, lon }) {
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    map?.[still ? 'jumpTo' : 'flyTo']({ center: [lon, lat], zoom });
}

export const home = () => fly(startView());
export const zoomBy = (steps) => map?.easeTo({ zoom: map.getZoom() + steps });

// The whole inhabited world in the stage's width, whatever that is.
function startView() {
    const width = byId('map').clientWidth || 800;
    return { ...HOME, zoom: Math.max(0.2, HOME.zoom + Math.log2(width / 900)) };
}

/** Starts the map; without WebGL it says so and the list remains. */
export async function startMap({ version }) {
    if (!canDraw()) {
        byId('map').append(el('p', { class: 'map-message' }, text('map.no_webgl')));
        return null;
    }
    maplibre.setWorkerUrl(new URL(asset('maplibre-gl-worker.mjs'), import.meta.url).href);
    await document.fonts.load('16px "Source Sans"').catch(() => {});
    const at = state().at ?? startView();
    const tiles = (source) => tilesOf(source, version);
    map = new maplibre.Map({
        container: 'map',
        style: mapStyle(tiles, state().view),
        center: [at.lon, at.lat],
        zoom: at.zoom,
        minZoom: 0,
        maxZoom: 13,
        attributionControl: false,
        dragRotate: false,
        pitchWithRotate: false,
        fadeDuration: 100,
        locale: { 'Map.Title': text('map.label') },
    });
    map.touchZoomRotate.disableRotation();
    map.keyboard.disableRotation();
    map.on('mousemove', pointAt);
    map.on('mouseout', () => {
        showHint({}, []);
        markLinks(null);
    });
    map.on('movestart', hideChoices);
    map.on('click', clickAt);
    map.on('moveend', () => {
        const { lng, lat } = map.getCenter().wrap();
        look({ zoom: map.getZoom(), lat, lon: lng });
    });
    map.once('load', () => markOpen(state().open));
    onChange((now, before) => follow(now, before, version));
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
        map.setStyle(mapStyle(tiles, state().view));
        markOpen(state().open);
    });
    return map;
}
