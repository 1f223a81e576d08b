// The atlas page: lets state, numbers, list, panel and map follow one another.
import { asset } from './assets.mjs';
import { byId, el } from './dom.mjs';
import { refreshCounts } from './counts.mjs';
import { startFigures } from './figures.mjs';
import { showFilters } from './filters.mjs';
import { startFinder } from './finder.mjs';
import { markRow, onPoint, refreshList } from './list.mjs';
import { markLinks, startMap } from './map.mjs';
import { startPanel } from './panel.mjs';
import { startPermalink } from './permalink.mjs';
import { onPointLink } from './pointing.mjs';
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
    if (now.unplaced !== before.unplaced && now.filter === before.filter) refreshCounts();
    if (['filter', 'page', 'sort', 'unplaced'].some((name) => now[name] !== before[name]))
        refreshList();
    // The other language, the full atlas of an embedded map, the page that writes its code.
    for (const link of document.querySelectorAll('#other-language, [data-keep-state]')) {
        const address = new URL(link.href);
        address.search = location.search;
        link.href = address.href;
    }
}

onChange(follow);
showFilters();
startYears();
startFinder();
startPanel();
startTools(data);
startFigures();
startPermalink();
performance.mark('passerelle-usable'); // filters and list work; the map is still to come
refreshCounts();
onPoint(markLinks);
onPointLink(markRow);

const map = await startMap(data);
// The letters that few names need come behind what everybody waits for.
const moreLetters = () => document.head.append(
    el('link', { rel: 'stylesheet', href: new URL(asset('fonts-ext.css'), import.meta.url).href }));
if (map) map.once('idle', moreLetters);
else moreLetters();
// For the project's own tests: what is drawn can be asked for.
document.documentElement.dataset.map = map ? 'started' : 'absent';
globalThis.passerelle = { map, state };
