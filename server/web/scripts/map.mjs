// The map: tiles of this server under the filter of the page; it shows, it points, it opens. Without
// WebGL the server's pictures take its place.
import { asset } from './assets.mjs';
import { byId, el } from './dom.mjs';
import { lang, text } from './i18n.mjs';
import { legendZoom, onLegend } from './legend.mjs';
import { startPicture } from './picture.mjs';
import { startPointing } from './pointing.mjs';
import { boundsOf, onRecord } from './record_lines.mjs';
import { displayOf, filterQuery, FINEST, isLarge, look, natureQuery, onChange, propertyOf, scaleQuery, state } from './state.mjs';
import { address, json } from './server.mjs';
import { FLOWS_SHOWN, labelPaint, LAYERS, legendPaint, mapStyle } from './style.mjs';

const HOME = { zoom: 1.35, lat: 22, lon: 10 };
const LOW = 340; // pixels of height
const LOW_LAT = 34;
const WORLD = 512; // pixels of width at zoom 0
const FRANCE = { zoom: 4.6, lat: 46.6, lon: 2.4 };
const FRANCE_FROM_ZOOM = 3.5; // below which France is too small to compare its parts
const FILTERED = ['links', 'places', 'flows', 'hubs', 'density', 'heat', 'choropleth'];
const RECORD_MAX_ZOOM = 7;
let map = null; // MapLibre's
let still = null; // the picture's, in its place
let version = '';
let hot = null; // the partnership that is pointed at
let record = null; // features of the open one
let legend = null;
let waiting = false; // for a server that is away

function tilesOf(source) {
    const tileset = source === 'hubs' ? 'places' : source;
    const { side, level } = displayOf();
    const own = tileset === state().view;
    const parts = tileset === 'base' ? [] : [
        filterQuery(),
        // Beside single links the dots are their own ends at every zoom, not the levels of flows.
        source === 'places' && !(isLarge && state().view !== 'links') && `level=${FINEST}`,
        own && side && `side=${side}`,
        own && level && source !== 'places' && `level=${level}`,
        ...(own ? natureQuery() : []),
        tileset === 'flows' && `top=${FLOWS_SHOWN}`,
        ...(own && tileset === 'heat' ? scaleQuery() : []),
        tileset === 'heat' && matchMedia('(prefers-color-scheme: dark)').matches && 'colours=dark',
    ];
    const query = [...parts, `lang=${lang}`, `v=${version}`].filter(Boolean).join('&');
    const ending = tileset === 'heat' ? '@2x.png' : '.mvt';
    return `${location.origin}${address(`/tiles/${tileset}/{z}/{x}/{y}${ending}`)}?${query}`;
}

function reload(sources = FILTERED) {
    for (const source of sources) {
        const address = tilesOf(source);
        const there = map.getSource(source);
        if (there && there.tiles[0] !== address) there.setTiles([address]);
    }
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

function showView(view) {
    for (const [name, layers] of Object.entries(LAYERS))
        for (const layer of layers)
            map.setLayoutProperty(layer, 'visibility', name === view ? 'visible' : 'none');
    for (const [property, value] of labelPaint(view)) map.setPaintProperty('labels', property, value);
}

function paintLegend() {
    if (!legend || !map.getLayer('density')) return;
    for (const [layer, property, value] of legendPaint(legend, propertyOf(state().value)))
        map.setPaintProperty(layer, property, value);
}

function follow(now, before) {
    reload();
    if (now.view !== before.view) showView(now.view);
    if (now.at && now.at !== before.at && !sameView(now.at)) fly(now.at);
}

// The address's view is the map's own, but after a step of the browser's history.
function sameView({ zoom, lat, lon }) {
    const center = map.getCenter().wrap();
    return Math.abs(map.getZoom() - zoom) < 0.01 && Math.abs(center.lat - lat) < 0.001 &&
        Math.abs(center.lng - lon) < 0.001;
}

function canDraw() {
    try {
        return Boolean(document.createElement('canvas').getContext('webgl2'));
    } catch {
        return false;
    }
}

const isStill = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

/** Moves the view: {zoom, lat, lon}. */
export function fly({ zoom, lat, lon }) {
    if (still) still.fly({ zoom, lat, lon });
    else map?.[isStill() ? 'jumpTo' : 'flyTo']({ center: [lon, lat], zoom });
}

// The whole inhabited world in the stage's width, whatever that is; in a low frame the north of it,
// where France would else lie under the menus.
function world() {
    const { clientWidth: width, clientHeight: height } = byId('map');
    const zoom = Math.max(0.2, HOME.zoom + room());
    if (!height || height >= LOW) return { ...HOME, zoom };
    return { ...HOME, lat: LOW_LAT, zoom: Math.min(zoom, Math.max(0.2, Math.log2(width / WORLD))) };
}

export const home = () => fly(world());

/** Moves to France, or only if the map shows so much that France is a speck: {ifSmall: true}. */
export function flyToFrance({ ifSmall = false } = {}) {
    const zoom = state().at?.zoom ?? map?.getZoom() ?? 0;
    if (!ifSmall || zoom < FRANCE_FROM_ZOOM) fly({ ...FRANCE, zoom: FRANCE.zoom + Math.min(0, room()) });
}
export const zoomBy = (steps) => (still ? still.zoomBy(steps) : map?.easeTo({ zoom: map.getZoom() + steps }));

const room = () => Math.log2((byId('map').clientWidth || 800) / 900);

// France where its own territories are the matter; else the world.
function startView() {
    if (displayOf().side === 'french') return { ...FRANCE, zoom: FRANCE.zoom + Math.min(0, room()) };
    return world();
}

/** Shows the record's links, and moves there where a part of them is out of sight. */
function showRecord(features, facts) {
    record = features;
    map?.getSource('open')?.setData(features);
    const bounds = boundsOf(features);
    if (!facts || !bounds) return;
    if (still) {
        still.fit(bounds);
        return;
    }
    const seen = map.getBounds();
    const inSight = seen.contains([bounds[0], bounds[1]]) && seen.contains([bounds[2], bounds[3]]);
    const span = Math.max(bounds[2] - bounds[0], bounds[3] - bounds[1]);
    const large = span > (seen.getEast() - seen.getWest()) / 12;
    if (inSight && large) return;
    const { clientWidth, clientHeight } = byId('map');
    const padding = Math.min(80, clientWidth / 6, clientHeight / 6);
    const legendWidth = clientWidth > 700 ? document.querySelector('.legend').offsetWidth : 0;
    map.fitBounds(bounds, {
        padding: { top: padding, right: padding, bottom: padding, left: padding + legendWidth },
        maxZoom: RECORD_MAX_ZOOM, animate: !isStill(),
    });
}

// Tiles that fail say that the server is away: ask until it is there, then load them anew.
async function onError({ error, sourceId }) {
    const away = !error?.status || error.status >= 500;
    if (!sourceId || !away || waiting) return;
    waiting = true;
    try {
        if (await json('health', '/healthz')) {
            const { sources } = mapStyle(tilesOf, state().view);
            for (const source of ['base', ...FILTERED])
                map.getSource(source)?.setTiles(sources[source].tiles);
        }
    } finally {
        waiting = false;
    }
}

function newMap(maplibre) {
    const at = state().at ?? startView();
    return new maplibre.Map({
        container: 'map',
        style: mapStyle(tilesOf, state().view),
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
}

// A canvas of WebGL prints blank: what it shows is copied into a picture for the paper.
function printable() {
    const paper = byId('map').appendChild(el('img', { class: 'print-map', alt: text('map.label') }));
    paper.hidden = true;
    addEventListener('beforeprint', () => {
        map.redraw();
        paper.src = map.getCanvas().toDataURL();
        paper.hidden = false;
    });
    addEventListener('afterprint', () => { paper.hidden = true; });
}

function connect() {
    printable();
    map.touchZoomRotate.disableRotation();
    map.keyboard.disableRotation();
    startPointing(map, markLinks);
    map.on('zoomend', () => legendZoom(map.getZoom()));
    map.on('moveend', () => {
        const { lng, lat } = map.getCenter().wrap();
        look({ zoom: map.getZoom(), lat, lon: lng });
    });
    map.on('error', onError);
    map.on('style.load', () => {
        paintLegend();
        if (record) map.getSource('open').setData(record);
    });
    onLegend((made) => {
        legend = made;
        paintLegend();
    });
    onChange(follow);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () =>
        map.setStyle(mapStyle(tilesOf, state().view)));
}

/** Starts the map, or without WebGL the pictures; null then. */
export async function startMap(data) {
    ({ version } = data);
    if (canDraw()) {
        // Filters and list do not wait for the library to be read.
        const maplibre = await import(asset('maplibre-gl.mjs'));
        maplibre.setWorkerUrl(new URL(asset('maplibre-gl-worker.mjs'), import.meta.url).href);
        await document.fonts.load('16px "Source Sans"').catch(() => {});
        map = newMap(maplibre);
        connect();
        legendZoom(map.getZoom());
    } else {
        still = startPicture(startView());
        byId('map').parentElement.classList.add('is-still');
    }
    onRecord(showRecord);
    return map;
}
