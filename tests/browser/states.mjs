// Every page and state that the browser tests visit: one table, so that a new page is looked at in
// each language, scheme and width by one line here.

/**
 * known: what the served data hold: {record, territory, ...} (see lookUp()).
 *
 * path    of the French page; its English one is the same under /en
 * map     true: wait until the map has drawn
 * ready   a selector to wait for, too
 * view    true: looked at in both languages
 * widths  true: looked at in every width
 * refused true: the answer is an error, which Chromium itself writes to its console
 */
export const states = [
    { name: 'atlas', path: '/', map: true, view: true, widths: true },
    { name: 'flows', path: '/?view=flows', map: true, view: true, widths: true },
    { name: 'places', path: '/?view=places', map: true, view: true },
    { name: 'density', path: '/?view=density', map: true, view: true },
    { name: 'density-french', path: '/?view=density&side=french', map: true },
    { name: 'heat', path: '/?view=heat', map: true, view: true },
    { name: 'choropleth', path: '/?view=choropleth', map: true, view: true },
    { name: 'departements', path: '/?view=choropleth&areas=departement&value=per_million', map: true },
    { name: 'figures', path: '/?tab=figures', map: true, view: true, ready: '.chart' },
    { name: 'unplaced', path: '/?placed=no', map: true },
    { name: 'old-edition', path: '/?edition=7-0123abcd', map: true },
    { name: 'years', path: '/?year=2015..2019&undated=include', map: true },
    { name: 'theme', path: '/?theme=eau', map: true },
    { name: 'panel', path: (known) => `/?open=${known.record.id}`, map: true, widths: true,
        ready: '.panel:not([hidden])' },
    { name: 'empty', path: '/?theme=eau&country=IS', map: true },
    { name: 'partnership', path: (known) => new URL(known.record.url).pathname, view: true, widths: true },
    { name: 'territory', path: '/territoire/reg:84/auvergne-rhone-alpes', view: true },
    { name: 'country', path: '/territoire/country:MA/maroc' },
    { name: 'commune', path: '/ma-commune?q=annecy', view: true },
    { name: 'council', path: '/conseil/com:38185?theme=ville-durable', view: true },
    { name: 'gender', path: '/genre', map: true, view: true },
    { name: 'gender-money', path: '/genre?nature=attribue&theme=genre-sante', map: true },
    { name: 'embed', path: '/embed?theme=eau', map: true, view: true },
    { name: 'embed-panel', path: (known) => `/embed?open=${known.record.id}`, map: true,
        ready: '.panel:not([hidden])' },
    { name: 'builder', path: '/integrer?theme=eau', view: true },
    { name: 'lost', path: '/nowhere', view: true, refused: true },
    { name: 'bad', path: '/?kind=x', refused: true },
];

export const widths = [320, 390, 768, 1280, 1920, 3840];
const heights = { 320: 640, 390: 844, 768: 1024, 1280: 800, 1920: 1080, 3840: 2160 };
const languages = ['fr', 'en'];
const schemes = ['light', 'dark'];

/** What the paths need to know of the data that a site serves. */
export async function lookUp(base) {
    const { rows } = await fetch(`${base}/partnerships.json?per_page=1&sort=-year`).then((answer) => answer.json());
    return { record: rows[0] };
}

const visit = (state, lang, width, colorScheme) =>
    ({ state, lang, width, height: heights[width], colorScheme });

/** The visits: every view in both languages at one width, every other state once, the states that
 *  say so in every width; full: each state in each language, width and scheme. */
export function visits(full = false) {
    if (full)
        return states.flatMap((state) => languages.flatMap((lang) => widths.flatMap((width) =>
            schemes.map((scheme) => visit(state, lang, width, scheme)))));
    return states.flatMap((state) => {
        const once = [visit(state, 'fr', 1280, 'light')];
        if (state.view) once.push(visit(state, 'en', 1280, 'dark'));
        const others = widths.filter((width) => width !== 1280);
        // The scheme and the language change from one width to the next.
        if (state.widths)
            once.push(...others.map((width, i) => visit(state, languages[i % 2], width, schemes[(i + 1) % 2])));
        return once;
    });
}

/** The address of a visit. */
export function addressOf({ state, lang }, known) {
    const path = typeof state.path === 'function' ? state.path(known) : state.path;
    return lang === 'en' ? `/en${path}` : path;
}

/** The name of its picture. */
export const nameOf = ({ state, lang, width, colorScheme }) =>
    `${state.name}-${lang}-${width}-${colorScheme}`;
