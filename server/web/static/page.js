// The page beside an exported archive: a map of atlas.pmtiles, read in ranges from plain web space.
// Nothing is asked of any other host.
import * as maplibre from './maplibre-gl.js';

const words = {
    fr: {
        title: 'Coopération décentralisée',
        about: (date) => `Les liens des collectivités françaises avec leurs partenaires, édition du ${date}.`,
        filter: (text) => `Sélection : ${text}.`,
        links: (n) => (n > 1 ? `${n} liens` : `${n} lien`),
        licences: 'Licences des bibliothèques',
        missing: 'La carte ne se charge pas : atlas.pmtiles doit se trouver à côté de cette page, sur un'
            + ' serveur qui répond aux demandes partielles (« range requests »).',
        webgl: 'Cette carte a besoin de WebGL, que ce navigateur ne propose pas.',
    },
    en: {
        title: 'Decentralised cooperation',
        about: (date) => `Links of French local authorities with their partners, edition of ${date}.`,
        filter: (text) => `Selection: ${text}.`,
        links: (n) => (n > 1 ? `${n} links` : `${n} link`),
        licences: 'Licences of the libraries',
        missing: 'The map cannot be loaded: atlas.pmtiles must stand beside this page, on a server that'
            + ' answers range requests.',
        webgl: 'This map needs WebGL, which this browser does not offer.',
    },
};
const byId = (id) => document.getElementById(id);
const say = (text) => { byId('notice').textContent = text; };

const ramp = ['#e08648', '#983447', '#5f1f4a'];
const source = (layer) => ({ source: 'atlas', 'source-layer': layer });
const weight = ['sqrt', ['get', 'n']];

const layers = [
    { id: 'water', type: 'background', paint: { 'background-color': '#dfe8ea' } },
    { id: 'land', type: 'fill', ...source('land'), paint: { 'fill-color': '#fbf9f3' } },
    {
        id: 'borders', type: 'line', ...source('borders'),
        paint: { 'line-color': '#cfc9ba', 'line-width': 0.8 },
    },
    {
        id: 'flows', type: 'line', ...source('flows'),
        layout: { 'line-cap': 'round', 'line-join': 'round', 'line-sort-key': ['get', 'n'] },
        paint: {
            'line-color': ['interpolate', ['linear'], weight, 1, ramp[0], 6, ramp[1], 20, ramp[2]],
            'line-width': ['interpolate', ['linear'], weight, 1, 1.2, 20, 8],
            'line-opacity': 0.7,
        },
    },
    {
        id: 'places', type: 'circle', ...source('places'),
        paint: {
            'circle-color': ['match', ['get', 'side'], 'french', '#0b6580', '#b04015'],
            'circle-radius': ['interpolate', ['linear'], weight, 1, 3, 30, 14],
            'circle-stroke-color': '#fffefb',
            'circle-stroke-width': 1,
        },
    },
];

function line(tag, text) {
    const element = document.createElement(tag);
    element.textContent = text;
    return element;
}

// What stands under the pointer, once each: a flow has a fragment in each tile.
function describe(features, text) {
    const box = document.createElement('div');
    const seen = new Set();
    for (const { properties: p } of features) {
        const name = p.flow_id ? `${p.from_name} – ${p.to_name}` : p.name;
        if (seen.has(name) || seen.size === 6) continue;
        seen.add(name);
        box.append(line('strong', name), line('span', text.links(p.n)));
    }
    return box;
}

function startMap(archive, header) {
    const protocol = new globalThis.pmtiles.Protocol();
    protocol.add(archive);
    maplibre.addProtocol('pmtiles', protocol.tile);
    maplibre.setWorkerUrl(new URL('./maplibre-gl-worker.js', import.meta.url).href);
    return new maplibre.Map({
        container: 'map',
        style: {
            version: 8,
            sources: { atlas: { type: 'vector', url: `pmtiles://${archive.source.getKey()}` } },
            layers,
        },
        center: [10, 25],
        zoom: 1.3,
        minZoom: header.minZoom,
        maxZoom: header.maxZoom + 3,
        attributionControl: false,
    });
}

async function start() {
    const archive = new globalThis.pmtiles.PMTiles(new URL('atlas.pmtiles', location.href).href);
    let header, about;
    try {
        [header, about] = [await archive.getHeader(), await archive.getMetadata()];
    } catch {
        say(words[navigator.language.startsWith('fr') ? 'fr' : 'en'].missing);
        return;
    }
    const lang = about.lang === 'en' ? 'en' : 'fr';
    const text = words[lang];
    document.documentElement.lang = lang;
    document.title = text.title;
    byId('title').textContent = text.title;
    byId('about').textContent = [text.about(about.date), about.description && text.filter(about.description)]
        .filter(Boolean).join(' ');
    byId('credit').textContent = about.attribution;
    byId('licences').textContent = text.licences;
    let map;
    try {
        map = startMap(archive, header);
    } catch {
        say(text.webgl);
        return;
    }
    map.addControl(new maplibre.NavigationControl({ showCompass: false }));
    map.on('error', () => say(text.missing));
    const shown = ['places', 'flows'];
    map.on('click', (event) => {
        const features = map.queryRenderedFeatures(event.point, { layers: shown });
        if (features.length === 0) return;
        new maplibre.Popup({ maxWidth: '20rem' }).setLngLat(event.lngLat)
            .setDOMContent(describe(features, text)).addTo(map);
    });
    map.on('mousemove', (event) => {
        const over = map.queryRenderedFeatures(event.point, { layers: shown }).length > 0;
        map.getCanvas().style.cursor = over ? 'pointer' : '';
    });
    map.once('idle', () => { document.documentElement.dataset.ready = 'yes'; });
}

await start();
