// The open record on the map, in every view: its links as great circles, its ends as dots.
import { onFacts } from './panel.mjs';

const SEGMENTS = 48;
const radians = (degrees) => (degrees * Math.PI) / 180;
const degrees = (angle) => (angle * 180) / Math.PI;

function onSphere([lon, lat]) {
    const [x, y] = [radians(lon), radians(lat)];
    return [Math.cos(y) * Math.cos(x), Math.cos(y) * Math.sin(x), Math.sin(y)];
}

/** The great circle between two points; longitudes run on past 180° rather than jump. */
function arc(from, to) {
    const [a, b] = [onSphere(from), onSphere(to)];
    const angle = Math.acos(Math.min(1, Math.max(-1, a[0] * b[0] + a[1] * b[1] + a[2] * b[2])));
    if (angle < 1e-6) return [from, to];
    const line = [];
    for (let i = 0; i <= SEGMENTS; i++) {
        const [near, far] = [Math.sin((1 - i / SEGMENTS) * angle), Math.sin((i / SEGMENTS) * angle)];
        const [x, y, z] = a.map((value, axis) => (near * value + far * b[axis]) / Math.sin(angle));
        let lon = degrees(Math.atan2(y, x));
        const before = line.at(-1)?.[0] ?? from[0];
        lon += 360 * Math.round((before - lon) / 360);
        line.push([lon, degrees(Math.atan2(z, Math.hypot(x, y)))]);
    }
    return line;
}

const feature = (type, coordinates, properties = {}) =>
    ({ type: 'Feature', properties, geometry: { type, coordinates } });

/** Lines and ends of a record as GeoJSON; what has no place is not in it, what is known by its
 *  country only is an end without a line. */
export function recordFeatures(facts) {
    const ends = new Map();
    for (const { territory, side } of facts?.parties ?? [])
        if (territory && Number.isFinite(territory.lon) && territory.precision?.key !== 'none')
            ends.set(territory.code, { at: [territory.lon, territory.lat], side,
                precision: territory.precision.key });
    const lines = (facts?.links ?? []).filter((link) => link.drawn)
        .map((link) => [ends.get(link.french_code), ends.get(link.foreign_code)])
        .filter(([french, foreign]) => french && foreign)
        .map(([french, foreign]) => feature('LineString', arc(french.at, foreign.at)));
    const dots = [...ends.values()].map(({ at, side, precision }) =>
        feature('Point', at, { side, precision }));
    return { type: 'FeatureCollection', features: [...lines, ...dots] };
}

/** West, south, east and north of features, or null without any. */
export function boundsOf({ features }) {
    const points = features.flatMap(({ geometry: { type, coordinates } }) =>
        (type === 'Point' ? [coordinates] : coordinates));
    if (points.length === 0) return null;
    const [lons, lats] = [points.map(([lon]) => lon), points.map(([, lat]) => lat)];
    return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
}

/** Calls follow(features) with those of each record that opens, and with none when it closes. */
export const onRecord = (follow) => onFacts((facts) => follow(recordFeatures(facts), facts));
