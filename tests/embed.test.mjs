// The atlas in somebody else's page: a strict host on another port shows it by the web component;
// nothing but our host is contacted, nothing is stored.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { axeFaults, needs, screenshots, startBrowser, startSite } from './browser/site.mjs';

needs('passerelle-import', 'passerelle-serve', 'gazetteer.sqlite');

let site, browser, host;
before(async () => {
    site = await startSite(['data/partnerships.csv']);
    browser = await startBrowser();
    host = createServer((request, answer) => {
        const [, as] = /as=(\w+)/.exec(request.url) ?? [];
        answer.writeHead(200, {
            'content-type': 'text/html; charset=utf-8',
            'content-security-policy': `default-src 'none'; script-src ${site.base}; frame-src ${site.base}`,
        });
        answer.end(`<!doctype html><html lang="fr"><title>Une mairie</title>
            <script src="${site.base}/embed.js" ${as === 'module' ? 'type="module"' : 'defer'}></script>
            <passerelle-map theme="eau" year="2015..2020" undated="include" lang="fr"></passerelle-map>`);
    });
    await new Promise((done) => host.listen(0, '127.0.0.1', done));
    host.base = `http://127.0.0.1:${host.address().port}`;
});
after(async () => {
    host?.close();
    await browser?.close();
    site?.stop();
});

/** Opens the host's page; asked: every address that it or the frame asked for. */
async function visit(query = '') {
    const context = await browser.newContext({ viewport: { width: 900, height: 640 } });
    const page = await context.newPage();
    const asked = [], faults = [];
    page.on('request', (request) => asked.push(request.url()));
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    page.on('pageerror', (error) => faults.push(error.message));
    await page.goto(`${host.base}/${query}`);
    return { context, page, asked, faults };
}

const isTile = (address) => address.includes('/tiles/');

const frameOf = (page) => page.waitForFunction(() => document.querySelector('passerelle-map')?.shadowRoot?.firstElementChild)
    .then((handle) => handle.asElement().contentFrame());

test('a strict page shows the map, and only our host is asked', async () => {
    for (const query of ['', '?as=module']) {
        const { context, page, asked, faults } = await visit(query);
        const frame = await frameOf(page);
        await frame.waitForFunction(() => document.documentElement.dataset.map === 'started');
        const url = new URL(frame.url());
        assert.equal(url.pathname, '/embed');
        assert.equal(url.searchParams.get('theme'), 'eau');
        assert.equal(url.searchParams.get('year'), '2015..2020');
        const { partnerships } = await fetch(`${site.base}/counts.json?theme=eau&year=2015..2020&undated=include`)
            .then((answer) => answer.json());
        assert.ok(partnerships.total > 0);
        assert.ok((await frame.textContent('#counter')).startsWith(`${partnerships.total} `));
        // The map asks for its tiles a moment after it has started.
        if (!asked.some(isTile)) await page.waitForRequest((request) => isTile(request.url()));
        await page.screenshot({ path: join(screenshots, `embed-host${query ? '-module' : ''}.png`) });
        for (const address of asked.filter((each) => each.startsWith('http')))
            assert.ok([site.base, host.base].includes(new URL(address).origin), address);
        assert.deepEqual(await context.cookies(), []);
        const stored = await frame.evaluate(async () =>
            [localStorage.length, sessionStorage.length, (await indexedDB.databases()).length]);
        assert.deepEqual(stored, [0, 0, 0]);
        assert.deepEqual(faults, []);
        await context.close();
    }
});

test('attributes change the frame; odd values never reach the address; history stays', async () => {
    const { context, page } = await visit();
    await frameOf(page);
    const src = () => page.evaluate(() => document.querySelector('passerelle-map').shadowRoot.firstElementChild.src);
    const set = (name, value) => page.evaluate(([key, text]) =>
        document.querySelector('passerelle-map').setAttribute(key, text), [name, value]);
    const steps = await page.evaluate(() => history.length);
    await set('lang', 'en');
    await set('theme', 'sante,education');
    await page.waitForFunction(() => document.querySelector('passerelle-map').shadowRoot.firstElementChild.src.includes('sante'));
    assert.equal(await src(), `${site.base}/en/embed?theme=sante%2Ceducation&year=2015..2020&undated=include`);
    await set('theme', '"><script>alert(1)</script>');
    await set('country', 'ML&open=1');
    await page.waitForFunction(() => !document.querySelector('passerelle-map').shadowRoot.firstElementChild.src.includes('sante'));
    assert.equal(await src(), `${site.base}/en/embed?year=2015..2020&undated=include`);
    await set('height', '300');
    await set('title', 'Nos partenariats');
    const shown = await page.evaluate(() => {
        const frame = document.querySelector('passerelle-map').shadowRoot.firstElementChild;
        return { height: frame.offsetHeight, title: frame.title, lazy: frame.loading };
    });
    assert.deepEqual(shown, { height: 300, title: 'Nos partenariats', lazy: 'lazy' });
    assert.equal(await page.evaluate(() => history.length), steps);
    await context.close();
});

test('what is done in the frame leaves the history of the page alone', async () => {
    const { context, page } = await visit();
    const frame = await frameOf(page);
    await frame.waitForFunction(() => document.documentElement.dataset.map === 'started');
    const steps = await page.evaluate(() => history.length);
    await frame.click('.rows .row');
    await frame.waitForSelector('.panel:not([hidden])');
    assert.equal(await page.evaluate(() => history.length), steps);
    await context.close();
});

test('in a small frame the choices of a view fold into a button, and the map keeps its room', async () => {
    const context = await browser.newContext({ viewport: { width: 600, height: 300 } });
    const page = await context.newPage();
    const seen = (selector) => page.locator(selector).isVisible();
    for (const [width, height] of [[320, 480], [600, 300]]) {
        await page.setViewportSize({ width, height });
        await page.goto(`${site.base}/embed?view=choropleth`);
        await page.waitForFunction(() => document.documentElement.dataset.map === 'started');
        const room = await page.locator('.map-room').boundingBox();
        const bar = await page.locator('.map-bar').boundingBox();
        const legend = await page.locator('.legend').boundingBox();
        assert.ok(room.height >= 0.55 * height, `${room.height} of ${height} pixels`);
        assert.ok(bar.height < 50, `choices take ${bar.height} pixels`);
        assert.ok(legend.y + legend.height <= height, 'the legend is in sight');
        assert.equal(await seen('select[data-state=value]'), false);
        const button = page.getByRole('button', { name: 'Réglages de la carte : Pays et territoires · Liens' });
        await button.focus();
        await page.keyboard.press('Enter');
        assert.equal(await button.getAttribute('aria-expanded'), 'true');
        const value = page.getByLabel('Ce qui est compté');
        await value.selectOption('partnerships');
        assert.deepEqual(await axeFaults(page), []);
        await value.press('Escape');
        assert.equal(await seen('select[data-state=value]'), false);
        assert.equal(await page.evaluate(() => document.activeElement.textContent),
            'Réglages de la carte : Pays et territoires · Fiches');
    }
    // A view that asks nothing has no button; a wide frame has all in sight.
    await page.locator('.map-bar > .menu select').selectOption('flows');
    assert.equal(await seen('.map-fold'), false);
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.goto(`${site.base}/embed?view=choropleth`);
    await page.waitForSelector('select[data-state=value]');
    assert.equal(await seen('.map-fold'), false);
    await context.close();
});

test('only /embed may be framed', async () => {
    const headers = (path) => fetch(site.base + path).then((answer) => answer.headers);
    const embed = await headers('/embed?theme=eau');
    assert.match(embed.get('content-security-policy'), /frame-ancestors \*$/);
    assert.equal(embed.get('x-frame-options'), null);
    for (const path of ['/', '/en/', '/genre', '/integrer', '/territoire/reg:84']) {
        const other = await headers(path);
        assert.match(other.get('content-security-policy'), /frame-ancestors 'none'$/, path);
        assert.equal(other.get('x-frame-options'), 'DENY', path);
    }
    const script = await headers('/embed.js');
    assert.match(script.get('cache-control'), /max-age=3600/);
    assert.match(script.get('content-type'), /^text\/javascript/);
    const again = await fetch(`${site.base}/embed.js`, { headers: { 'if-none-match': script.get('etag') } });
    assert.ok([200, 304].includes(again.status));
});

test('the builder writes codes that work, with and without scripts', async () => {
    const plain = await browser.newContext({ javaScriptEnabled: false });
    const still = await plain.newPage();
    await still.goto(`${site.base}/integrer`);
    await still.selectOption('[name=theme]', 'eau');
    await still.selectOption('[name=view]', 'density');
    await still.click('button[type=submit]');
    const codes = await still.locator('.code').allTextContents();
    assert.ok(codes[0].includes(`src="${site.base}/embed?theme=eau&amp;view=density"`), codes[0]);
    assert.ok(codes[1].includes('theme="eau" view="density"'), codes[1]);
    const picture = await fetch(codes[2]);
    assert.equal(picture.headers.get('content-type'), 'image/png');
    await plain.close();

    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${site.base}/en/integrer`);
    await page.selectOption('[name=country]', 'MA');
    await page.waitForFunction(() => document.querySelector('.code').textContent.includes('country=MA'));
    assert.match(await page.locator('.code').nth(1).textContent(), /country="MA" height="520" lang="en"/);
    assert.match(page.url(), /country=MA/);
    const preview = await page.waitForSelector('.preview').then((frame) => frame.contentFrame());
    await preview.waitForSelector('#counter');
    await context.close();
});
