// The map's style, in the colours of the page's variables, so that light, dark and an operator's own
// colours hold for both.

/** Bounds of the classes of links per hexagon; the legend shows the same. */
export const DENSITY_STEPS = [1, 2, 5, 10, 25, 60];

const colour = (name) =>
    getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

const font = ['Source Sans'];
const whenLinks = (view) => (view === 'links' ? 'visible' : 'none');
const whenDensity = (view) => (view === 'density' ? 'visible' : 'none');

const baseLayers = () => [
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

const labelLayer = () => ({
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
            layout: { visibility: whenDensity(view) },
            paint: { 'fill-color': ramp, 'fill-opacity': 0.85 },
        },
        {
            id: 'density-edge', type: 'line', source: 'density', 'source-layer': 'density',
            layout: { visibility: whenDensity(view) },
            paint: { 'line-color': colour('land'), 'line-width': 0.7, 'line-opacity': 0.7 },
        },
    ];
};

const linkLayer = (id, view, filter, paint) => ({
    id, type: 'line', source: 'links', 'source-layer': 'links',
    layout: { 'line-cap': 'round', 'line-join': 'round', visibility: whenLinks(view) },
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

const placeLayer = (id, side, view, name) => ({
    id, type: 'circle', source: 'places', 'source-layer': 'places',
    layout: { visibility: whenLinks(view) },
    filter: ['==', ['get', 'side'], side],
    paint: {
        // What is known to the country only is an empty ring.
        'circle-color': ['match', ['get', 'precision'], 'country', colour('halo'), colour(name)],
        'circle-radius': ['interpolate', ['linear'], ['zoom'],
            0, ['interpolate', ['linear'], ['sqrt', ['get', 'n']], 1, 1.8, 10, 4],
            6, ['interpolate', ['linear'], ['sqrt', ['get', 'n']], 1, 4, 10, 12]],
        'circle-stroke-color':
            ['match', ['get', 'precision'], 'country', colour(name), colour('halo')],
        'circle-stroke-width': ['match', ['get', 'precision'], 'country', 1.6, 1],
        'circle-opacity': 0.95,
    },
});

const placeLabels = (view) => ({
    id: 'place-labels', type: 'symbol', source: 'places', 'source-layer': 'places', minzoom: 4,
    layout: {
        visibility: whenLinks(view),
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

/** A MapLibre style. tiles(tileset) gives the tile address of a tileset under today's filter. */
export function mapStyle(tiles, view) {
    const source = (tileset, maxzoom) =>
        ({ type: 'vector', tiles: [tiles(tileset)], minzoom: 0, maxzoom });
    return {
        version: 8,
        sources: {
            base: source('base', 6),
            links: source('links', 10),
            places: source('places', 10),
            density: source('density', 8),
        },
        layers: [
            ...baseLayers(),
            ...densityLayers(view),
            ...linkLayers(view),
            placeLayer('places-foreign', 'foreign', view, 'foreign'),
            placeLayer('places-french', 'french', view, 'french'),
            labelLayer(),
            placeLabels(view),
        ],
    };
}

export const LINK_LAYERS =
    ['links', 'links-open-casing', 'links-open', 'links-hot', 'places-foreign', 'places-french',
        'place-labels'];
export const DENSITY_LAYERS = ['density', 'density-edge'];
