// The pages as a reader meets them: the sample and hostile rows imported, served and driven in
// Chromium.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { axeFaults, drawn, needs, openPage, packages, screenshots, startBrowser, startSite } from './browser/site.mjs';
import { hostileCsv, hostileTitles } from './browser/hostile.mjs';

needs('passerelle-import', 'passerelle-serve', 'gazetteer.sqlite');

const outside = (path) => import(pathToFileURL(join(packages, path)));
const [{ VectorTile }, { PbfReader }] =
    await Promise.all([outside('@mapbox/vector-tile/index.js'), outside('pbf/index.js')]);

let site, browser;
before(async () => {
    const file = join(process.env.TMPDIR ?? '/tmp', `passerelle-hostile-${process.pid}.csv`);
    writeFileSync(file, hostileCsv());
    site = await startSite(['data/partnerships.csv', file]);
    browser = await startBrowser();
});
after(async () => {
    await browser?.close();
    site?.stop();
});

// Chromium paints maps without a graphics card here: a small one is soon done.
const open = (path, options) =>
    openPage(browser, site.base, path, { width: 1180, height: 640, ...options });
const api = (path) => fetch(site.base + path).then((answer) => answer.json());

/** Ends a visit: no fault, no cookie. */
async function leave({ page, context, faults }) {
    assert.deepEqual(faults, []);
    assert.deepEqual(await context.cookies(), []);
    await page.close();
    await context.close();
}

/** The first number of the counter, and the count above the list: they must be one. */
async function shownCount(page) {
    const counts = await page.evaluate(() => ['counter', 'list-heading'].map((id) =>
        Number.parseInt(document.getElementById(id).textContent.replace(/[\s\u202f,]/g, ''), 10)));
    assert.equal(counts[0], counts[1]);
    return counts[0];
}

/** Waits until the page shows what /counts.json says under its own filter. */
async function settled(page) {
    const filter = new URL(page.url()).search.slice(1).split('&')
        .filter((part) => !/^(view|side|areas|value|nature|placed|tab|sort|page|open|at|edition)=/.test(part)).join('&');
    const { partnerships } = await api(`/counts.json?${filter}`);
    await page.waitForFunction((n) => Number.parseInt(document.getElementById('counter').textContent
        .replace(/[\s\u202f,]/g, ''), 10) === n, partnerships.total);
    return partnerships;
}

test('the map shows land, links and places', async () => {
    const visit = await open('/');
    await drawn(visit.page);
    const seen = await visit.page.evaluate(() => {
        const { map } = globalThis.passerelle;
        const count = (layer) => map.queryRenderedFeatures({ layers: [layer] }).length;
        return { land: count('land'), links: count('links'), french: count('places-french'),
            foreign: count('places-foreign') };
    });
    for (const [layer, n] of Object.entries(seen)) assert.ok(n > 10, `${layer}: ${n}`);
    await leave(visit);
});

test('a theme is chosen, is in the address, and back and forward work', async () => {
    const visit = await open('/', { webgl: false });
    const { page } = visit;
    const all = await shownCount(page);
    await page.click('[data-facet=theme] summary');
    await page.check('input[name=theme][value=eau]');
    assert.equal(new URL(page.url()).search, '?theme=eau');
    const { total } = await settled(page);
    assert.ok(total > 0 && total < all);
    assert.equal(await shownCount(page), total);
    const label = await page.textContent('[data-facet=theme] .tick-count[data-key=eau]');
    assert.equal(Number(label), total);

    await page.goBack();
    await settled(page);
    assert.equal(await shownCount(page), all);
    assert.equal(await page.isChecked('input[name=theme][value=eau]'), false);
    await page.goForward();
    await settled(page);
    assert.equal(await shownCount(page), total);

    await page.click('.chip');
    await settled(page);
    assert.equal(new URL(page.url()).search, '');
    await leave(visit);
});

test('years are chosen by keyboard, and undated records are one click away', async () => {
    const visit = await open('/', { webgl: false });
    const { page } = visit;
    await page.focus('.slider input:first-child');
    for (let i = 0; i < 20; i++) await page.keyboard.press('ArrowRight');
    await page.waitForFunction(() => location.search.includes('year='));
    const without = await settled(page);
    assert.ok(without.undated_left_out > 0);
    await page.click('#undated-link');
    const included = await settled(page);
    assert.equal(included.total, without.total + without.undated_left_out);
    assert.match(page.url(), /undated=include/);
    await leave(visit);
});

test('the panel shows every party and fact, and gives the focus back', async () => {
    const visit = await open('/', { webgl: false });
    const { page } = visit;
    await page.click('.rows li:nth-child(3) .row');
    await page.waitForSelector('.panel:not([hidden])');
    const id = new URL(page.url()).searchParams.get('open');
    const facts = await api(`/partenariat/${id}.json`);
    const text = await page.innerText('.panel');
    assert.ok(text.includes(facts.title));
    for (const party of facts.parties)
        assert.ok(text.includes(party.territory?.name_fr ?? party.as_written), party.as_written);
    for (const theme of facts.themes) assert.ok(text.includes(theme.label_fr));
    await page.keyboard.press('Escape');
    await page.waitForSelector('.panel', { state: 'hidden' });
    assert.equal(await page.evaluate(() => document.activeElement.dataset.id), id);
    await leave(visit);
});

/** A point of the screen on a drawn link, away from the map's edges. */
const linkPoint = (page) => page.evaluate(() => {
    const { map } = globalThis.passerelle;
    const { clientWidth, clientHeight } = map.getCanvas();
    for (const feature of map.queryRenderedFeatures({ layers: ['links'] })) {
        const { coordinates, type } = feature.geometry;
        const line = type === 'LineString' ? coordinates : coordinates[0];
        const { x, y } = map.project(line[line.length >> 1]);
        if (x < 120 || y < 120 || x > clientWidth - 120 || y > clientHeight - 250) continue;
        const box = map.getCanvas().getBoundingClientRect();
        return { x: x + box.left, y: y + box.top };
    }
    return null;
});

test('a click on the map opens a record, or a choice where links cross', async () => {
    const visit = await open('/');
    const { page } = visit;
    await drawn(page);
    const point = await linkPoint(page);
    await page.mouse.click(point.x, point.y);
    await page.waitForSelector('.panel:not([hidden]), .choices');
    if (await page.isVisible('.choices')) {
        await page.screenshot({ path: join(screenshots, 'choices.png') });
        assert.deepEqual(await axeFaults(page), []);
        await page.click('.choices .row');
    }
    await page.waitForSelector('.panel:not([hidden])');
    await leave(visit);
});

test('without WebGL: the server’s picture of the same view and filter, and the list', async () => {
    const visit = await open('/en/?theme=eau&view=density', { webgl: false });
    const { page } = visit;
    const picture = async () => new URL(await page.getAttribute('.still', 'src'), site.base).searchParams;
    const drawn = () => page.waitForFunction(() => document.querySelector('.still')?.naturalWidth > 0);
    await drawn();
    assert.match(await page.textContent('.still-note'), /WebGL/);
    const first = await picture();
    assert.equal(first.get('tilesets'), 'base,density');
    assert.equal(first.get('theme'), 'eau');
    await page.click('.map-tools button >> nth=0');
    await page.waitForFunction((before) => !document.querySelector('.still').src.includes(`zoom=${before}`),
        first.get('zoom'));
    await drawn();
    assert.equal(Number((await picture()).get('zoom')), Number(first.get('zoom')) + 1);
    await page.focus('.still-frame');
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction((lon) => !document.querySelector('.still').src.includes(`lon=${lon}`), first.get('lon'));
    assert.deepEqual(await axeFaults(page), []);
    await page.screenshot({ path: join(screenshots, 'no-webgl.png') });
    await leave(visit);
});

test('density, and the side it is of, are in the address', async () => {
    const visit = await open('/?view=density');
    const { page } = visit;
    await drawn(page);
    const hexagons = () => page.evaluate(() => globalThis.passerelle.map
        .queryRenderedFeatures({ layers: ['density'] }).map((feature) => feature.properties.cell));
    const foreign = await hexagons();
    assert.ok(foreign.length > 10);
    await page.check('input[name=map-side][value=french]');
    assert.match(page.url(), /view=density&side=french/);
    await drawn(page);
    assert.notDeepEqual(await hexagons(), foreign);
    await leave(visit);
});

test('grouped links: a click on one lists its records, a second makes them the selection', async () => {
    const visit = await open('/?view=flows');
    const { page } = visit;
    await drawn(page);
    const flow = await page.evaluate(() => {
        const { map } = globalThis.passerelle;
        const { clientWidth, clientHeight } = map.getCanvas();
        for (const feature of map.queryRenderedFeatures({ layers: ['flows'] })) {
            const { coordinates, type } = feature.geometry;
            const line = type === 'LineString' ? coordinates : coordinates[0];
            const point = map.project(line[line.length >> 1]);
            if (point.x > 100 && point.y > 100 && point.x < clientWidth - 100 && point.y < clientHeight - 200)
                return { ...feature.properties, point };
        }
        return null;
    });
    assert.ok(flow.n >= 1 && flow.flow_id === `${flow.from_code}>${flow.to_code}`);
    const box = await page.locator('.maplibregl-canvas').boundingBox();
    await page.mouse.click(box.x + flow.point.x, box.y + flow.point.y);
    await page.waitForSelector('.choices .row');
    assert.equal(await page.locator('.choices .row').count(), Math.min(15, flow.partnerships));
    assert.deepEqual(await axeFaults(page), []);
    await page.click('.choose-all');
    await page.waitForFunction(() => /country=|partner=/.test(location.search));
    assert.equal((await settled(page)).total, flow.partnerships);
    await leave(visit);
});

test('the other language keeps what was chosen', async () => {
    const visit = await open('/?theme=eau', { webgl: false });
    const { page } = visit;
    await page.click('[data-facet=kind] summary');
    await page.check('[data-facet=kind] input >> nth=0');
    await settled(page);
    const { search } = new URL(page.url());
    await page.click('#other-language');
    await page.waitForURL(/\/en\//);
    assert.equal(new URL(page.url()).search, search);
    assert.equal(await page.getAttribute('html', 'lang'), 'en');
    await leave(visit);
});

test('a territory is found as it is typed, with the keyboard alone', async () => {
    const visit = await open('/', { webgl: false });
    const { page } = visit;
    await page.focus('#find-territory');
    await page.keyboard.type('grenob', { delay: 20 });
    await page.waitForSelector('.suggestions:not([hidden]) [role=option]');
    assert.deepEqual(await axeFaults(page), []);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => location.search.includes('french='));
    const { total } = await settled(page);
    assert.ok(total > 0);
    await leave(visit);
});

// The suggestions as the page groups them (scripts/finder.mjs): at most six of each side and of
// records, the group of the best answer first.
async function suggested(sought) {
    const { results } = await api(`/search.json?q=${encodeURIComponent(sought)}&lang=fr&limit=30`);
    const groups = new Map();
    for (const result of results) {
        const group = result.type === 'partnership' ? 'record' : result.side;
        groups.set(group, [...(groups.get(group) ?? []), result].slice(0, 6));
    }
    return [...groups.values()].flat();
}

/** The fewest keys that open a record from its title, the search field in focus: {keys, sought}. */
async function wayTo(row) {
    const starts = [...row.title.matchAll(/(?<=^|[^\p{L}\p{N}])[\p{L}\p{N}]/gu)].map(({ index }) => index);
    let best = { keys: Infinity };
    for (const length of [4, 7, 10, 13])
        for (const start of starts.slice(0, 12)) {
            if (length + 2 >= best.keys) break;
            const sought = row.title.slice(start, start + length);
            const at = (await suggested(sought)).findIndex(({ id }) => id === row.id);
            if (at >= 0 && length + at + 2 < best.keys) best = { keys: length + at + 2, sought };
        }
    return best;
}

test('any record is reached in at most 25 key presses', async () => {
    const { rows } = await api('/partnerships.json?per_page=500&sort=title');
    const visit = await open('/', { webgl: false });
    const { page } = visit;
    const toField = async () => {
        for (let presses = 0; ; presses++) {
            if (await page.evaluate(() => document.activeElement.id === 'find-territory')) return presses;
            await page.keyboard.press('Tab');
        }
    };
    const tabs = await toField();
    const ways = [];
    for (const row of rows) ways.push({ row, ...(await wayTo(row)) });
    const far = ways.filter(({ keys }) => tabs + keys > 25).map(({ row, keys }) => `${row.title}: ${tabs + keys}`);
    assert.deepEqual(far, []);
    // The three longest ways, walked.
    for (const { row, keys, sought } of ways.sort((one, other) => other.keys - one.keys).slice(0, 3)) {
        await page.goto(`${site.base}/`);
        let presses = await toField();
        for (const letter of sought) await page.keyboard.insertText(letter);
        presses += sought.length;
        const option = `[role=option][data-id="${row.id}"]`;
        await page.waitForSelector(option);
        while (!(await page.locator(`${option}[aria-selected=true]`).count())) {
            await page.keyboard.press('ArrowDown');
            presses += 1;
        }
        await page.keyboard.press('Enter');
        await page.waitForSelector('.panel:not([hidden])');
        assert.equal(new URL(page.url()).searchParams.get('open'), String(row.id));
        assert.equal(presses + 1, tabs + keys, row.title);
    }
    await leave(visit);
});

test('without scripts: numbers, filters and the whole list', async () => {
    const visit = await open('/?kind=jumelage', { javaScriptEnabled: false });
    const { page } = visit;
    const { partnerships } = await api('/counts.json?kind=jumelage');
    assert.ok((await page.textContent('#counter')).startsWith(`${partnerships.total} `));
    await page.click('[data-facet=theme] summary');
    await page.check('input[name=theme][value=jeunesse]');
    await page.click('.apply');
    const narrowed = await api('/counts.json?kind=jumelage&theme=jeunesse');
    assert.ok((await page.textContent('#counter')).startsWith(`${narrowed.partnerships.total} `));
    await page.goto(`${site.base}/`);
    const seen = new Set();
    for (;;) {
        for (const link of await page.locator('.row').all()) seen.add(await link.getAttribute('data-id'));
        if (!(await page.isVisible('#next'))) break;
        await page.click('#next');
    }
    assert.equal(seen.size, (await api('/counts.json')).partnerships.total);
    // The picture in the map's place is of what the address asks for.
    for (const [address, wanted] of [
        ['view=density&side=french', ['base,density', 'french', null, null]],
        ['view=choropleth&areas=departement&value=amount_eur&nature=cumul', ['base,choropleth', 'french', 'hexagone', 'cumul']],
    ]) {
        await page.goto(`${site.base}/?${address}`);
        const still = page.locator('.still');
        const { searchParams } = new URL(await still.getAttribute('src'), site.base);
        assert.deepEqual(['tilesets', 'side', 'frame', 'nature'].map((name) => searchParams.get(name)), wanted);
        assert.equal((await fetch(new URL(await still.getAttribute('src'), site.base))).status, 200);
    }
    await page.goto(`${site.base}/`);
    await page.locator('.row').first().click();
    assert.match(new URL(page.url()).pathname, /^\/partenariat\/\d+-/);
    await leave(visit);
});

test('hostile names are text: no script runs, no layout breaks', async () => {
    const { rows } = await api('/partnerships.json?per_page=500');
    // The importer takes direction overrides away; all else stays as it was written.
    const hostile = hostileTitles.map((title) => title.replace(/[\u202a-\u202e]/g, ''))
        .map((title) => rows.find((row) => row.title.includes(title)) ?? assert.fail(`lost: ${title}`));
    const visit = await open('/?sort=-year', { width: 390, height: 844, webgl: false });
    const { page } = visit;
    for (const { id, url } of hostile)
        for (const path of [`/?open=${id}`, new URL(url).pathname]) {
            await page.goto(site.base + path);
            if (path.startsWith('/?')) await page.waitForSelector('.panel:not([hidden])');
            assert.equal(await page.evaluate(() => globalThis.hacked), undefined);
            assert.equal(await page.locator('img[src=x], b, marquee').count(), 0);
            const wide = await page.evaluate(() => document.documentElement.scrollWidth);
            assert.ok(wide <= 390, `${path}: ${wide} pixels wide`);
        }
    // A name of 10,000 letters takes no more of the list than others.
    await page.goto(`${site.base}/?country=MA`);
    const heights = await page.evaluate(() =>
        [...document.querySelectorAll('#rows .row')].map((row) => row.offsetHeight));
    assert.ok(Math.max(...heights) < 250, `a row of ${Math.max(...heights)} pixels`);
    await page.screenshot({ path: join(screenshots, 'hostile.png') });
    await leave(visit);
});

/** Links that the map of flows stands for: each flow once, however many tiles it crosses. */
async function linksOnMap(query) {
    const answer = await fetch(`${site.base}/tiles/flows/0/0/0.mvt?${query}`);
    const { layers } = new VectorTile(new PbfReader(new Uint8Array(await answer.arrayBuffer())));
    const flows = new Map();
    for (let i = 0; i < (layers.flows?.length ?? 0); i++) {
        const { properties } = layers.flows.feature(i);
        flows.set(properties.flow_id, properties.n);
    }
    return [...flows.values()].reduce((sum, n) => sum + n, 0);
}

test('map, list, CSV and numbers agree in random states', async () => {
    const { by } = await api('/counts.json?by=theme,kind,country,region,year');
    const values = { theme: by.theme, kind: by.kind, country: by.country, french: by.region };
    let seed = 7;
    const random = (n) => { seed = (seed * 48271) % 2147483647; return seed % n; };
    for (let i = 0; i < 50; i++) {
        const parts = Object.entries(values).filter(() => random(3) === 0)
            .map(([name, groups]) => [name, groups[random(groups.length)].key])
            .filter(([name, key]) => key !== 'none' || name === 'kind')
            .map(([name, key]) => `${name}=${key}`);
        if (random(3) === 0) parts.push(`year=${2000 + random(25)}`);
        const query = parts.join('&');
        const counts = await api(`/counts.json?${query}`);
        const list = await api(`/partnerships.json?per_page=500&${query}`);
        const features = await api(`/partnerships.geojson?${query}`);
        const csv = await fetch(`${site.base}/partnerships.csv?${query}`).then((answer) => answer.text());
        const html = await fetch(`${site.base}/en/?${query}`).then((answer) => answer.text());
        const n = counts.partnerships.total;
        assert.equal(await linksOnMap(query), counts.links.placed, query);
        assert.equal(list.total, n, query);
        assert.equal(list.rows.length, n, query);
        assert.equal(features.features.length, n, query);
        assert.equal(csv.trimEnd().split('\r\n').length - 1, n, query);
        assert.match(html, new RegExp(`${counts.partnerships.placed} of ${n} records? ha`), query);
    }
});

test('the server away: a quiet message, and the page goes on by itself', async () => {
    const visit = await open('/', { webgl: false });
    const { page, context } = visit;
    await page.waitForFunction(() => document.documentElement.dataset.map);
    await context.setOffline(true);
    await page.click('[data-facet=kind] summary');
    await page.check('[data-facet=kind] input >> nth=0');
    await page.waitForSelector('#status:not([hidden]) button');
    await context.setOffline(false);
    await page.click('#status button');
    await settled(page);
    await page.waitForSelector('#status', { state: 'hidden' });
    await context.close();
});
