// ./dev bench page: bytes over the wire (counted by a proxy between Chromium and our server, so
// headers and all), requests, and times of first visits to the atlas page; and how long the numbers
// take to follow a filter.
//
//   node tests/bench/page.mjs FILE [--rounds N]
import { createConnection, createServer } from 'node:net';
import { drawn, needs, openPage, startBrowser, startSite } from '../browser/site.mjs';

needs('passerelle-import', 'passerelle-serve', 'gazetteer.sqlite');

const [file, ...options] = process.argv.slice(2);
const rounds = options[0] === '--rounds' ? Math.max(1, Number(options[1])) : 5;
const GOAL_BYTES = 650000;
const VISITS = [
    { name: 'desktop, 1280 x 800', path: '/', width: 1280, height: 800 },
    { name: 'phone, 390 x 844', path: '/', width: 390, height: 844, isMobile: true, hasTouch: true,
        deviceScaleFactor: 3 },
    { name: 'areas by country', path: '/?view=choropleth', width: 1280, height: 800 },
];

const median = (values) => [...values].sort((one, other) => one - other)[values.length >> 1];
const range = (values, digits = 0) => `${median(values).toFixed(digits)} ` +
    `(${Math.min(...values).toFixed(digits)}–${Math.max(...values).toFixed(digits)})`;

/** A proxy on loopback that counts what the server sends. */
async function startMeter(base) {
    const { port } = new URL(base);
    const meter = { bytes: 0 };
    const server = createServer((reader) => {
        const upstream = createConnection({ host: '127.0.0.1', port });
        upstream.on('data', (block) => { meter.bytes += block.length; });
        for (const [from, to] of [[reader, upstream], [upstream, reader]]) {
            from.pipe(to);
            from.on('error', () => to.destroy());
        }
    });
    await new Promise((done) => server.listen(0, '127.0.0.1', done));
    meter.base = `http://127.0.0.1:${server.address().port}`;
    meter.stop = () => server.close();
    return meter;
}

/** One first visit, with nothing in the browser's cache. */
async function visit(browser, meter, { path, name, ...look }) {
    let requests = 0;
    const { page, context, faults } = await openPage(browser, meter.base, null, look);
    page.on('request', () => { requests += 1; });
    meter.bytes = 0;
    const begun = performance.now();
    await page.goto(meter.base + path);
    await drawn(page);
    const mapMs = performance.now() - begun;
    const bytes = meter.bytes;
    const { paintMs, usableMs } = await page.evaluate(() => ({
        paintMs: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN,
        usableMs: performance.getEntriesByName('passerelle-usable')[0]?.startTime ?? NaN,
    }));
    if (faults.length > 0) throw new Error(`${name}: ${faults.join('; ')}`);
    await context.close();
    return { bytes, requests, paintMs, usableMs, mapMs };
}

/** Milliseconds from a tick in a filter to the numbers of the new selection on the page. */
async function followTimes(browser, base) {
    const { page, context } = await openPage(browser, base, '/', { webgl: false });
    await page.waitForFunction(() => document.documentElement.dataset.map);
    await page.waitForTimeout(500);
    const times = await page.evaluate(async () => {
        const counter = document.getElementById('counter-numbers');
        const boxes = [...document.querySelectorAll('[data-facet=theme] [type=checkbox]')].slice(0, 12);
        const found = [];
        for (const box of boxes) {
            const changed = new Promise((done) => {
                new MutationObserver((_, observer) => {
                    observer.disconnect();
                    done();
                }).observe(counter, { childList: true, characterData: true, subtree: true });
            });
            const start = performance.now();
            box.click();
            await changed;
            found.push(performance.now() - start);
            await new Promise((done) => setTimeout(done, 200));
        }
        return found;
    });
    await context.close();
    return times;
}

const site = await startSite([file]);
const meter = await startMeter(site.base);
const browser = await startBrowser();
try {
    let met = true;
    for (const look of VISITS) {
        const seen = [];
        for (let i = 0; i < rounds; i++) seen.push(await visit(browser, meter, look));
        const of = (name) => seen.map((one) => one[name]);
        const kilobytes = of('bytes').map((bytes) => bytes / 1000);
        const good = Math.max(...kilobytes) * 1000 <= GOAL_BYTES;
        met &&= good;
        console.log(`${look.name}: ${range(kilobytes)} kB over the wire until the map is drawn ` +
            `(goal ${GOAL_BYTES / 1000}: ${good ? 'met' : 'not met'}), ${range(of('requests'))} requests; ` +
            `first paint ${range(of('paintMs'))} ms, usable ${range(of('usableMs'))} ms, ` +
            `map drawn ${range(of('mapMs'))} ms`);
    }
    console.log(`numbers follow a filter in ${range(await followTimes(browser, site.base), 1)} ms`);
    process.exitCode = met ? 0 : 1;
} finally {
    await browser.close();
    meter.stop();
    site.stop();
}
