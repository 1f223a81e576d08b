// The page that writes the code of an embedded map: the server writes it anew after every choice.
import { byId, el } from './dom.mjs';
import { text } from './i18n.mjs';

const form = byId('builder');
let asked = 0;

function address() {
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (value) query.append(name, value);
    return `${form.action}?${query}`;
}

function addCopyButtons() {
    for (const code of document.querySelectorAll('.code')) {
        const button = el('button', { type: 'button', class: 'button plain-button copy' }, text('embed.copy'));
        button.addEventListener('click', async () => {
            await navigator.clipboard.writeText(code.textContent);
            button.textContent = text('embed.copied');
        });
        code.after(button);
    }
}

async function follow() {
    const mine = ++asked;
    const url = address();
    const answer = await fetch(url, { headers: { accept: 'text/html' } }).catch(() => null);
    if (!answer?.ok || mine !== asked) return;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    byId('built').replaceWith(document.importNode(page.getElementById('built'), true));
    history.replaceState(null, '', url);
    addCopyButtons();
}

form.addEventListener('change', follow);
form.addEventListener('submit', (event) => {
    event.preventDefault();
    follow();
});
addCopyButtons();
