// The map without WebGL: the server's picture of the same view and filter, moved by buttons, keys
// and dragging.
import { address } from './server.mjs';
import { byId, el } from './dom.mjs';
import { lang, text } from './i18n.mjs';
import { displayOf, filterQuery, look, onChange, scaleQuery, state, valueQuery } from './state.mjs';

const TILESETS = { flows: 'base,flows,places', links: 'base,links,places', places: 'base,places' };
const MOST_PIXELS = 4000000; // of one picture
const WORLD = 512; // pixels at zoom 0
const [MIN_ZOOM, MAX_ZOOM] = [0, 13];
const STEP = 120; // pixels of an arrow key
const WAIT_MS = 150;
const dark = matchMedia('(prefers-color-scheme: dark)');

let at = null;
let timer = null;
const image = el('img', { class: 'still', draggable: 'false' });
const frame = el('div', { class: 'still-frame', tabindex: '0', role: 'group' }, image);

const mercator = (lat) => Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360));
const latitude = (y) => (360 / Math.PI) * Math.atan(Math.exp(y)) - 90;

function pictureAddress() {
    const { view } = state();
    const { side, level } = displayOf();
    const room = byId('map');
    const shrink = Math.min(1, Math.sqrt(MOST_PIXELS / (room.clientWidth * room.clientHeight)));
    const parts = [filterQuery(), `tilesets=${TILESETS[view] ?? `base,${view}`}`,
        `width=${Math.max(64, Math.floor(room.clientWidth * shrink))}`,
        `height=${Math.max(64, Math.floor(room.clientHeight * shrink))}`,
        `lon=${at.lon.toFixed(4)}`, `lat=${at.lat.toFixed(4)}`, `zoom=${at.zoom.toFixed(2)}`,
        side && `side=${side}`, level && `level=${level}`,
        ...valueQuery(), ...scaleQuery(),
        dark.matches && 'colours=dark', `lang=${lang}`];
    return address(`/picture.png?${parts.filter(Boolean).join('&')}`);
}

function draw() {
    clearTimeout(timer);
    timer = setTimeout(() => {
        image.alt = `${text('map.label')} : ${text(`map.${state().view}`)}`;
        image.src = pictureAddress();
    }, WAIT_MS);
}

function move(place) {
    at = {
        zoom: Math.min(MAX_ZOOM, Math.max(MIN_ZOOM, place.zoom)),
        lat: Math.min(85, Math.max(-85, place.lat)),
        lon: ((((place.lon + 180) % 360) + 360) % 360) - 180,
    };
    look(at);
    draw();
}

/** Moves by pixels of the screen, right and down. */
function shift(x, y) {
    const world = WORLD * 2 ** at.zoom;
    move({ ...at, lon: at.lon + (x / world) * 360,
        lat: latitude(mercator(at.lat) - (y / world) * 2 * Math.PI) });
}

function drag(down) {
    const to = { x: 0, y: 0 };
    const follow = (event) => {
        to.x = event.clientX - down.clientX;
        to.y = event.clientY - down.clientY;
        image.style.translate = `${to.x}px ${to.y}px`;
    };
    frame.setPointerCapture(down.pointerId);
    frame.addEventListener('pointermove', follow);
    frame.addEventListener('pointerup', () => {
        frame.removeEventListener('pointermove', follow);
        if (to.x || to.y) shift(-to.x, -to.y);
    }, { once: true });
}

const keys = {
    ArrowLeft: () => shift(-STEP, 0), ArrowRight: () => shift(STEP, 0),
    ArrowUp: () => shift(0, -STEP), ArrowDown: () => shift(0, STEP),
    '+': () => move({ ...at, zoom: at.zoom + 1 }), '-': () => move({ ...at, zoom: at.zoom - 1 }),
};

/** Puts the picture where the map would be; what it gives moves the view as the map's would. */
export function startPicture(start) {
    at = state().at ?? start;
    frame.setAttribute('aria-label', text('map.label'));
    byId('map').append(frame);
    byId('map').parentElement.after(el('p', { class: 'still-note' }, text('map.no_webgl')));
    image.addEventListener('load', () => { image.style.translate = ''; });
    frame.addEventListener('pointerdown', drag);
    frame.addEventListener('wheel', (event) => {
        event.preventDefault();
        move({ ...at, zoom: at.zoom - Math.sign(event.deltaY) / 2 });
    }, { passive: false });
    frame.addEventListener('keydown', (event) => {
        if (!(event.key in keys)) return;
        event.preventDefault();
        keys[event.key]();
    });
    onChange((now) => {
        if (now.at) at = now.at;
        draw();
    });
    dark.addEventListener('change', draw);
    addEventListener('resize', draw);
    draw();
    return {
        fly: move,
        zoomBy: (steps) => move({ ...at, zoom: at.zoom + steps }),
        fit: ([west, south, east, north]) => {
            const { clientWidth, clientHeight } = byId('map');
            const across = Math.log2((clientWidth * 360) / (WORLD * Math.max(0.5, east - west)));
            const down = Math.log2((clientHeight * 2 * Math.PI) /
                (WORLD * Math.max(0.01, mercator(north) - mercator(south))));
            move({ zoom: Math.min(7, across, down) - 0.4, lon: (west + east) / 2,
                lat: latitude((mercator(north) + mercator(south)) / 2) });
        },
    };
}
