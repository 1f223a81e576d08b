// passerelle-export, the whole programme: archives read by the npm reader of PMTiles and by GDAL, each
// tile equal to what the server answers; files in the way, full disks, nothing to draw; and the page
// that shows an archive from plain web space, in Chromium.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { axeFaults, build, needs, openPage, screenshots, startBrowser, startSite } from './browser/site.mjs';

needs('passerelle-import', 'passerelle-serve', 'passerelle-export', 'gazetteer.sqlite');
const packages = resolve('build/test-packages/node_modules');
const { PMTiles } = await import(pathToFileURL(join(packages, 'pmtiles/dist/esm/index.js')));

let site;
before(async () => {
    site = await startSite(['data/partnerships.csv']);
});
after(() => site?.stop());

const run = (programme, ...options) => spawnSync(programme, options, { encoding: 'utf8' });
const exportTo = (...options) =>
    run(join(build, 'passerelle-export'), '--database', site.database, ...options);

function exported(name, ...options) {
    const path = join(site.folder, name);
    const done = exportTo('--output', path, '--quiet', ...options);
    assert.equal(done.status, 0, done.stderr);
    return path;
}

/** Reads ranges of a file for the npm reader. */
function archiveAt(path) {
    const content = readFileSync(path);
    return new PMTiles({
        getKey: () => path,
        getBytes: async (offset, length) => ({
            data: content.buffer.slice(content.byteOffset + offset, content.byteOffset + offset + length),
        }),
    });
}

async function served(tilesets, { z, x, y }, query) {
    const answer = await fetch(`${site.base}/tiles/${tilesets}/${z}/${x}/${y}.mvt${query}`);
    assert.ok([200, 204].includes(answer.status), `${answer.status}`);
    return Buffer.from(await answer.arrayBuffer());
}

/** Every tile to zoom 4, and of each closer zoom some across the world. */
function* keys(deepest) {
    for (let z = 0; z <= deepest; z++)
        for (let i = 0, side = 2 ** z; i < Math.min(side * side, 256); i++)
            yield z <= 4
                ? { z, x: i % side, y: Math.floor(i / side) }
                : { z, x: (i * 37 + 11) % side, y: Math.floor(side * (0.3 + 0.2 * ((i * 0.618) % 1))) };
}

async function sameAsServed(path, tilesets, deepest, query) {
    const archive = archiveAt(path);
    let full = 0;
    for (const key of keys(deepest)) {
        const [tile, answer] = [await archive.getZxy(key.z, key.x, key.y), await served(tilesets, key, query)];
        const held = tile ? Buffer.from(tile.data) : Buffer.alloc(0);
        assert.ok(held.equals(answer), `${key.z}/${key.x}/${key.y}${query}`);
        full += held.length > 0;
    }
    assert.ok(full > 5);
}

test('PMTiles: every tile is what the server answers', async () => {
    const path = exported('atlas.pmtiles', '--zoom', '0..5');
    await sameAsServed(path, 'base,flows,places', 5, '');
    const header = await archiveAt(path).getHeader();
    assert.equal(header.clustered, true);
    assert.equal(header.tileType, 1);
    assert.deepEqual([header.minZoom, header.maxZoom], [0, 5]);
    assert.ok(header.numTileContents < header.numAddressedTiles, 'equal tiles stand once');
    const about = await archiveAt(path).getMetadata();
    assert.match(about.attribution, /GeoNames/);
    assert.equal(about.lang, 'fr');
    assert.ok(about.vector_layers.some(({ id }) => id === 'flows'));
});

test('PMTiles under a filter, of other tilesets, in English', async () => {
    const path = exported('filtered.pmtiles', '--zoom', '0..5', '--filter', 'kind=projet,jumelage&year=2000..2020',
        '--tilesets', 'links,density', '--lang', 'en');
    await sameAsServed(path, 'links,density', 5, '?kind=projet,jumelage&year=2000..2020&lang=en');
});

test('the same bytes from one thread and from three', () => {
    const [one, three] = [1, 3].map((n) => exported(`${n}.pmtiles`, '--zoom', '0..4', '--threads', `${n}`));
    assert.ok(readFileSync(one).equals(readFileSync(three)));
});

test('MBTiles: GDAL reads its layers, and its tiles are those of the PMTiles', async () => {
    const path = exported('atlas.mbtiles', '--zoom', '0..3');
    const listed = run('ogrinfo', '-ro', '-q', path).stdout;
    for (const layer of ['land', 'borders', 'labels', 'flows', 'places']) assert.match(listed, new RegExp(layer));
    const flows = run('ogrinfo', '-ro', '-so', '-oo', 'ZOOM_LEVEL=3', path, 'flows').stdout;
    assert.match(flows, /Feature Count: [1-9]/);
    const archive = archiveAt(exported('beside.pmtiles', '--zoom', '0..3'));
    const rows = execFileSync('sqlite3', [path,
        'SELECT zoom_level, tile_column, (1 << zoom_level) - 1 - tile_row, hex(tile_data) FROM tiles'],
    { encoding: 'utf8', maxBuffer: 1 << 28 }).trim().split('\n').map((row) => row.split('|'));
    assert.equal(rows.length, (await archive.getHeader()).numAddressedTiles);
    const { gunzipSync } = await import('node:zlib');
    for (const [z, x, y, hex] of rows) {
        const tile = await archive.getZxy(Number(z), Number(x), Number(y));
        assert.ok(gunzipSync(Buffer.from(hex, 'hex')).equals(Buffer.from(tile.data)));
    }
});

test('a file in the way stays as it is, unless one says so', () => {
    const path = join(site.folder, 'kept.pmtiles');
    writeFileSync(path, 'mine');
    const refused = exportTo('--output', path, '--zoom', '0..2');
    assert.equal(refused.status, 1);
    assert.match(refused.stderr, /kept\.pmtiles exists.*--overwrite/);
    assert.equal(readFileSync(path, 'utf8'), 'mine');
    exported('kept.pmtiles', '--zoom', '0..2', '--overwrite');
    assert.equal(readFileSync(path).toString('latin1', 0, 7), 'PMTiles');
});

test('a full disk is said, and leaves nothing', () => {
    for (const name of ['full.pmtiles', 'full.mbtiles']) {
        const path = join(site.folder, name);
        const done = run('bash', '-c', 'trap "" XFSZ; ulimit -f 60; exec "$@"', 'sh',
            join(build, 'passerelle-export'), '--database', site.database, '--output', path, '--quiet');
        assert.equal(done.status, 1, name);
        assert.match(done.stderr, /full/, name);
        assert.deepEqual(readdirSync(site.folder).filter((other) => other.startsWith(name)), []);
    }
});

test('interrupted, it leaves no half file, and what was there stays', async () => {
    for (const [name, signal] of [['cut.pmtiles', 'SIGTERM'], ['cut.mbtiles', 'SIGINT'], ['cut.pmtiles', 'SIGHUP']]) {
        const path = join(site.folder, name);
        writeFileSync(path, 'as it was');
        const beside = () => readdirSync(site.folder).filter((other) => other.startsWith(`${name}.`));
        const export_ = spawn(join(build, 'passerelle-export'), ['--database', site.database, '--output', path,
            '--overwrite', '--zoom', '0..12', '--quiet'], { stdio: ['ignore', 'ignore', 'pipe'] });
        let said = '';
        export_.stderr.on('data', (text) => { said += text; });
        const ended = once(export_, 'close');
        while (export_.exitCode === null && beside().length === 0) await new Promise((go) => setTimeout(go, 20));
        export_.kill(signal);
        const [, by] = await ended;
        assert.equal(by, signal);
        assert.match(said, /stopped before .* was whole/);
        assert.deepEqual(beside(), []);
        assert.equal(readFileSync(path, 'utf8'), 'as it was');
    }
});

test('killed, it leaves a part that the next one replaces; two of one name do not meet', async () => {
    for (const name of ['killed.pmtiles', 'killed.mbtiles']) {
        const path = join(site.folder, name);
        const beside = () => readdirSync(site.folder).filter((other) => other.startsWith(`${name}.`));
        const export_ = spawn(join(build, 'passerelle-export'), ['--database', site.database, '--output', path,
            '--zoom', '0..12', '--quiet'], { stdio: 'ignore' });
        const ended = once(export_, 'close');
        while (export_.exitCode === null && beside().length === 0) await new Promise((go) => setTimeout(go, 20));
        const second = exportTo('--output', path, '--zoom', '0..2');
        assert.equal(second.status, 1, name);
        assert.match(second.stderr, /another export is writing .*killed/, name);
        export_.kill('SIGKILL');
        await ended;
        writeFileSync(`${path}.part`, 'half a file');
        const next = exportTo('--output', path, '--zoom', '0..2');
        assert.equal(next.status, 0, next.stderr);
        assert.match(next.stderr, /\.part is replaced: an export that was cut short left it/);
        assert.deepEqual(beside(), []);
    }
});

test('wrong options say what is right', () => {
    mkdirSync(join(site.folder, 'folder.pmtiles'));
    for (const [options, said, status] of [
        [[], /--output and --page/],
        [['--output', 'a.pmtiles', '--page', 'b'], /--output and --page/],
        [['--output', 'a.tar'], /\.pmtiles or \.mbtiles/],
        [['--output', join(site.folder, 'nowhere', 'a.pmtiles')], /no such folder/, 1],
        [['--output', join(site.folder, 'folder.pmtiles'), '--overwrite'], /folder\.pmtiles is a folder; name a file/],
        [['--output', 'a.pmtiles', '--zoom', '3..1'], /--zoom/],
        [['--output', 'a.pmtiles', '--tilesets', 'heat'], /--tilesets knows/],
        [['--output', 'a.pmtiles', '--filter', 'colour=red'], /no filter named colour/],
        [['--output', 'a.pmtiles', '--filter', 'year=soon'], /year/],
        [['--output', 'a.pmtiles', '--filter', 'theme=no-such-theme'], /no theme of this atlas/],
        [['--page', join(site.folder, 'no-page'), '--filter', 'colour=red'], /no filter named colour/],
    ]) {
        const done = exportTo(...options);
        assert.equal(done.status, status ?? 2, options.join(' '));
        assert.match(done.stderr, said);
    }
    assert.ok(!existsSync(join(site.folder, 'no-page')), 'nothing is written for wrong options');
});

test('an edition without one located row makes a base map, and empty tiles', async () => {
    const csv = join(site.folder, 'nowhere.csv');
    writeFileSync(csv, 'french_name,foreign_name,country,title\nXyzzyville,Qwertystan,,Un essai\n');
    const nowhere = await startSite([csv]);
    try {
        const done = run(join(build, 'passerelle-export'), '--database', nowhere.database, '--output',
            join(nowhere.folder, 'a.pmtiles'), '--zoom', '0..2', '--quiet');
        assert.equal(done.status, 0, done.stderr);
        const flows = await fetch(`${nowhere.base}/tiles/flows/0/0/0.mvt`);
        assert.equal(flows.status, 204);
        for (const path of ['/tiles/flows/0/0/0.png', '/picture.png', '/legend.json?tileset=flows', '/counts.json'])
            assert.equal((await fetch(nowhere.base + path)).status, 200, path);
    } finally {
        nowhere.stop();
    }
});

const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.txt': 'text/plain' };

/** Plain web space: files, and parts of them. */
function webSpace(folder) {
    const server = createServer((request, response) => {
        const path = join(folder, decodeURI(new URL(request.url, 'http://space').pathname).replace(/\/$/, '/index.html'));
        if (!existsSync(path)) return response.writeHead(404).end();
        const { size } = statSync(path);
        const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
        const headers = { 'Content-Type': types[extname(path)] ?? 'application/octet-stream' };
        if (from === undefined) {
            response.writeHead(200, { ...headers, 'Content-Length': size });
            return createReadStream(path).pipe(response);
        }
        const end = Math.min(to ? Number(to) : size - 1, size - 1);
        response.writeHead(206, { ...headers, 'Content-Length': end - from + 1,
            'Content-Range': `bytes ${from}-${end}/${size}` });
        return createReadStream(path, { start: Number(from), end }).pipe(response);
    });
    return new Promise((done) => server.listen(0, '127.0.0.1', () => done(server)));
}

test('the page shows its archive from plain web space, and asks no other host', async () => {
    const folder = join(site.folder, 'space');
    const done = exportTo('--page', folder, '--zoom', '0..3', '--quiet');
    assert.equal(done.status, 0, done.stderr);
    assert.equal(exportTo('--page', folder, '--zoom', '0..3', '--quiet').status, 1, 'the archive stays');
    const space = await webSpace(folder);
    const browser = await startBrowser();
    try {
        const base = `http://127.0.0.1:${space.address().port}`;
        const { page, faults } = await openPage(browser, base, '/');
        await page.waitForFunction(() => document.documentElement.dataset.ready, null, { timeout: 60000 });
        await page.screenshot({ path: join(screenshots, 'static-page.png') });
        assert.match(await page.textContent('#about'), /édition du \d{4}-\d\d-\d\d/);
        assert.equal(await page.textContent('#notice'), '');
        await page.mouse.click(640, 400);
        assert.deepEqual(await axeFaults(page), []);
        assert.deepEqual(faults, []);
    } finally {
        await browser.close();
        space.close();
    }
});
