// The map's style, in the colours of the page's variables, so that light, dark and an operator's own
// colours hold for both.
import { isLarge } from './state.mjs';

const SPOT_LEAST = 2.5; // pixels, of the smallest place
const spotMost = (most) => Math.min(16, 3 + 2 * Math.sqrt(most));

/** Radius of a place with n links where the heaviest has most, as the map draws it. */
export const spotSize = (n, most) => SPOT_LEAST + (spotMost(most) - SPOT_LEAST) * Math.sqrt(n / most);

/** Grouped links that the map shows: the heaviest so many. */
export const FLOWS_SHOWN = 300;

export const colour = (name) =>
    getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

// On very large screens the page's type grows (base.css), and what is written and drawn on the map
// with it.
const grown = () => Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;

const font = ['Source Sans'];
const when = (shown, view) => (view === shown ? 'visible' : 'none');

/** Water, land and borders. */
export const baseLayers = () => [
    { id: 'water', type: 'background', paint: { 'background-color': colour('water') } },
    {
        id: 'land', type: 'fill', source: 'base', 'source-layer': 'land',
        paint: { 'fill-color': colour('land'), 'fill-antialias': true },
    },
    {
        id: 'admin-borders', type: 'line', source: 'base', 'source-layer': 'borders',
        filter: ['in', ['get', 'kind'], ['literal', ['region', 'departement']]],
        paint: { 'line-color': colour('border'), 'line-width': 0.7, 'line-opacity': 0.8 },
    },
    {
        id: 'borders', type: 'line', source: 'base', 'source-layer': 'borders',
        filter: ['==', ['get', 'kind'], 'border'],
        paint: {
            'line-color': colour('border'),
            'line-width': ['interpolate', ['linear'], ['zoom'], 1, 0.7, 6, 1.5],
        },
    },
    {
        id: 'disputed-borders', type: 'line', source: 'base', 'source-layer': 'borders',
        filter: ['==', ['get', 'kind'], 'disputed'],
        paint: {
            'line-color': colour('border'), 'line-width': 1, 'line-dasharray': [2, 2],
        },
    },
];

/** Names stand out from colours below them: [property, value] of the layer `labels`. */
export const labelPaint = (view) => [
    ['text-color', colour(['density', 'heat', 'choropleth'].includes(view) ? 'ink' : 'place-label')],
];

/** Names of countries. */
export const labelLayer = (view) => ({
    id: 'labels', type: 'symbol', source: 'base', 'source-layer': 'labels', minzoom: 2.2,
    layout: {
        'text-field': ['get', 'name'],
        'text-font': font,
        'text-size': ['interpolate', ['linear'], ['zoom'], 2, 10.5 * grown(), 6, 15 * grown()],
        'text-max-width': 7,
        'text-letter-spacing': 0.03,
        'text-padding': 6,
    },
    paint: {
        ...Object.fromEntries(labelPaint(view)),
        'text-halo-color': colour('halo'),
        'text-halo-width': 1.5,
    },
});

// Classes of the server's legend as colours by a property; before the legend is there, nothing.
function classColour(legend, property) {
    if (!legend?.classes?.length) return 'rgba(0, 0, 0, 0)';
    const value = ['get', property];
    const steps = ['step', value, legend.classes[0].colour];
    for (const { from, colour: chosen } of legend.classes.slice(1)) steps.push(from, chosen);
    return ['case', ['!', ['has', property]], legend.unknown.colour,
        ['==', value, 0], legend.zero.colour, steps];
}

const densityLayers = (view) => [
    {
        id: 'density', type: 'fill', source: 'density', 'source-layer': 'density',
        layout: { visibility: when('density', view) },
        paint: { 'fill-color': classColour(null) },
    },
    {
        id: 'density-edge', type: 'line', source: 'density', 'source-layer': 'density',
        layout: { visibility: when('density', view) },
        paint: { 'line-color': colour('land'), 'line-width': 0.7, 'line-opacity': 0.7 },
    },
];

const choroplethLayers = (view) => [
    {
        id: 'choropleth', type: 'fill', source: 'choropleth', 'source-layer': 'choropleth',
        layout: { visibility: when('choropleth', view) },
        paint: { 'fill-color': classColour(null) },
    },
    {
        id: 'choropleth-edge', type: 'line', source: 'choropleth', 'source-layer': 'choropleth',
        layout: { visibility: when('choropleth', view) },
        paint: { 'line-color': colour('land'), 'line-width': 0.6 },
    },
];

const heatLayer = (view) => ({
    id: 'heat', type: 'raster', source: 'heat',
    layout: { visibility: when('heat', view) },
    paint: { 'raster-fade-duration': 0, 'raster-opacity': 0.9 },
});

const nothing = ['==', ['get', 'partnership'], -1];

const linkLayers = (view) => {
    const layer = (id, filter, paint) => ({
        id, type: 'line', source: 'links', 'source-layer': 'links',
        layout: { 'line-cap': 'round', 'line-join': 'round', visibility: when('links', view) },
        filter,
        paint,
    });
    return [
        layer('links', ['all'], {
            'line-color': colour('link'),
            'line-opacity': ['interpolate', ['linear'], ['zoom'], 1, 0.3, 4, 0.42, 8, 0.6],
            'line-width': ['interpolate', ['linear'], ['zoom'],
                0, 0.8 * grown(), 4, 1.3 * grown(), 8, 2.2 * grown()],
        }),
        layer('links-hot', ['all'], {
            'line-color': colour('accent'),
            'line-width': 3,
            'line-opacity': ['case', ['boolean', ['feature-state', 'hot'], false], 1, 0],
        }),
    ];
};

// 0 to 1: the root of the share of the heaviest, so that width, area and eye agree with the legend.
const shareOf = (most) => ['min', 1, ['sqrt', ['/', ['get', 'n'], Math.max(1, most)]]];
const byShare = (most, least, greatest) =>
    ['interpolate', ['linear'], shareOf(most), 0, least, 1, greatest];

const FLOW_LEAST = 1; // pixels, of the lightest flow
// Where the heaviest has few links it is narrower: one link is never as wide as hundreds elsewhere.
const flowMost = (most) => Math.min(8, 2.6 + 0.7 * Math.sqrt(most));

/** Width of a flow of n links where the heaviest has most, as the map draws it. */
export const flowSize = (n, most) => FLOW_LEAST + (flowMost(most) - FLOW_LEAST) * Math.sqrt(n / most);

const flowWidth = (most) => byShare(most, FLOW_LEAST * grown(), flowMost(most) * grown());
const hotWidth = (most) => byShare(most, 3, flowMost(most) + 2);
const flowColour = (most) => ['interpolate', ['linear'], shareOf(most),
    0, colour('ramp-3'), 0.5, colour('ramp-5'), 1, colour('ramp-6')];

const flowLayers = (view) => [
    {
        id: 'flows', type: 'line', source: 'flows', 'source-layer': 'flows',
        layout: {
            'line-cap': 'round', 'line-join': 'round', visibility: when('flows', view),
            'line-sort-key': ['get', 'n'],
        },
        paint: {
            'line-color': flowColour(1),
            'line-opacity': ['interpolate', ['linear'], ['sqrt', ['get', 'n']], 1, 0.45, 6, 0.8],
            'line-width': flowWidth(1),
        },
    },
    {
        id: 'flows-hot', type: 'line', source: 'flows', 'source-layer': 'flows',
        layout: { 'line-cap': 'round', visibility: when('flows', view) },
        filter: ['==', ['get', 'flow_id'], ''],
        paint: { 'line-color': colour('accent'), 'line-width': hotWidth(1) },
    },
];

/** From which zoom tiles hold the parties themselves; below, whole countries and first-level units. */
export const PARTIES_FROM_ZOOM = 7;

// An end that is known to the country only is an empty ring.
const unlessCountry = (usual, country) =>
    ['match', ['get', 'precision'], 'country', country, usual];
// Where a dot may stand for many, it says nothing of how well one is known.
const unlessLoneCountry = (usual, country) => (isLarge
    ? ['step', ['zoom'], usual, PARTIES_FROM_ZOOM, unlessCountry(usual, country)]
    : unlessCountry(usual, country));

// The ends beside links and flows: small, for the lines are the matter.
const endRadius = () => ['interpolate', ['linear'], ['zoom'],
    0, ['interpolate', ['linear'], ['sqrt', ['get', 'n']], 1, 1.8 * grown(), 10, 4 * grown()],
    6, ['interpolate', ['linear'], ['sqrt', ['get', 'n']], 1, 4 * grown(), 10, 12 * grown()]];
// Places as a view of their own: sized by what the legend says.
const spotRadius = (most) => byShare(most, SPOT_LEAST * grown(), spotMost(most) * grown());

function placeLayer(id, source, side, shown, view, radius, rings) {
    const name = side;
    return {
        id: `${id}-${side}`, type: 'circle', source, 'source-layer': 'places',
        layout: { visibility: when(shown, view), 'circle-sort-key': ['-', 0, ['get', 'n']] },
        filter: ['==', ['get', 'side'], side],
        paint: {
            'circle-color': rings ? rings(colour(name), colour('halo')) : colour(name),
            'circle-radius': radius,
            'circle-stroke-color': rings ? rings(colour('halo'), colour(name)) : colour('halo'),
            'circle-stroke-width': rings ? rings(1, 1.6) : 1,
            'circle-opacity': id === 'spots' ? 0.85 : 0.95,
        },
    };
}

const placeLayers = (id, source, shown, view, radius, rings) => ['foreign', 'french']
    .map((side) => placeLayer(id, source, side, shown, view, radius, rings));

// Unseen: what a click on a hexagon finds.
const placesUnder = (view) => ({
    id: 'places-under', type: 'circle', source: 'places', 'source-layer': 'places',
    layout: { visibility: when('density', view) },
    paint: { 'circle-radius': 1, 'circle-opacity': 0 },
});

const placeLabels = (id, source, shown, view) => ({
    id: `${id}-labels`, type: 'symbol', source, 'source-layer': 'places', minzoom: 4,
    layout: {
        visibility: when(shown, view),
        'text-field': ['get', 'name'],
        'text-font': font,
        'text-size': 12.5 * grown(),
        'text-variable-anchor': ['left', 'right', 'top', 'bottom'],
        'text-radial-offset': 0.7,
        'text-max-width': 9,
        'symbol-sort-key': ['-', 0, ['get', 'n']],
    },
    paint: {
        'text-color': ['match', ['get', 'side'], 'french', colour('french'), colour('foreign')],
        'text-halo-color': colour('halo'),
        'text-halo-width': 1.5,
    },
});

// The open record, over every view.
const openLayers = () => {
    const line = ['==', ['geometry-type'], 'LineString'];
    const layer = (id, paint) => ({ id, type: 'line', source: 'open', filter: line,
        layout: { 'line-cap': 'round', 'line-join': 'round' }, paint });
    return [
        layer('open-casing', { 'line-color': colour('halo'), 'line-width': 7, 'line-opacity': 0.9 }),
        layer('open-line', { 'line-color': colour('accent'), 'line-width': 3.5 }),
        {
            id: 'open-ends', type: 'circle', source: 'open',
            filter: ['==', ['geometry-type'], 'Point'],
            paint: {
                'circle-radius': 6.5,
                'circle-color': unlessCountry(
                    ['match', ['get', 'side'], 'french', colour('french'), colour('foreign')], colour('halo')),
                'circle-stroke-width': 2.5,
                'circle-stroke-color': unlessCountry(colour('halo'), colour('foreign')),
            },
        },
    ];
};

/** A MapLibre style. tiles(source) gives the tile address of a source under today's filter; hubs are
 *  the places at the levels of the flows, spots those of the places' own view. */
export function mapStyle(tiles, view) {
    const source = (tileset, maxzoom) =>
        ({ type: 'vector', tiles: [tiles(tileset)], minzoom: 0, maxzoom });
    return {
        version: 8,
        sources: {
            base: source('base', 6),
            links: source('links', 10),
            places: source('places', 10),
            flows: source('flows', 10),
            hubs: source('hubs', 10),
            density: source('density', 8),
            choropleth: source('choropleth', 8),
            heat: { type: 'raster', tiles: [tiles('heat')], minzoom: 0, maxzoom: 10, tileSize: 512 },
            open: { type: 'geojson', data: { type: 'FeatureCollection', features: [] } },
        },
        layers: [
            ...baseLayers(),
            ...choroplethLayers(view),
            heatLayer(view),
            ...densityLayers(view),
            ...flowLayers(view),
            ...linkLayers(view),
            ...placeLayers('hubs', 'hubs', 'flows', view, endRadius(), null),
            ...placeLayers('places', 'places', 'links', view, endRadius(), unlessCountry),
            ...placeLayers('spots', 'places', 'places', view, spotRadius(1), unlessLoneCountry),
            placesUnder(view),
            ...openLayers(),
            labelLayer(view),
            placeLabels('hubs', 'hubs', 'flows', view),
            placeLabels('places', 'places', 'links', view),
            placeLabels('spots', 'places', 'places', view),
        ],
    };
}

/** The layers of each view. */
export const LAYERS = {
    links: ['links', 'links-hot', 'places-foreign', 'places-french', 'places-labels'],
    flows: ['flows', 'flows-hot', 'hubs-foreign', 'hubs-french', 'hubs-labels'],
    places: ['spots-foreign', 'spots-french', 'spots-labels'],
    density: ['density', 'density-edge', 'places-under'],
    heat: ['heat'],
    choropleth: ['choropleth', 'choropleth-edge'],
};

/** What the server's legend decides: [layer, property, value], to set on the map. */
export function legendPaint(legend, property) {
    const most = legend.n_most ?? 1;
    switch (legend.tileset) {
    case 'flows':
        return [['flows', 'line-width', flowWidth(most)], ['flows', 'line-color', flowColour(most)],
            ['flows-hot', 'line-width', hotWidth(most)]];
    case 'places':
        return ['french', 'foreign'].map((side) => [`spots-${side}`, 'circle-radius', spotRadius(most)]);
    case 'density':
        return [['density', 'fill-color', classColour(legend, 'n')]];
    case 'choropleth':
        return [['choropleth', 'fill-color', classColour(legend, property)]];
    default:
        return [];
    }
}
