// The map's style, in the colours of the page's variables, so that light, dark and an operator's own
// colours hold for both.

/** Bounds of the classes of links per hexagon; the legend shows the same. */
export const DENSITY_STEPS = [1, 2, 5, 10, 25, 60];

/** Grouped links that the map shows: the heaviest so many. */
export const FLOWS_SHOWN = 300;

export const colour = (name) =>
    getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

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

/** Names of countries. */
export const labelLayer = () => ({
    id: 'labels', type: 'symbol', source: 'base', 'source-layer': 'labels', minzoom: 2.2,
    layout: {
        'text-field': ['get', 'name'],
        'text-font': font,
        'text-size': ['interpolate', ['linear'], ['zoom'], 2, 10.5, 6, 15],
        'text-max-width': 7,
        'text-letter-spacing': 0.03,
        'text-padding': 6,
    },
    paint: {
        'text-color': colour('place-label'),
        'text-halo-color': colour('halo'),
        'text-halo-width': 1.4,
    },
});

const densityLayers = (view) => {
    const ramp = ['step', ['get', 'n'], colour('ramp-1')];
    DENSITY_STEPS.slice(1).forEach((bound, i) => ramp.push(bound, colour(`ramp-${i + 2}`)));
    return [
        {
            id: 'density', type: 'fill', source: 'density', 'source-layer': 'density',
            layout: { visibility: when('density', view) },
            paint: { 'fill-color': ramp, 'fill-opacity': 0.85 },
        },
        {
            id: 'density-edge', type: 'line', source: 'density', 'source-layer': 'density',
            layout: { visibility: when('density', view) },
            paint: { 'line-color': colour('land'), 'line-width': 0.7, 'line-opacity': 0.7 },
        },
    ];
};

const linkLayer = (id, view, filter, paint) => ({
    id, type: 'line', source: 'links', 'source-layer': 'links',
    layout: { 'line-cap': 'round', 'line-join': 'round', visibility: when('links', view) },
    filter,
    paint,
});

const nothing = ['==', ['get', 'partnership'], -1];

const linkLayers = (view) => [
    linkLayer('links', view, ['all'], {
        'line-color': colour('link'),
        'line-opacity': ['interpolate', ['linear'], ['zoom'], 1, 0.3, 4, 0.42, 8, 0.6],
        'line-width': ['interpolate', ['linear'], ['zoom'], 0, 0.8, 4, 1.3, 8, 2.2],
    }),
    linkLayer('links-open-casing', view, nothing, {
        'line-color': colour('halo'), 'line-width': 7, 'line-opacity': 0.9,
    }),
    linkLayer('links-open', view, nothing, { 'line-color': colour('foreign'), 'line-width': 3.5 }),
    linkLayer('links-hot', view, ['all'], {
        'line-color': colour('accent'),
        'line-width': 3,
        'line-opacity': ['case', ['boolean', ['feature-state', 'hot'], false], 1, 0],
    }),
];

// Wider for more links; what one territory's flows share stays readable.
const flowWidth = (most, least) => ['interpolate', ['linear'], ['sqrt', ['get', 'n']],
    1, least, 6, least + (most - least) * 0.4, 30, most];

const flowLayers = (view) => [
    {
        id: 'flows', type: 'line', source: 'flows', 'source-layer': 'flows',
        layout: {
            'line-cap': 'round', 'line-join': 'round', visibility: when('flows', view),
            'line-sort-key': ['get', 'n'],
        },
        paint: {
            'line-color': ['interpolate', ['linear'], ['sqrt', ['get', 'n']],
                1, colour('ramp-3'), 5, colour('ramp-5'), 15, colour('ramp-6')],
            'line-opacity': ['interpolate', ['linear'], ['sqrt', ['get', 'n']], 1, 0.45, 6, 0.8],
            'line-width': flowWidth(10, 1),
        },
    },
    {
        id: 'flows-hot', type: 'line', source: 'flows', 'source-layer': 'flows',
        layout: { 'line-cap': 'round', visibility: when('flows', view) },
        filter: ['==', ['get', 'flow_id'], ''],
        paint: { 'line-color': colour('accent'), 'line-width': flowWidth(12, 3) },
    },
];

// An end that is known to the country only is an empty ring.
const unlessCountry = (usual, country) =>
    ['match', ['get', 'precision'], 'country', country, usual];

const placeLayer = (source, side, view, name) => ({
    id: `${source}-${side}`, type: 'circle', source, 'source-layer': 'places',
    layout: { visibility: when(source === 'hubs' ? 'flows' : 'links', view) },
    filter: ['==', ['get', 'side'], side],
    paint: {
        'circle-color': source === 'hubs' ? colour(name) : unlessCountry(colour(name), colour('halo')),
        'circle-radius': ['interpolate', ['linear'], ['zoom'],
            0, ['interpolate', ['linear'], ['sqrt', ['get', 'n']], 1, 1.8, 10, 4],
            6, ['interpolate', ['linear'], ['sqrt', ['get', 'n']], 1, 4, 10, 12]],
        'circle-stroke-color':
            source === 'hubs' ? colour('halo') : unlessCountry(colour('halo'), colour(name)),
        'circle-stroke-width': unlessCountry(1, 1.6),
        'circle-opacity': 0.95,
    },
});

const placeLabels = (source, view) => ({
    id: `${source}-labels`, type: 'symbol', source, 'source-layer': 'places', minzoom: 4,
    layout: {
        visibility: when(source === 'hubs' ? 'flows' : 'links', view),
        'text-field': ['get', 'name'],
        'text-font': font,
        'text-size': 12.5,
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

/** A MapLibre style. tiles(source) gives the tile address of a source under today's filter; hubs are
 *  the places at the levels of the flows. */
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
        },
        layers: [
            ...baseLayers(),
            ...densityLayers(view),
            ...flowLayers(view),
            ...linkLayers(view),
            placeLayer('hubs', 'foreign', view, 'foreign'),
            placeLayer('hubs', 'french', view, 'french'),
            placeLayer('places', 'foreign', view, 'foreign'),
            placeLayer('places', 'french', view, 'french'),
            labelLayer(),
            placeLabels('hubs', view),
            placeLabels('places', view),
        ],
    };
}

/** The layers of each view. */
export const LAYERS = {
    links: ['links', 'links-open-casing', 'links-open', 'links-hot', 'places-foreign',
        'places-french', 'places-labels'],
    flows: ['flows', 'flows-hot', 'hubs-foreign', 'hubs-french', 'hubs-labels'],
    density: ['density', 'density-edge'],
};
