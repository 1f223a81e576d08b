// The address to cite: the state as it is, with the edition that it was read in. And the word that
// the page has for those who come by the address of an earlier one.
import { announce, byId } from './dom.mjs';
import { text } from './i18n.mjs';
import { addressOf, onChange, state } from './state.mjs';

const link = byId('permalink');
const SHOWN_MS = 4000;

function follow() {
    const address = new URL(addressOf(state()), location.href);
    address.search += `${address.search ? '&' : '?'}edition=${link.dataset.edition}`;
    link.href = address.href;
}

async function copy(event) {
    if (event.metaKey || event.ctrlKey || event.shiftKey || !navigator.clipboard) return;
    event.preventDefault();
    follow(); // the map may have moved
    try {
        await navigator.clipboard.writeText(link.href);
        announce(text('permalink.copied'));
        setTimeout(() => announce(null), SHOWN_MS);
    } catch {
        location.href = link.href; // copying is not allowed here: the address bar holds it then
    }
}

/** Lets the link follow the state, and copy itself. */
export function startPermalink() {
    onChange(follow);
    link.addEventListener('click', copy);
    follow();
}
