// For the tests that look at the pages: the real importer and server on a port of their own, and
// Debian's Chromium. What a page does behind the reader's back is written down.
import { spawn, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

export const build = resolve(process.env.PASSERELLE_BUILD ?? 'build');
export const packages = resolve('build/test-packages/node_modules');
export const screenshots = join(build, 'screenshots');

/** Ends the test as skipped (77) where something it needs is not built or installed. */
export function needs(...names) {
    for (const path of [...names.map((name) => join(build, name)), packages, '/usr/bin/chromium'])
        if (!existsSync(path)) {
            console.log(`no ${path}: run ./dev build, or ./dev test`);
            process.exit(77);
        }
}

const freePort = () =>
    new Promise((done) => {
        const probe = createServer().listen(0, '127.0.0.1', () => {
            const { port } = probe.address();
            probe.close(() => done(port));
        });
    });

/** Imports the files and serves them: {base, folder, stop()}. */
export async function startSite(files) {
    const folder = mkdtempSync(join(tmpdir(), 'passerelle-page-'));
    const database = join(folder, 'atlas.sqlite');
    for (const file of files)
        execFileSync(join(build, 'passerelle-import'),
            [file, '--database', database, '--gazetteer', join(build, 'gazetteer.sqlite')],
            { stdio: ['ignore', 'pipe', 'pipe'] });
    const port = await freePort();
    const base = `http://127.0.0.1:${port}`;
    const server = spawn(join(build, 'passerelle-serve'),
        ['--database', database, '--listen', `127.0.0.1:${port}`], { stdio: 'ignore' });
    const stop = () => {
        server.kill('SIGTERM');
        rmSync(folder, { recursive: true, force: true });
    };
    for (let attempt = 0; attempt < 200; attempt++) {
        if (await fetch(`${base}/healthz`).then((answer) => answer.ok, () => false))
            return { base, database, folder, stop };
        await new Promise((done) => setTimeout(done, 50));
    }
    stop();
    throw new Error(`the server does not answer on ${base}`);
}

export async function startBrowser() {
    const { chromium } = await import(pathToFileURL(join(packages, 'playwright-core/index.mjs')));
    mkdirSync(screenshots, { recursive: true });
    return chromium.launch({
        executablePath: '/usr/bin/chromium',
        args: ['--headless', '--no-sandbox', '--disable-gpu', '--use-angle=swiftshader',
            '--enable-unsafe-swiftshader', '--disable-quic', '--no-first-run',
            '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    });
}

/** A new page of its own context, at path or, for null, still nowhere; webgl: false is a browser that cannot draw the map (and a much
 *  faster one, for what the map has no part in). faults collects console errors, page errors and requests to
 *  other hosts; a test expects it to stay empty. */
export async function openPage(browser, base, path, options = {}) {
    const { width = 1280, height = 800, webgl = true, ...rest } = options;
    const context = await browser.newContext({ viewport: { width, height }, ...rest });
    const page = await context.newPage();
    const faults = [];
    if (!webgl)
        await page.addInitScript(() => {
            const { getContext } = HTMLCanvasElement.prototype;
            HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
                return kind.startsWith('webgl') ? null : getContext.call(this, kind, ...more);
            };
        });
    page.on('console', (message) => {
        if (message.type() === 'error') faults.push(`console: ${message.text()}`);
    });
    page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
    page.on('request', (request) => {
        const url = new URL(request.url());
        if (url.protocol.startsWith('http') && url.origin !== base)
            faults.push(`foreign request: ${url.href}`);
    });
    if (path !== null) await page.goto(base + path);
    return { page, context, faults };
}

/** Waits until the map has drawn what it was asked for. */
export async function drawn(page) {
    await page.waitForFunction(() => document.documentElement.dataset.map);
    await page.evaluate(() => new Promise((done) => {
        const { map } = globalThis.passerelle;
        if (!map) return done();
        const look = () => (map.loaded() && map.areTilesLoaded() ? done() : map.once('idle', look));
        look();
    }));
}

const axe = () => readFileSync(join(packages, 'axe-core/axe.min.js'), 'utf8');

/** What axe finds wrong, one line each. */
export async function axeFaults(page) {
    await page.evaluate(axe()); // by evaluation: a script element is refused by the page's policy
    const { violations } = await page.evaluate(() => globalThis.axe.run());
    return violations.flatMap((violation) =>
        violation.nodes.map((node) => `${violation.id}: ${node.target} (${violation.help})`));
}
