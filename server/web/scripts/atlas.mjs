// The atlas page: lets state, numbers, list, panel and map follow one another.
import { byId } from './dom.mjs';
import { refreshCounts } from './counts.mjs';
import { showFilters } from './filters.mjs';
import { startFinder } from './finder.mjs';
import { markRow, onPoint, refreshList } from './list.mjs';
import { markLinks, onPointLink, startMap } from './map.mjs';
import { startPanel } from './panel.mjs';
import { onChange, state } from './state.mjs';
import { startTools } from './tools.mjs';
import { startYears } from './years.mjs';

const data = JSON.parse(byId('atlas-data').textContent);
document.documentElement.classList.add('scripted');

function follow(now, before) {
    if (now.filter !== before.filter) {
        showFilters();
        refreshCounts();
    }
    if (now.filter !== before.filter || now.page !== before.page || now.sort !== before.sort)
        refreshList();
    const other = new URL(byId('other-language').href);
    other.search = location.search;
    byId('other-language').href = other.href;
}

onChange(follow);
showFilters();
startYears();
startFinder();
startPanel();
startTools(data);
refreshCounts();
onPoint(markLinks);
onPointLink(markRow);

const map = await startMap(data);
// For the project's own tests: what is drawn can be asked for.
document.documentElement.dataset.map = map ? 'started' : 'absent';
globalThis.passerelle = { map, state };
