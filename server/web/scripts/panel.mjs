// The chosen partnership in the column's place: its facts and all its parties.
import { announce, byId, el, nodes } from './dom.mjs';
import { date, lang, number, span, text, word } from './i18n.mjs';
import { addressOf, go, onChange, state } from './state.mjs';
import { json, pageOf } from './server.mjs';

const side = document.querySelector('.side');
const panel = el('section', { class: 'panel', 'aria-live': 'polite', tabindex: '-1', hidden: true });
const listeners = new Set();
let cameFrom = null; // where the focus was before the panel opened

/** Calls listener(facts) with those of each record that opens, null when it closes. */
export const onFacts = (listener) => listeners.add(listener);
const tell = (facts) => listeners.forEach((listener) => listener(facts));

const none = () => el('span', { class: 'quiet' }, text('fact.not_said'));
const fact = (key, ...content) =>
    el('div', {}, el('dt', {}, text(key)), el('dd', { dir: 'auto' }, ...content));

const label = (word) => word && (lang === 'en' ? word.label_en : word.label_fr);
const nameOf = (place) => place && (lang === 'en' ? place.name_en : place.name_fr);

function precisionText(territory) {
    const precision = territory?.precision?.key ?? 'none';
    if (precision === 'area' && territory.radius_km >= 0.5)
        return text('precision.area_radius', { radius: Math.round(territory.radius_km) });
    return word('precision', precision);
}

function partyItem(party) {
    const { territory, country } = party;
    const name = nameOf(territory) ?? party.as_written ?? text('fact.not_said');
    const shown = el('bdi', {}, name);
    const kind = [
        territory && (territory.generic ?? word('territory.kind', territory.kind)),
        party.side === 'foreign' && territory?.code !== `country:${country?.iso}` && nameOf(country),
    ];
    const roles = [label(party.role),
        party.partner_status && party.partner_status !== 'known' &&
            word('partner_status', party.partner_status)];
    const differs = party.as_written && party.as_written !== name;
    return el('li', { class: 'party' },
        territory && territory.precision?.key !== 'none'
            ? el('a', { class: 'party-name', href: territory.url }, shown)
            : el('span', { class: 'party-name' }, shown),
        el('span', { class: 'party-kind' }, kind.filter(Boolean).join(', ')),
        el('span', { class: 'party-role' }, roles.filter(Boolean).join(' · ')),
        el('span', { class: 'party-place' }, precisionText(territory),
            differs && ['; ', text('fact.as_written', { as_written: party.as_written })]));
}

function partiesOf(facts, which, heading) {
    const parties = facts.parties.filter((party) => party.side === which);
    return el('section', { class: `side-${which}` }, el('h2', {}, text(heading)),
        el('ul', { class: 'parties' }, parties.map(partyItem)));
}

function themeLinks(facts) {
    return facts.themes.map((theme) => {
        const filter = { theme: [theme.code] };
        return [el('a', {
            class: 'tag',
            href: addressOf({ ...state(), filter, open: null, page: 1 }),
            onclick: (event) => {
                event.preventDefault();
                go({ filter, open: null, page: 1 });
            },
        }, label(theme)), ' '];
    });
}

function fundingLines(facts) {
    const { fundings } = facts;
    if (fundings.length === 0) return [el('span', { class: 'quiet' }, text('fact.funding_none'))];
    return fundings.map((funding) => el('span', { class: 'funding' },
        `${number(funding.amount_eur)} € `,
        el('span', { class: 'quiet' },
            [label(funding.nature) ?? text('fact.nature_none'), funding.funder,
                span(funding.year_from, funding.year_to)].filter(Boolean).join(', '))));
}

function sourceText(facts) {
    return [facts.source_doc ?? facts.source, facts.source_place, facts.source_date && date(facts.source_date)]
        .filter(Boolean).join(', ');
}

function factList(facts) {
    const status = label(facts.status);
    const estimated = facts.end_estimated && facts.lives_to;
    const years = span(facts.year_start, estimated ? facts.lives_to : facts.year_end);
    const modes = facts.modes.map(label).join(', ');
    return el('dl', { class: 'facts' },
        fact('fact.status', status
            ? facts.status_date ? `${status} (${date(facts.status_date)})` : status : none()),
        fact('fact.years', years || none(),
            estimated && el('span', { class: 'quiet' }, ` (${text('fact.years_estimated')})`)),
        facts.signed && fact('fact.signed', date(facts.signed)),
        modes && fact('fact.modes', modes),
        fact('fact.themes', facts.themes.length ? themeLinks(facts) : none()),
        fact('fact.gender', label(facts.gender) ?? none()),
        facts.calls.length > 0 && fact('fact.call', facts.calls.join(', ')),
        fact('fact.funding', fundingLines(facts)),
        facts.note && fact('fact.note', facts.note),
        fact('fact.source', sourceText(facts) || none()));
}

function show(facts) {
    const back = el('button', { type: 'button', class: 'panel-back', onclick: () => go({ open: null }) },
        '← ', text('panel.back'));
    const page = pageOf(`/partenariat/${facts.id}${facts.slug ? `-${facts.slug}` : ''}`);
    panel.replaceChildren(...nodes(back,
        el('p', { class: 'over' },
            [label(facts.kind), text('fact.id', { id: String(facts.id) })]
                .filter(Boolean).join(' · ')),
        el('h1', { dir: 'auto' }, facts.title),
        facts.description && el('p', { dir: 'auto' }, facts.description),
        el('div', { class: 'sides' }, partiesOf(facts, 'french', 'fact.french_side'),
            partiesOf(facts, 'foreign', 'fact.foreign_side')),
        factList(facts),
        el('p', {}, el('a', { class: 'button', href: page }, text('panel.open_page')))));
}

function close() {
    if (panel.hidden) return;
    panel.hidden = true;
    side.classList.remove('has-panel');
    tell(null);
    const row = cameFrom?.isConnected ? cameFrom : byId('list');
    row.focus({ preventScroll: false });
}

async function open(id) {
    if (panel.hidden) cameFrom = document.activeElement;
    try {
        const facts = await json('panel', `/partenariat/${id}.json`);
        if (!facts || state().open !== id) return;
        show(facts);
        panel.hidden = false;
        side.classList.add('has-panel');
        panel.focus({ preventScroll: true });
        side.scrollTop = 0;
        tell(facts);
    } catch (error) {
        announce(error.message);
        go({ open: null });
    }
}

/** Lets the panel follow the state. */
export function startPanel() {
    side.append(panel);
    onChange((now, before) => {
        if (now.open === before.open) return;
        if (now.open) open(now.open);
        else close();
    });
    document.addEventListener('keydown', (event) => {
        if (event.key === 'Escape' && state().open) go({ open: null });
    });
    if (state().open) open(state().open);
}
