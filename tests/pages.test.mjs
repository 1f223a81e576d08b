// The plain pages as their readers and other programmes meet them: what is shared, what is printed,
// where errors are reported, what the operator's folder changes.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { build, needs, startBrowser, startSite } from './browser/site.mjs';
import { hostileCsv } from './browser/hostile.mjs';

needs('passerelle-import', 'passerelle-serve', 'gazetteer.sqlite');

const folder = mkdtempSync(join(tmpdir(), 'passerelle-pages-'));
let site, own, browser, rows;
const servers = [];

/** The same database, served with an operator's folder. */
function startOwn(options) {
    const server = spawn(join(build, 'passerelle-serve'),
        ['--database', site.database, '--listen', '127.0.0.1:0', ...options]);
    servers.push(server);
    return new Promise((done, fail) => {
        let log = '';
        server.stderr.on('data', (text) => {
            log += text;
            const at = /http:\/\/127\.0\.0\.1:\d+/.exec(log);
            if (at) done(at[0]);
        });
        server.on('exit', (code) => fail(Object.assign(new Error(log), { code })));
    });
}

before(async () => {
    writeFileSync(join(folder, 'hostile.csv'), hostileCsv());
    site = await startSite(['data/partnerships.csv', join(folder, 'hostile.csv')]);
    mkdirSync(join(folder, 'site/dsfr'), { recursive: true });
    writeFileSync(join(folder, 'site/logo.svg'), '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>');
    writeFileSync(join(folder, 'site/dsfr/dsfr.min.css'), ':root{--text-default-grey:#161616}');
    writeFileSync(join(folder, 'site/site.conf'), `logo = logo.svg
logo_text = La commission <b>nationale</b>
logo_link = https://commission.example/
legal_fr = Mentions légales
legal_en = Legal notice
correction_link = https://commission.example/corriger?fiche={id}
update_link = /maj/{id}
theme = dsfr
`);
    own = await startOwn(['--site', join(folder, 'site')]);
    browser = await startBrowser();
    rows = (await fetch(`${site.base}/partnerships.json?per_page=500`).then((answer) => answer.json())).rows;
});
after(async () => {
    await browser?.close();
    for (const server of servers) server.kill('SIGTERM');
    site?.stop();
    rmSync(folder, { recursive: true, force: true });
});

const page = (base, path) => fetch(base + path, { headers: { accept: 'text/html' } })
    .then(async (answer) => ({ status: answer.status, headers: answer.headers, text: await answer.text() }));
const pathOf = (row) => new URL(row.url).pathname;
const decode = (text) => text.replaceAll('&amp;', '&').replaceAll('&#39;', "'").replaceAll('&quot;', '"');

test('every record describes itself to other programmes, whatever it is called', async () => {
    for (const row of rows) {
        const { status, text } = await page(site.base, pathOf(row));
        assert.equal(status, 200);
        const [, json] = /<script type="application\/ld\+json">(.*?)<\/script>/s.exec(text);
        const described = JSON.parse(json);
        assert.equal(described.name, row.title);
        assert.equal(described.url, row.url);
        assert.equal(described['@type'], 'Project');
        assert.ok(!json.includes('<'));
    }
});

test('what is shared shows a picture of the record, from a whole address', async () => {
    let pictures = 0;
    for (const row of rows.filter((_, i) => i % 20 === 0)) {
        const { text } = await page(site.base, pathOf(row));
        const [, address] = /property="og:image" content="([^"]*)"/.exec(text) ?? [];
        if (!address) continue;
        const picture = await fetch(decode(address));
        assert.equal(picture.status, 200, decode(address));
        assert.equal(picture.headers.get('content-type'), 'image/png');
        assert.ok(address.startsWith(`${site.base}/picture.png?authority=`));
        pictures++;
    }
    assert.ok(pictures >= 3);
});

test('who else works there is what the filter counts', async () => {
    let areas = 0;
    for (const row of rows.filter((_, i) => i % 15 === 0)) {
        const { text } = await page(site.base, `/en${pathOf(row)}`);
        for (const [, url, n] of text.matchAll(/<a href="\/en\/territoire\/([^"/]*)[^"]*">Who else works there: [^<]*?, ([\d,]+) other/g)) {
            const filter = url.startsWith('country:') ? `country=${url.slice(8)}` : `partner=${url}`;
            const { partnerships } = await fetch(`${site.base}/counts.json?${filter}`).then((answer) => answer.json());
            assert.equal(Number(n.replace(',', '')), partnerships.total - 1, url);
            areas++;
        }
    }
    assert.ok(areas >= 3);
});

test('addresses last: any slug and none lead to the page', async () => {
    for (const [asked, there] of [
        ['/territoire/com:38185', '/territoire/com:38185/grenoble'],
        ['/en/territoire/reg:84/an-old-name', '/en/territoire/reg:84/auvergne-rhone-alpes'],
        [`/partenariat/${rows[0].id}-an-old-title`, pathOf(rows[0])],
    ]) {
        const answer = await fetch(site.base + asked, { redirect: 'manual' });
        assert.equal(answer.status, 301, asked);
        assert.equal(answer.headers.get('location'), site.base + there);
    }
});

test('a commune is found by an old name, and its council gets one or two pages', async () => {
    const { text } = await page(site.base, '/ma-commune?q=Annecy-le-Vieux');
    assert.match(text, /href="\/conseil\/com:74010"/);
    assert.match(text, /trouvée par « Annecy-le-Vieux »/);
    const nothing = await page(site.base, '/ma-commune?q=%3Cscript%3E');
    assert.ok(nothing.text.includes('value="&lt;script&gt;"') && !nothing.text.includes('value="<script>'));
    const sheet = await browser.newPage();
    for (const path of ['/conseil/com:38185', '/conseil/com:31555?country=VN', '/en/conseil/dep:38?theme=eau']) {
        await sheet.goto(site.base + path);
        const pdf = (await sheet.pdf({ preferCSSPageSize: true })).toString('latin1');
        const pages = pdf.match(/\/Type\s*\/Page\b(?!s)/g).length;
        assert.ok(pages >= 1 && pages <= 2, `${path}: ${pages} pages`);
    }
    await sheet.close();
});

test('what the council reads of its département is what the filter counts', async () => {
    const api = (query) => fetch(`${site.base}/partnerships.json?per_page=500&${query}`).then((answer) => answer.json());
    const { text } = await page(site.base, '/en/conseil/com:69123?country=MA');
    const own = await api('authority=com:69123');
    const mine = new Set(own.rows.map((row) => row.id));
    for (const [label, area] of [['In our EPCI', 'epci:200046977']]) {
        const around = await api(`french=${area}&country=MA`);
        const others = around.rows.filter((row) => !mine.has(row.id));
        const found = new RegExp(`${label}[^<]*<span class="quiet">(\\d+) record`).exec(text);
        assert.equal(Number(found[1]), others.length, label);
    }
});

test('without a folder of the operator: a sentence, no logo, no foreign style', async () => {
    const { text } = await page(site.base, pathOf(rows[0]));
    assert.match(text, /citant le numéro de la fiche/);
    assert.ok(!text.includes('class="operator"') && !text.includes('dsfr'));
    assert.equal((await fetch(`${site.base}/site/dsfr/dsfr.min.css`)).status, 404);
});

test('the folder of the operator: logo, sentence, links with the id, theme; nothing of it is markup', async () => {
    const { id } = rows[0];
    for (const path of [pathOf(rows[0]), '/embed', '/genre', '/', '/nowhere']) {
        const { text } = await page(own, path);
        assert.match(text, /alt="La commission &lt;b&gt;nationale&lt;\/b&gt;"/, path);
        assert.match(text, /<link rel="stylesheet" href="\/site\/dsfr\/dsfr\.min\.css">/, path);
        assert.match(text, /href="https:\/\/commission\.example\/"/, path);
    }
    const { text } = await page(own, pathOf(rows[0]));
    assert.ok(text.includes(`href="https://commission.example/corriger?fiche=${id}"`));
    assert.ok(text.includes(`href="/maj/${id}"`));
    assert.match(text, /Mentions légales/);
    assert.match((await page(own, `/en${pathOf(rows[0])}`)).text, /Legal notice/);
    const style = await fetch(`${own}/site/dsfr/dsfr.min.css`);
    assert.equal(style.headers.get('content-type'), 'text/css; charset=utf-8');
    assert.equal((await fetch(`${own}/site/site.conf`)).status, 404);
    const visit = await browser.newPage();
    const asked = [];
    visit.on('request', (request) => asked.push(request.url()));
    await visit.goto(own + pathOf(rows[0]));
    assert.ok(asked.every((address) => address.startsWith(own)), asked.join(' '));
    const ink = await visit.evaluate(() => getComputedStyle(document.documentElement).color);
    assert.equal(ink, 'rgb(22, 22, 22)');
    await visit.close();
});

test('a mistake in site.conf stops the start, with its line', async () => {
    mkdirSync(join(folder, 'wrong'));
    writeFileSync(join(folder, 'wrong/site.conf'), '\nlogo_link = http://insecure.example/\n');
    await assert.rejects(startOwn(['--site', join(folder, 'wrong')]),
        (error) => error.code === 2 && /site\.conf, line 2: logo_link is an https/.test(error.message));
});

test('an unknown address helps on, in the language of the reader', async () => {
    const lost = (path, language) => fetch(site.base + path, { headers: { accept: 'text/html', 'accept-language': language } })
        .then(async (answer) => [answer.status, await answer.text()]);
    for (const [path, language, words] of [
        ['/nowhere', 'fr', 'Page introuvable'], ['/nowhere', 'en-GB', 'Page not found'],
        ['/nowhere', 'de, en;q=0.8, fr;q=0.5', 'Page not found'], ['/en/nowhere', 'fr', 'Page not found'],
        ['/partenariat/99999999', 'fr', 'Page introuvable'], ['/territoire/com:99999', 'fr', 'Page introuvable'],
    ]) {
        const [status, text] = await lost(path, language);
        assert.equal(status, 404, path);
        assert.ok(text.includes(words), `${path} ${language}`);
        assert.match(text, /<form[^>]*role="search"/, path);
    }
});
