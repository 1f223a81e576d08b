// The strip below the map: the mainland and each overseas territory, one click away.
import { el } from './dom.mjs';
import { text, word } from './i18n.mjs';
import { fly } from './map.mjs';

const PLACES = {
    FR: { zoom: 4.6, lat: 46.6, lon: 2.4 },
    GP: { zoom: 7.8, lat: 16.2, lon: -61.5 },
    MQ: { zoom: 8.3, lat: 14.65, lon: -61 },
    GF: { zoom: 5.8, lat: 4, lon: -53.1 },
    RE: { zoom: 8.2, lat: -21.13, lon: 55.53 },
    YT: { zoom: 9, lat: -12.83, lon: 45.15 },
    PM: { zoom: 8, lat: 46.93, lon: -56.32 },
    BL: { zoom: 10.5, lat: 17.9, lon: -62.83 },
    MF: { zoom: 10.2, lat: 18.07, lon: -63.07 },
    WF: { zoom: 6.6, lat: -13.8, lon: -177.2 },
    PF: { zoom: 5, lat: -16.6, lon: -149 },
    NC: { zoom: 5.8, lat: -21.3, lon: 165.6 },
};

/** The strip. */
export const overseasStrip = () =>
    el('nav', { class: 'overseas', 'aria-label': text('overseas.label') },
        el('ul', {}, Object.entries(PLACES).map(([code, place]) =>
            el('li', {}, el('button', { type: 'button', onclick: () => fly(place) },
                word('overseas', code))))));
