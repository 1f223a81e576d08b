// The totals above the list and the numbers beside each filter, all from /counts.json.
import { announce, byId } from './dom.mjs';
import { date, number, text } from './i18n.mjs';
import { addressOf, filterQuery, filterWith, go, setFilter, state } from './state.mjs';
import { json } from './server.mjs';

const BY = 'theme,year,kind,mode,status,gender,country,region';
const FIGURES = 'theme-year,authority,partner';
const listeners = new Set();

/** Calls listener(counts) with every new answer of /counts.json. */
export const onCounts = (listener) => listeners.add(listener);

function showTotals(counts) {
    const { partnerships, edition } = counts;
    const values = {
        partnerships: partnerships.total,
        placed: partnerships.placed,
        unplaced: partnerships.total - partnerships.placed,
        authorities: counts.authorities,
        partners: counts.partners,
        countries: counts.countries,
        undated: partnerships.undated_left_out,
        edition_date: date(edition.date),
    };
    byId('counter-numbers').textContent = text('counter', values);
    byId('counter-source').textContent = text('site.declarative', values);
    byId('placed-text').textContent = text('counter.placed', values);
    byId('placed-bar').max = Math.max(1, partnerships.total);
    byId('placed-bar').value = partnerships.placed;
    showUnplaced(values);

    const included = state().filter.undated === 'include';
    const some = partnerships.undated_left_out > 0;
    byId('undated').hidden = !included && !some;
    byId('undated-text').textContent = included ? text('counter.undated_included') : text('counter.undated', values);
    byId('undated-link').textContent = text(included ? 'counter.undated_exclude' : 'counter.undated_include');
}

function showUnplaced(values) {
    const { unplaced } = state();
    const link = byId('unplaced-link');
    link.hidden = values.unplaced === 0 && !unplaced;
    link.textContent = text(unplaced ? 'counter.unplaced_back' : 'counter.unplaced', values);
    link.href = addressOf({ ...state(), unplaced: !unplaced, page: 1, open: null });
    byId('list-heading').textContent =
        text(unplaced ? 'list.heading_unplaced' : 'list.heading_count', values);
}

function showOptions(facet, groups) {
    const found = new Map(groups.map((group) => [String(group.key ?? 'none'), group.partnerships]));
    for (const count of facet.querySelectorAll('.tick-count')) {
        const n = found.get(count.dataset.key) ?? 0;
        count.textContent = number(n);
        count.closest('li').classList.toggle('is-none', n === 0);
    }
}

/** The numbers of every option: under all of the filter but the facet's own values, for ticking one
 *  more adds to them. Only a facet with values asks a question of its own. */
function refreshFacets(counts, filter) {
    return Promise.all([...document.querySelectorAll('[data-facet]')].map(async (facet) => {
        const { facet: name, by } = facet.dataset;
        if (!filter[name]) return showOptions(facet, counts.by[by]);
        const query = filterQuery(filterWith(name, null, filter));
        const others = await json(`facet-${name}`, `/counts.json?by=${by}${query && `&${query}`}`);
        return others && showOptions(facet, others.by[by]);
    }));
}

/** Fetches and shows the numbers of a filter, by default the one as it is now. */
export async function refreshCounts(filter = state().filter) {
    const query = filterQuery(filter);
    const by = state().tab === 'figures' ? `${BY},${FIGURES}` : BY;
    try {
        const counts = await json('counts', `/counts.json?by=${by}${query && `&${query}`}`);
        if (!counts) return;
        showTotals(counts);
        for (const listener of listeners) listener(counts);
        await refreshFacets(counts, filter);
    } catch (error) {
        announce(error.message);
    }
}

byId('undated-link').addEventListener('click', (event) => {
    event.preventDefault();
    setFilter('undated', state().filter.undated === 'include' ? null : 'include');
});
byId('unplaced-link').addEventListener('click', (event) => {
    event.preventDefault();
    go({ unplaced: !state().unplaced, page: 1, open: null, tab: 'list' });
    byId('list').focus({ preventScroll: true });
});
