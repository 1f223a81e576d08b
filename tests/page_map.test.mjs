// The atlas page's map and what stands beside it: each view agrees with the server's legend, map and
// list show one another's choice, figures choose, the address can be cited.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { axeFaults, drawn, needs, openPage, screenshots, startBrowser, startSite } from './browser/site.mjs';

needs('passerelle-import', 'passerelle-serve', 'gazetteer.sqlite');

let site, browser;
before(async () => {
    site = await startSite(['data/partnerships.csv']);
    browser = await startBrowser();
});
after(async () => {
    await browser?.close();
    site?.stop();
});

const api = (path) => fetch(site.base + path).then((answer) => answer.json());
const chosen = (page, name) => new URL(page.url()).searchParams.get(name);

/** Opens the page, does what do() does, and leaves without a fault or a cookie. */
async function visit(path, options, run) {
    const { page, context, faults } = await openPage(browser, site.base, path,
        { width: 1180, height: 640, ...options });
    try {
        if (options.webgl === false) await page.waitForFunction(() => document.documentElement.dataset.map);
        else await drawn(page);
        await run(page, faults);
        assert.deepEqual(faults, []);
        assert.deepEqual(await context.cookies(), []);
    } finally {
        await context.close();
    }
}

test('classes and colours of the map are those of the legend, which are the server’s', async () => {
    const views = [
        { path: '/?view=density', layer: 'density', legend: 'tileset=density' },
        { path: '/?view=choropleth&areas=country&value=partnerships', layer: 'choropleth',
            legend: 'tileset=choropleth&level=region-country&value=partnerships' },
        { path: '/?view=choropleth&value=amount_eur&nature=cumul', layer: 'choropleth',
            legend: 'tileset=choropleth&level=region-country&value=amount_eur&nature=cumul' },
        { path: '/?view=choropleth&areas=departement', layer: 'choropleth',
            legend: 'tileset=choropleth&side=french&level=departement-country' },
    ];
    await visit('/', {}, async (page) => {
        for (const { path, layer, legend } of views) {
            await page.goto(site.base + path);
            await drawn(page);
            await page.waitForSelector('.legend li');
            const { zoom, paint } = await page.evaluate((name) => {
                const { map } = globalThis.passerelle;
                return { zoom: Math.floor(map.getZoom()), paint: JSON.stringify(map.getPaintProperty(name, 'fill-color')) };
            }, layer);
            const { classes } = await api(`/legend.json?${legend}&zoom=${zoom}&lang=fr`);
            assert.ok(classes.length > 1, path);
            const words = await page.innerText('.legend-body');
            for (const { colour, label, from } of classes) {
                assert.ok(paint.includes(colour), `${path}: ${colour}`);
                assert.ok(from === classes[0].from || paint.includes(`,${from},"${colour}"`), `${path}: ${from}`);
                assert.ok(words.includes(label), `${path}: ${label}`);
            }
        }
    });
});

test('years compare on one scale, that of all years, in the legend and on the map', async () => {
    await visit('/?view=density&theme=eau&year=2015', {}, async (page) => {
        const zoom = await page.evaluate(() => Math.floor(globalThis.passerelle.map.getZoom()));
        const painted = () => page.evaluate(() =>
            JSON.stringify(globalThis.passerelle.map.getPaintProperty('density', 'fill-color')));
        const own = await painted();
        await page.getByLabel('Même échelle pour toutes les années').check();
        await page.waitForFunction((before) =>
            JSON.stringify(globalThis.passerelle.map.getPaintProperty('density', 'fill-color')) !== before, own);
        assert.equal(chosen(page, 'scale'), 'all');
        const { classes } = await api(`/legend.json?tileset=density&theme=eau&zoom=${zoom}`);
        const scale = await painted();
        for (const { from, colour } of classes.slice(1)) assert.ok(scale.includes(`${from},"${colour}"`), scale);
        assert.match(await page.innerText('.legend-body'), /Échelle de toutes les années/);
        await page.goto(page.url());
        await drawn(page);
        assert.equal(await page.getByLabel('Même échelle').isChecked(), true);
    });
});

test('each view is chosen by a button, is in the address, and comes back', async () => {
    await visit('/', {}, async (page) => {
        for (const [view, layer] of [['flows', 'flows'], ['places', 'spots-french'], ['heat', 'heat'],
            ['choropleth', 'choropleth'], ['density', 'density']]) {
            await page.check(`input[name=map-view][value=${view}]`, { force: true });
            assert.equal(chosen(page, 'view'), view);
            await drawn(page);
            assert.equal(await page.evaluate((name) =>
                globalThis.passerelle.map.getLayoutProperty(name, 'visibility'), layer), 'visible');
        }
        await page.goBack();
        assert.equal(chosen(page, 'view'), 'choropleth');
        await page.selectOption('select[data-state=areas]', 'departement');
        await page.waitForFunction(() => globalThis.passerelle.map.getZoom() > 3.5); // went to France
        await page.selectOption('select[data-state=value]', 'per_million');
        assert.equal(chosen(page, 'areas'), 'departement');
        assert.equal(chosen(page, 'value'), 'per_million');
        // Of money the menu has what the edition has.
        assert.deepEqual(await page.$$eval('select[data-state=value] option', (all) => all.map((one) => one.value)),
            ['n', 'partnerships', 'partners', 'per_million', 'attribue', 'cumul']);
        await page.selectOption('select[data-state=value]', 'cumul');
        assert.deepEqual(['value', 'nature'].map((name) => chosen(page, name)), ['amount_eur', 'cumul']);
        assert.match(await page.evaluate(() => globalThis.passerelle.map.getSource('choropleth').tiles[0]), /nature=cumul/);
        await page.reload();
        assert.equal(await page.inputValue('select[data-state=value]'), 'cumul');
        await drawn(page);
        await page.selectOption('select[data-state=value]', 'partners');
        assert.deepEqual(['value', 'nature'].map((name) => chosen(page, name)), ['partners', null]);
        // Nobody counts the people of first-level units: the choice is not there, and says why.
        await page.selectOption('select[data-state=value]', 'per_million');
        await page.selectOption('select[data-state=areas]', 'admin1');
        assert.equal(await page.inputValue('select[data-state=value]'), 'n');
        const people = page.locator('select[data-state=value] option[value=per_million]');
        assert.ok(await people.isDisabled());
        assert.match(await people.textContent(), /inconnue/);
    });
});

test('a map with nothing to show says so', async () => {
    await visit('/?country=VN', {}, async (page) => {
        const empty = page.locator('.map-empty');
        await page.waitForFunction(() => document.querySelector('.legend li'));
        assert.ok(await empty.isHidden());
        await page.goto(`${site.base}/?country=VN&year=1946`);
        await empty.waitFor({ state: 'visible' });
    });
});

test('an open record is drawn in every view, and the map goes to it', async () => {
    const { rows } = await api('/partnerships.json?per_page=500&country=VN');
    const wanted = rows.find((row) => row.placed);
    await visit('/?view=density&country=VN', {}, async (page) => {
        await page.evaluate(() => globalThis.passerelle.map.jumpTo({ center: [-60, -20], zoom: 4 }));
        await page.click(`.row[data-id="${wanted.id}"]`);
        await page.waitForSelector('.panel:not([hidden])');
        await page.waitForFunction(() => {
            const { map } = globalThis.passerelle;
            return !map.isMoving() && map.queryRenderedFeatures({ layers: ['open-ends'] }).length > 1;
        });
        const facts = await api(`/partenariat/${wanted.id}.json`);
        const inSight = await page.evaluate((points) => points.every((point) =>
            globalThis.passerelle.map.getBounds().contains(point)),
        facts.parties.filter(({ territory }) => territory?.lon).map(({ territory: { lon, lat } }) => [lon, lat]));
        assert.ok(inSight);
        await page.screenshot({ path: join(screenshots, 'record-on-map.png') });
        await page.keyboard.press('Escape');
        await page.waitForFunction(() =>
            globalThis.passerelle.map.queryRenderedFeatures({ layers: ['open-ends'] }).length === 0);
    });
});

test('a place of the map lists its records, and one of them opens', async () => {
    await visit('/?view=places', {}, async (page) => {
        const place = await page.evaluate(() => {
            const { map } = globalThis.passerelle;
            const { clientWidth, clientHeight } = map.getCanvas();
            const spots = map.queryRenderedFeatures({ layers: ['spots-foreign'] })
                .map((feature) => ({ ...feature.properties, point: map.project(feature.geometry.coordinates) }))
                .filter(({ point: { x, y } }) => x > 300 && y > 100 && x < clientWidth - 100 && y < clientHeight - 60);
            const alone = spots.find((spot) => spots.every((other) => other === spot ||
                Math.hypot(other.point.x - spot.point.x, other.point.y - spot.point.y) > 25));
            return alone;
        });
        const box = await page.locator('.maplibregl-canvas').boundingBox();
        await page.mouse.click(box.x + place.point.x, box.y + place.point.y);
        await page.waitForSelector('.choices .row');
        assert.ok((await page.textContent('.choices h2')).includes(place.name));
        assert.equal(await page.locator('.choices .row').count(), place.partnerships);
        assert.deepEqual(await axeFaults(page), []);
        const id = await page.getAttribute('.choices .row', 'data-id');
        await page.click('.choices .row');
        await page.waitForSelector('.panel:not([hidden])');
        assert.equal(chosen(page, 'open'), id);
    });
});

test('each overseas territory is one click away', async () => {
    await visit('/', { reducedMotion: 'reduce' }, async (page) => {
        const buttons = page.locator('.overseas button');
        assert.equal(await buttons.count(), 12);
        await buttons.filter({ hasText: 'La Réunion' }).click();
        const near = await page.evaluate(() => globalThis.passerelle.map.getBounds().contains([55.5, -21.1]) &&
            globalThis.passerelle.map.getZoom() > 7);
        assert.ok(near);
        assert.match(chosen(page, 'at'), /^8\.\d+\/-21\./);
    });
});

test('bars are tables that choose what they show', async () => {
    await visit('/?tab=figures', { webgl: false }, async (page) => {
        await page.waitForSelector('.chart');
        const { by } = await api('/counts.json?by=country,theme-year,authority,partner');
        const rows = await page.locator('.chart').first().locator('tbody tr').allInnerTexts();
        const top = by.country.filter(({ key }) => key !== 'none').sort((one, other) => other.partnerships - one.partnerships)[0];
        assert.match(rows[0], new RegExp(`${top.label_fr}\\s+${top.partnerships}`));
        assert.ok(await page.locator('.chart').count() === 5);
        assert.deepEqual(await axeFaults(page), []);
        await page.click('.chart tbody button >> nth=0');
        assert.equal(chosen(page, 'country'), top.key);
        await page.waitForFunction((n) =>
            Number.parseInt(document.getElementById('counter-numbers').textContent, 10) === n, top.partnerships);
        await page.focus('[role=tab][aria-selected=true]');
        await page.keyboard.press('ArrowLeft');
        assert.equal(chosen(page, 'tab'), null);
        assert.ok(await page.isVisible('#rows .row'));
    });
});

test('what has no place is one click away, and is just the rest', async () => {
    const { partnerships } = await api('/counts.json?kind=projet');
    for (const javaScriptEnabled of [true, false]) {
        const { page, context } = await openPage(browser, site.base, '/?kind=projet', { webgl: false, javaScriptEnabled });
        await page.click('#unplaced-link');
        await page.waitForFunction(() => location.search.includes('placed=no'));
        const rest = partnerships.total - partnerships.placed;
        await page.waitForFunction((n) => document.querySelectorAll('#rows .row').length === n, Math.min(25, rest));
        assert.equal(await page.locator('#rows .flag').count(), Math.min(25, rest));
        assert.match(await page.textContent('#list-heading'), new RegExp(`^${rest} `));
        await page.click('#unplaced-link');
        await page.waitForFunction(() => !location.search.includes('placed'));
        await context.close();
    }
});

test('the address to cite names the edition; an earlier one says so', async () => {
    const { edition } = await api('/counts.json');
    const name = `${edition.number}-${edition.hash.slice(0, 8)}`;
    await visit('/?theme=eau', { webgl: false }, async (page) => {
        await page.click('[data-facet=kind] summary');
        await page.check('[data-facet=kind] input >> nth=0');
        const address = new URL(await page.getAttribute('#permalink', 'href'));
        assert.equal(address.searchParams.get('edition'), name);
        assert.equal(address.searchParams.get('theme'), 'eau');
        assert.ok(address.searchParams.get('kind'));
        await page.goto(address.href);
        assert.equal(await page.locator('.notice').count(), 0);
        await page.goto(`${site.base}/en/?theme=eau&edition=${edition.number + 4}-00000000`);
        assert.match(await page.textContent('.notice'), new RegExp(`cites edition ${edition.number + 4}\\..*number ${edition.number} `));
        const { partnerships } = await api('/counts.json?theme=eau');
        assert.ok((await page.textContent('#counter')).startsWith(`${partnerships.total} `));
    });
});

test('options say how many a tick would add, years how many there are, whatever is chosen', async () => {
    await visit('/?country=ML&year=2015..2016', { webgl: false }, async (page) => {
        const { by } = await api('/counts.json?by=country&year=2015..2016');
        const shown = () => page.evaluate(() => Object.fromEntries([...document.querySelectorAll(
            '[data-facet=country] .tick-count')].map((count) => [count.dataset.key, Number(count.textContent)])));
        const wanted = Object.fromEntries(by.country.filter(({ key }) => key !== 'none')
            .map(({ key, partnerships }) => [key, partnerships]));
        const fromServer = await shown();
        for (const [key, n] of Object.entries(wanted)) assert.equal(fromServer[key], n, key);
        await page.click('[data-facet=country] input[value=SN]');
        await page.waitForFunction(() => location.search.includes('ML,SN'));
        await page.waitForTimeout(300);
        const after = await shown();
        for (const [key, n] of Object.entries(wanted)) assert.equal(after[key], n, key);
        const bars = await page.evaluate(() => [...document.querySelectorAll('.histogram rect')]
            .filter((bar) => Number(bar.getAttribute('height')) > 0).length);
        const all = await api('/counts.json?by=year&country=ML,SN');
        assert.equal(bars, all.by.year.filter(({ key, partnerships }) => key !== 'none' && partnerships > 0).length);
    });
});

test('the server away from the map: a word, and tiles when it is back', async () => {
    const { page, context } = await openPage(browser, site.base, '/?view=flows', { width: 1180, height: 640 });
    await drawn(page);
    await context.setOffline(true);
    await page.evaluate(() => globalThis.passerelle.map.jumpTo({ center: [100, 15], zoom: 5 }));
    await page.waitForSelector('#status:not([hidden]) button');
    assert.deepEqual(await axeFaults(page), []);
    await context.setOffline(false);
    // Unless the map has noticed by itself, which takes the button away.
    await page.evaluate(() => document.querySelector('#status button')?.click());
    await page.waitForSelector('#status', { state: 'hidden' });
    await page.waitForFunction(() =>
        globalThis.passerelle.map.queryRenderedFeatures({ layers: ['land'] }).length > 0);
    await context.close();
});
