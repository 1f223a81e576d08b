// Every page and state of tests/browser/states.mjs in languages, widths and schemes: no barrier that
// axe knows of, nothing asked of other hosts, no cookie, no fault in the console, nothing that runs
// out of the page; and a picture of each in build/screenshots.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { axeFaults, drawn, needs, openPage, screenshots, startBrowser, startSite } from './browser/site.mjs';
import { addressOf, lookUp, nameOf, visits } from './browser/states.mjs';

needs('passerelle-import', 'passerelle-serve', 'gazetteer.sqlite');

let site, browser, known;
before(async () => {
    site = await startSite(['data/partnerships.csv']);
    known = await lookUp(site.base);
    browser = await startBrowser();
});
after(async () => {
    await browser?.close();
    site?.stop();
});

/** What is wrong with one visit, one line each. */
async function faultsOf(visit) {
    const { width, height, colorScheme, state } = visit;
    const { page, context, faults } = await openPage(browser, site.base, addressOf(visit, known),
        { width, height, colorScheme });
    try {
        if (state.map) await drawn(page);
        if (state.ready) await page.waitForSelector(state.ready);
        await page.screenshot({ path: join(screenshots, `${nameOf(visit)}.png`) });
        const found = (await axeFaults(page)).concat(state.refused ? [] : faults);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        if (wide > width) found.push(`${wide} pixels wide`);
        if ((await context.cookies()).length > 0) found.push('a cookie');
        return found.map((fault) => `${nameOf(visit)}: ${fault}`);
    } finally {
        await context.close();
    }
}

test('every state, looked at', async () => {
    const all = [];
    for (const visit of visits(Boolean(process.env.PASSERELLE_FULL))) all.push(...(await faultsOf(visit)));
    assert.deepEqual(all, []);
});

test('the policy for scripts names our own files alone', async () => {
    for (const path of ['/', new URL(known.record.url).pathname, '/nowhere']) {
        const answer = await fetch(site.base + path, { headers: { accept: 'text/html' } });
        const policy = answer.headers.get('content-security-policy');
        assert.match(policy, /script-src 'self';/, path);
        assert.doesNotMatch(policy, /unsafe/, path);
        assert.equal(answer.headers.get('set-cookie'), null);
    }
});
