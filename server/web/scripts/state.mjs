// What the reader has chosen, kept in the address: the filter, the view, the page of the list, the
// open partnership and where the map looks. Everything else listens.

/** Parameters of the filter that are lists, in the server's order. */
const FILTER = ['theme', 'kind', 'mode', 'status', 'call', 'gender', 'french', 'authority', 'country',
    'partner', 'partner_is', 'role'];
const SINGLE = ['year', 'time', 'undated'];

/** What the map can show: links grouped by territories, links one by one, places, hexagons, a
 *  smoothed field, areas. */
export const VIEWS = ['flows', 'links', 'places', 'density', 'heat', 'choropleth'];

/** The areas of the last one: what each stands for on the server. */
export const AREAS = {
    country: { side: 'foreign', level: 'region-country' },
    admin1: { side: 'foreign', level: 'region-admin1' },
    region: { side: 'french', level: 'region-country' },
    departement: { side: 'french', level: 'departement-country' },
};

const NATURES = ['prevu', 'attribue', 'verse', 'cumul']; // of money
const USUAL_NATURE = 'attribue';

/** What an area's colour counts; money by its nature. */
export const VALUES = ['n', 'partnerships', 'partners', 'per_million', ...NATURES];

/** Territories as themselves, whatever the zoom. */
export const FINEST = 'commune-place';

const MANY_LINKS = 1500; // more than these are not told apart on a world map

/** True where the edition is so large that links and places are shown by territories first. */
export const isLarge = Number(document.documentElement.dataset.links) > MANY_LINKS;

// The view that an address need not name.
const usualView = () => (isLarge ? 'flows' : 'links');
const hasSide = (view) => view === 'density' || view === 'heat';

/** True for a value that is money of a nature. */
export const isMoney = (value) => NATURES.includes(value);
const oneOf = (value, allowed, usual) => (allowed.includes(value) ? value : usual);

const listeners = new Set();
let current = read(new URL(location.href));

function readValue(value, nature) {
    if (value === 'amount_eur') return oneOf(nature, NATURES, USUAL_NATURE);
    return oneOf(isMoney(value) ? null : value, VALUES, 'n');
}

function read(url) {
    const parameters = url.searchParams;
    const filter = {};
    for (const name of FILTER) {
        const values = parameters.getAll(name).flatMap((value) => value.split(','));
        const distinct = [...new Set(values.map((value) => value.trim()).filter(Boolean))].sort();
        if (distinct.length > 0) filter[name] = distinct;
    }
    for (const name of SINGLE) if (parameters.get(name)) filter[name] = parameters.get(name);
    const from = parameters.get('from');
    const to = parameters.get('to');
    if (!filter.year && (from || to)) filter.year = `${from || to}..${to || from}`;
    return {
        filter,
        view: oneOf(parameters.get('view'), VIEWS, usualView()),
        side: oneOf(parameters.get('side'), ['foreign', 'french'], 'foreign'),
        areas: oneOf(parameters.get('areas'), Object.keys(AREAS), 'country'),
        value: readValue(parameters.get('value'), parameters.get('nature')),
        oneScale: parameters.get('scale') === 'all',
        unplaced: parameters.get('placed') === 'no',
        tab: oneOf(parameters.get('tab'), ['figures'], 'list'),
        sort: parameters.get('sort') || 'title',
        page: Math.max(1, Number.parseInt(parameters.get('page'), 10) || 1),
        open: /^[0-9]{1,15}$/.test(parameters.get('open') ?? '') ? parameters.get('open') : null,
        at: readPlace(parameters.get('at')),
    };
}

function readPlace(text) {
    const [zoom, lat, lon] = (text ?? '').split('/').map(Number);
    return [zoom, lat, lon].every(Number.isFinite) && Math.abs(lat) <= 85 ? { zoom, lat, lon } : null;
}

/** The filter as a query, in the server's canonical order: "theme=eau&year=2019". */
export function filterQuery(filter = current.filter) {
    const parts = [];
    for (const name of [...FILTER, ...SINGLE]) {
        const value = filter[name];
        if (!value || ((name === 'time' || name === 'undated') && !filter.year)) continue;
        const values = (Array.isArray(value) ? value : [value]).map(encodeValue);
        parts.push(`${name}=${values.join(',')}`);
    }
    return parts.join('&');
}

// Colons stay readable: dep:38, country:ML.
const encodeValue = (value) => encodeURIComponent(value).replaceAll('%3A', ':');

/** The address of a state, by default this one's. */
export function addressOf(state = current) {
    const parts = [filterQuery(state.filter)];
    if (state.view !== usualView()) parts.push(`view=${state.view}`);
    if (hasSide(state.view) && state.side !== 'foreign') parts.push(`side=${state.side}`);
    if (state.view === 'choropleth' && state.areas !== 'country') parts.push(`areas=${state.areas}`);
    parts.push(...valueQuery(state));
    if (state.oneScale && state.filter.year) parts.push('scale=all');
    if (state.unplaced) parts.push('placed=no');
    if (state.tab !== 'list') parts.push(`tab=${state.tab}`);
    if (state.sort !== 'title') parts.push(`sort=${encodeURIComponent(state.sort)}`);
    if (state.page > 1) parts.push(`page=${state.page}`);
    if (state.open) parts.push(`open=${state.open}`);
    if (state.at)
        parts.push(`at=${state.at.zoom.toFixed(2)}/${state.at.lat.toFixed(4)}/${state.at.lon.toFixed(4)}`);
    const query = parts.filter(Boolean).join('&');
    return query ? `${location.pathname}?${query}` : location.pathname;
}

export const state = () => current;

/** Calls listener(state, before) after every change. */
export const onChange = (listener) => listeners.add(listener);

function become(next) {
    const before = current;
    current = next;
    for (const listener of listeners) listener(current, before);
}

/** Changes some of the state; a step of the browser's history, or with passing: true none. */
export function go(changes, { passing = false } = {}) {
    const next = { ...current, ...changes };
    if (addressOf(next) === addressOf(current)) return;
    // An embedded map leaves the history of the page around it alone.
    const step = passing || window.top !== window ? 'replaceState' : 'pushState';
    history[step](null, '', addressOf(next));
    become(next);
}

/** The filter with one of its lists changed. */
export function filterWith(name, value, from = current.filter) {
    const filter = { ...from };
    if (!value || value.length === 0) delete filter[name];
    else filter[name] = Array.isArray(value) ? [...value].sort() : value;
    if (!filter.year) {
        delete filter.time;
        delete filter.undated;
    }
    return filter;
}

/** Changes one list of the filter; the list of results begins again. */
export const setFilter = (name, value, how) =>
    go({ filter: filterWith(name, value), page: 1, open: null }, how);

/** The filter without its years. */
export const filterWithoutYears = () => filterWith('year', null);

/** Side and level of the map as the server's parameters: {side, level}, each or neither. */
export function displayOf({ view, side, areas } = current) {
    if (view === 'choropleth') return AREAS[areas];
    if (view === 'places' && !isLarge) return { level: FINEST };
    return hasSide(view) ? { side } : {};
}

/** The property of an area that holds its value. */
export const propertyOf = (value) => (isMoney(value) ? 'amount_eur' : value);

/** The nature of money on the map as a parameter, or none. */
export const natureQuery = ({ view, value } = current) =>
    (view === 'choropleth' && isMoney(value) && value !== USUAL_NATURE ? [`nature=${value}`] : []);

/** What is counted on the map as parameters, none where it is links. */
export const valueQuery = (state = current) =>
    (state.view === 'choropleth' && state.value !== 'n'
        ? [`value=${propertyOf(state.value)}`, ...natureQuery(state)] : []);

/** Of a map whose classes and widths are those of all years, so that years compare: as a parameter. */
export const scaleQuery = ({ oneScale, filter } = current) =>
    (oneScale && filter.year ? [`scale_of=${encodeURIComponent(filterQuery(filterWithoutYears()))}`] : []);

/** Remembers where the map looks, without a step of the history. */
export function look(at) {
    current = { ...current, at };
    history.replaceState(null, '', addressOf(current));
}

addEventListener('popstate', () => become(read(new URL(location.href))));
