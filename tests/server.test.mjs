// passerelle-serve from outside: every address and status, encodings, ETags, malformed requests.
import http from 'node:http';
import path from 'node:path';
import { writeFileSync } from 'node:fs';
import { check, equal, finish, folder, makeAtlas, pause, rawRequest, request, run, start, stop } from './server/programme.mjs';

const database = path.join(folder, 'atlas.sqlite');
makeAtlas(database, 400, 7);
const server = await start(database);
const gzip = { 'Accept-Encoding': 'gzip' };
const json = (answer) => JSON.parse(answer.body.toString('utf8'));

// --- every address --------------------------------------------------------------------------
const addresses = [
    ['/healthz', 'application/json'],
    ['/tiles/links.json', 'application/json'],
    ['/tiles/links,places.json?theme=eau&lang=en', 'application/json'],
    ['/tiles/base.json', 'application/json'],
    ['/tiles/links/0/0/0.mvt', 'application/vnd.mapbox-vector-tile'],
    ['/tiles/density/1/1/0.mvt', 'application/vnd.mapbox-vector-tile'],
    ['/tiles/links,places/0/0/0.mvt?year=2000..2025', 'application/vnd.mapbox-vector-tile'],
    ['/tiles/flows/0/0/0.png', 'image/png'],
    ['/tiles/density/0/0/0@2x.png?classes=4&method=jenks', 'image/png'],
    ['/tiles/heat/0/0/0.png', 'image/png'],
    ['/tiles/base,places/1/1/0.png?colours=dark', 'image/png'],
    ['/tiles/links/22/0/0.png', 'image/png'],
    ['/legend.json?tileset=density&zoom=2', 'application/json'],
    ['/legend.png?tileset=choropleth&scale=2&lang=en', 'image/png'],
    ['/picture.png?width=300&height=200', 'image/png'],
    ['/picture.svg?width=300&height=200&tilesets=density', 'image/svg+xml'],
    ['/picture.pdf?width=300&height=200', 'application/pdf'],
    ['/links.geojson', 'application/geo+json'],
    ['/partnerships.geojson', 'application/geo+json'],
    ['/territories.geojson', 'application/geo+json'],
    ['/links.csv', 'text/csv'],
    ['/partnerships.csv', 'text/csv'],
    ['/territories.csv', 'text/csv'],
    ['/partnerships.json?sort=-year&page=2&per_page=5', 'application/json'],
    ['/partenariat/1.json', 'application/json'],
    ['/counts.json?by=theme,year,kind,status,country,region', 'application/json'],
    ['/search.json?q=a', 'application/json'],
    ['/style.json', 'application/json'],
    ['/', 'text/html'],
    ['/en/', 'text/html'],
];
for (const [target, type] of addresses) {
    const plain = await request(server, target);
    equal(plain.status, 200, target);
    check((plain.headers['content-type'] ?? '').startsWith(type), `${target}: type ${plain.headers['content-type']}`);
    equal(plain.headers['x-content-type-options'], 'nosniff', `${target}: nosniff`);
    equal(plain.headers['access-control-allow-origin'], '*', `${target}: CORS`);
    equal(plain.headers['content-encoding'], undefined, `${target}: plain without Accept-Encoding`);
    const packed = await request(server, target, { headers: gzip });
    check(packed.body.equals(plain.body) || target === '/healthz', `${target}: the same behind gzip`);
    const packs = !/^(image.png|application.pdf)/.test(type);
    check(!packs || plain.raw.length < 1000 || packed.raw.length < plain.raw.length || target === '/healthz', `${target}: smaller with gzip`);
    const head = await request(server, target, { method: 'HEAD', headers: gzip });
    equal(head.status, 200, `HEAD ${target}`);
    equal(head.raw.length, 0, `HEAD ${target}: without a body`);
    if (target === '/healthz') continue;
    equal(head.headers['content-length'], packed.headers['content-length'], `HEAD ${target}: length`);
    equal(head.headers.etag, packed.headers.etag, `HEAD ${target}: ETag`);
    check(/Accept-Encoding/.test(packed.headers.vary ?? ''), `${target}: Vary`);
    check(plain.headers.etag && (plain.headers.etag !== packed.headers.etag) === packs, `${target}: an ETag for each encoding`);
    const same = await request(server, target, { headers: { ...gzip, 'If-None-Match': packed.headers.etag } });
    equal(same.status, 304, `${target}: 304`);
    equal(same.raw.length, 0, `${target}: 304 is empty`);
    equal(same.headers.etag, packed.headers.etag, `${target}: 304 bears the ETag`);
    equal(packed.headers['cache-control'], 'no-cache', `${target}: to be checked`);
}

// --- what they say agrees ---------------------------------------------------------------------
const counts = json(await request(server, '/counts.json'));
const links = json(await request(server, '/links.geojson'));
const partnerships = json(await request(server, '/partnerships.geojson'));
equal(links.features.length, counts.links.total, 'links in GeoJSON and counts');
equal(links.placed, counts.links.placed, 'placed links in GeoJSON and counts');
equal(partnerships.features.length, counts.partnerships.total, 'partnerships in GeoJSON and counts');
equal((await request(server, '/links.csv')).body.toString().trim().split('\r\n').length, counts.links.total + 1, 'rows of links.csv');
const health = json(await request(server, '/healthz'));
equal(health.status, 'ok', 'health');
equal(health.edition.links, counts.links.total, 'links of the edition');
const empty = json(await request(server, '/counts.json?country=ZZ'));
equal(empty.links.total, 0, 'a country that nobody works with');

// --- TileJSON and versions ------------------------------------------------------------------------
const tilejson = json(await request(server, '/tiles/links.json?theme=eau'));
equal(tilejson.tilejson, '3.0.0', 'TileJSON');
check(tilejson.vector_layers.length >= 1 && tilejson.vector_layers[0].id === 'links', 'layer links');
check(tilejson.bounds.length === 4 && tilejson.bounds[0] < tilejson.bounds[2], 'bounds');
check(!/[<>]/.test(tilejson.attribution), 'attribution is plain text');
const template = new URL(tilejson.tiles[0].replace('{z}/{x}/{y}', '0/0/0'));
equal(template.host, `127.0.0.1:${server.port}`, 'tiles come from the Host asked');
equal(template.searchParams.get('theme'), 'eau', 'tiles keep the filter');
const versioned = await request(server, template.pathname + template.search);
equal(versioned.headers['cache-control'], 'public, max-age=31536000, immutable', 'a versioned tile');
const outdated = await request(server, '/tiles/links/0/0/0.mvt?v=00000000');
equal(outdated.headers['cache-control'], 'no-cache', 'a tile of another version');
const byHash = await request(server, `/tiles/links/0/0/0.mvt?v=${health.edition.hash.slice(0, 16)}`);
equal(byHash.headers['cache-control'], 'public, max-age=31536000, immutable', 'a tile by its content hash');
const foreign = json(await request(server, '/tiles/links.json', { headers: { Host: 'attacker.example' } }));
equal(new URL(foreign.tiles[0]).host, `127.0.0.1:${server.port}`, 'a foreign Host is not echoed');

// --- names on the map -------------------------------------------------------------------------------
const style = json(await request(server, '/style.json'));
const fonts = style.layers.filter((layer) => layer.type === 'symbol').map((layer) => layer.layout['text-font'].join());
equal(fonts.length, 2, 'the style names countries and places');
const glyphs = new URL(style.glyphs.replace('{fontstack}', encodeURIComponent(fonts[0])).replace('{range}', '0-255'));
equal(glyphs.host, `127.0.0.1:${server.port}`, 'glyphs come from the Host asked');
const letters = await request(server, glyphs.pathname, { headers: gzip });
equal(letters.status, 200, 'glyphs');
equal(letters.headers['content-type'], 'application/x-protobuf', 'type of glyphs');
check(letters.headers['cache-control'].startsWith('public, max-age=3600'), 'glyphs are kept for a while');
check(letters.body.includes(`\n\x0b${fonts[0]}`) && letters.raw.length < 60e3, 'glyphs of the font that the style names');

// --- assets ----------------------------------------------------------------------------------------
const page = (await request(server, '/')).body.toString();
const assets = [...new Set(page.match(/\/assets\/[^"' )]+/g) ?? [])];
check(assets.length > 0, 'the page names its assets');
for (const target of assets) {
    const plain = await request(server, target);
    equal(plain.status, 200, target);
    equal(plain.headers['cache-control'], 'public, max-age=31536000, immutable', `${target}: for a year`);
    const packed = await request(server, target, { headers: { 'Accept-Encoding': 'gzip, br' } });
    check(packed.body.equals(plain.body), `${target}: the same behind ${packed.headers['content-encoding']}`);
    if (/\.(css|mjs|svg)$/.test(target)) equal(packed.headers['content-encoding'], 'br', `${target}: brotli`);
}

// --- refusals -----------------------------------------------------------------------------------------
const refusals = [
    ['/nothing', 404],
    ['/tiles/nothing/0/0/0.mvt', 404],
    ['/tiles/links/23/0/0.mvt', 404],
    ['/tiles/links/1/2/0.mvt', 404],
    ['/tiles/links/0/0/0.mvt?year=soon', 400, 'year'],
    ['/tiles/links/0/0/0.mvt?theme=no-such-theme', 400],
    ['/tiles/links/0/0/0.mvt?x=1', 400, 'x'],
    ['/counts.json?by=colour', 400, 'by'],
    ['/search.json', 400, 'q'],
    ['/partenariat/999999.json', 404],
    ['/assets/nothing.css', 404],
    ['/tiles/heat,links/0/0/0.png', 400],
    ['/fonts/Arial/0-255.pbf', 404],
    ['/fonts/DejaVu%20Sans/1-256.pbf', 400],
    ['/fonts/DejaVu%20Sans/65536-65791.pbf', 400],
    ['/fonts/DejaVu%20Sans', 404],
    ['/tiles/links/0/0/0@9x.png', 404],
    ['/picture.png?width=4000&height=4000', 400],
    ['/picture.png?width=100000000&height=10', 400, 'width'],
    [`/counts.json?${'theme=eau&'.repeat(300)}`, 414],
    [`/counts.json?${'a&'.repeat(100)}`, 400],
    [`/${'a'.repeat(2000)}`, 414],
];
for (const [target, status, parameter] of refusals) {
    const answer = await request(server, target);
    const shown = target.slice(0, 60);
    equal(answer.status, status, shown);
    check(answer.headers['content-type'].startsWith('application/problem+json'), `${shown}: a problem document`);
    equal(answer.headers['cache-control'], 'no-store', `${shown}: not kept`);
    const problem = json(answer);
    equal(problem.status, status, `${shown}: status in the document`);
    check(problem.title && problem.detail && problem.detail_en, `${shown}: sentences`);
    if (parameter) equal(problem.parameter, parameter, `${shown}: parameter`);
}
const english = json(await request(server, '/nothing', { headers: { 'Accept-Language': 'en' } }));
equal(english.title, 'Not found', 'English errors');
const markup = await request(server, '/counts.json?%3Cscript%3Ealert(1)%3C/script%3E=1');
check(!markup.body.includes('<script'), 'input is not echoed as markup');
const html = await request(server, '/nothing', { headers: { Accept: 'text/html' } });
check(html.headers['content-type'].startsWith('text/html'), 'readers get an error page');
check(html.headers['content-security-policy'], 'error pages have a policy');

// --- methods ----------------------------------------------------------------------------------------------
const preflight = await request(server, '/tiles/links.json', { method: 'OPTIONS' });
equal(preflight.status, 204, 'OPTIONS');
check(/GET/.test(preflight.headers['access-control-allow-methods'] ?? ''), 'OPTIONS names the methods');
for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND']) {
    const answer = await request(server, '/healthz', { method, agent: undefined });
    equal(answer.status, 405, method);
    equal(answer.headers.allow, 'GET, HEAD, OPTIONS', `${method}: Allow`);
}

// --- connections are kept ----------------------------------------------------------------------------------
{
    // Answers queued on the library's first call would close each of them.
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    let sockets = 0;
    const seen = new Set();
    for (let i = 0; i < 60; i++) {
        const target = ['/healthz', '/tiles/links/0/0/0.mvt', '/nothing', `/counts.json?year=${1990 + i}`][i % 4];
        const answer = await new Promise((resolve, reject) => {
            const asked = http.request({ host: '127.0.0.1', port: server.port, path: target, agent }, (got) => {
                got.resume();
                got.on('end', () => resolve(got));
            });
            asked.on('socket', (socket) => seen.add(socket));
            asked.on('error', reject);
            asked.end();
        });
        check(answer.headers.connection !== 'close', `${target}: kept open`);
    }
    sockets = seen.size;
    equal(sockets, 1, 'sockets for 60 requests');
    agent.destroy();
    const pipelined = await rawRequest(server, 'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(20), 1000);
    equal(pipelined.text.split('HTTP/1.1 200').length - 1, 20, 'answers to 20 requests sent at once');
}

// --- malformed requests -------------------------------------------------------------------------------------
const get = (line, headers = 'Host: a\r\n', rest = '') => `${line} HTTP/1.1\r\n${headers}\r\n${rest}`;
const malformed = [
    ['two Hosts', get('GET /healthz', 'Host: a\r\nHost: b\r\n'), 400],
    ['no Host', get('GET /healthz', ''), 400],
    ['two Content-Lengths', get('GET /healthz', 'Host: a\r\nContent-Length: 0\r\nContent-Length: 5\r\n', 'hello'), 400],
    ['two equal Content-Lengths', get('GET /healthz', 'Host: a\r\nContent-Length: 0\r\nContent-Length: 0\r\n'), 400],
    ['Content-Length with Transfer-Encoding', get('GET /healthz', 'Host: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'), 400],
    ['a body', get('GET /healthz', 'Host: a\r\nContent-Length: 5\r\n', 'hello'), 400],
    ['a chunked body', get('GET /healthz', 'Host: a\r\nTransfer-Encoding: chunked\r\n', '5\r\nhello\r\n0\r\n\r\n'), 400],
    ['a negative Content-Length', get('GET /healthz', 'Host: a\r\nContent-Length: -5\r\n'), 400],
    ['a huge Content-Length', get('GET /healthz', 'Host: a\r\nContent-Length: 99999999999999999999\r\n'), 413],
    ['a NUL in the path', get('GET /healthz\0x'), 400],
    ['a NUL in the query', get('GET /counts.json?theme=eau\0x'), 400],
    ['an encoded NUL', get('GET /healthz%00'), 400],
    ['a bad escape', get('GET /%zz'), 400],
    ['overlong UTF-8', get('GET /%c0%af'), 400],
    ['dot segments', get('GET /../../etc/passwd'), 400],
    ['encoded dot segments', get('GET /assets/%2e%2e/%2e%2e/etc/passwd'), 400],
    ['encoded slashes', get('GET /assets/..%2f..%2fetc%2fpasswd'), 400],
    ['backslashes', get('GET /assets/..\\..\\etc'), 400],
    ['an unknown method', get('BREW /healthz'), 405],
    ['a small-letter method', get('get /healthz'), 405],
    ['a space before the colon', get('GET /healthz', 'Host : a\r\n'), 400],
    ['a control character in a header', get('GET /healthz', 'Host: a\r\nAccept: a\x01b\r\n'), 400],
    ['HTTP/9.9', 'GET /healthz HTTP/9.9\r\nHost: a\r\n\r\n', 505],
    ['100 KB of address', get(`GET /${'a'.repeat(100000)}`), 414],
    ['600 parameters', get(`GET /counts.json?${'a&'.repeat(600)}`), 400],
    ['1000 parameters', get(`GET /counts.json?${'a&'.repeat(1000)}`), 400],
    ['8 KB of cookies', get('GET /healthz', `Host: a\r\nCookie: a=${'b'.repeat(8186)}\r\n`), 200],
    ['2000 headers', get('GET /healthz', `Host: a\r\n${'X-A: b\r\n'.repeat(2000)}`), 431],
];
for (const [what, bytes, status] of malformed) {
    const answer = await rawRequest(server, bytes);
    check(answer.status === status, `${what}: ${answer.status || 'no answer'}, not ${status}`);
    // Whether it closes matters where the message's end is in doubt.
    if (/Content-Length|body|Hosts|method|NUL in/.test(what)) check(answer.closed, `${what}: the connection is closed`);
}
// Whatever of its memory a connection's headers take, there is room left to say so.
const amounts = (from, to, step) => Array.from({ length: Math.ceil((to - from) / step) }, (_, i) => from + i * step);
const large = [
    ...[...amounts(8800, 10200, 20), ...amounts(20000, 20400, 20)].map((n) => [`${n} bytes of cookie`, `Cookie: a=${'b'.repeat(n)}\r\n`]),
    ...amounts(16000, 20600, 100).map((n) => [`a header of ${n} bytes`, `X-A: ${'b'.repeat(n)}\r\n`]),
    ...amounts(17000, 20600, 300).map((n) => [`an address of ${n} bytes`, '', `GET /${'a'.repeat(n)}`]),
    ...amounts(100, 300, 4).map((n) => [`${n} headers`, 'X-A: b\r\n'.repeat(n)]),
    ...[...amounts(40, 270, 5), ...amounts(270, 4000, 110)].map((n) => [`${n} cookies`, `Cookie: ${'a=b; '.repeat(n)}c=d\r\n`]),
];
for (const [what, header, line] of large) {
    const { status } = await rawRequest(server, get(line ?? 'GET /healthz', `Host: a\r\nConnection: close\r\n${header}`));
    check(line ? status === 414 : status === 200 || status === 431, `${what}: ${status || 'no answer'}`);
}
const flood = await rawRequest(server, get(`GET /counts.json?${'a&'.repeat(20000)}`), 12000);
check(flood.status === 414 || flood.closed, `20000 parameters: ${flood.status}`);
check(flood.ms < 11500, `20000 parameters: closed after ${flood.ms} ms`);
equal((await rawRequest(server, get('GET http://elsewhere.example/healthz'))).status, 200, 'the absolute form that proxies use');
equal((await request(server, '/healthz')).status, 200, 'it still answers');

// --- traversal: nothing outside share/ is ever read ---------------------------------------------------------
for (let i = 0; i < 300; i++) {
    const dots = ['..', '%2e%2e', '.%2e', '%252e%252e', '..;', '....', '.%00.', '\u2025'][i % 8];
    const slash = ['/', '%2f', '\\', '%5c', '//', '%252f'][(i >> 3) % 6];
    const target = `/assets/${(dots + slash).repeat(1 + (i % 7))}etc/passwd`;
    const answer = await rawRequest(server, get(`GET ${encodeURI(target).replaceAll('%25', '%')}`, 'Host: a\r\nConnection: close\r\n'));
    check(answer.status === 400 || answer.status === 404 || answer.status === 414, `${target}: ${answer.status}`);
    check(!answer.text.includes('root:'), `${target}: a file from elsewhere`);
}

// --- the command line --------------------------------------------------------------------------------------
const text = path.join(folder, 'text.sqlite');
writeFileSync(text, 'this is no database, whatever its name says\n'.repeat(100));
writeFileSync(path.join(folder, 'empty.sqlite'), '');
const commands = [
    [['--help'], 0],
    [['--version'], 0],
    [[], 2],
    [['--nothing'], 2],
    [['--database', database, 'more'], 2],
    [['--database', database, '--threads', '0'], 2],
    [['--database', database, '--threads', 'many'], 2],
    [['--database', database, '--cache-mb', '-1'], 2],
    [['--database', database, '--listen', 'nowhere'], 2],
    [['--database', database, '--public-url', 'javascript:alert(1)'], 2],
    [['--database', database, '--public-url', 'https://a.example/?x'], 2],
    [['--database', database, '--listen', `127.0.0.1:${server.port}`], 4],
    [['--database', path.join(folder, 'missing.sqlite'), '--listen', '127.0.0.1:0'], 3],
    [['--database', text, '--listen', '127.0.0.1:0'], 3],
    [['--database', path.join(folder, 'empty.sqlite'), '--listen', '127.0.0.1:0'], 3],
    [['--database', folder, '--listen', '127.0.0.1:0'], 1],
    [['--database', database, '--share', folder, '--listen', '127.0.0.1:0'], 3],
];
for (const [options, code] of commands) {
    const ran = run(...options);
    const shown = options.join(' ').replaceAll(folder, '');
    equal(ran.code, code, shown);
    check(code === 0 ? ran.out.length > 0 : /^passerelle-serve: /m.test(ran.err), `${shown}: ${ran.err}`);
}

const ended = await stop(server);
equal(ended.code, 0, 'SIGTERM ends it well');

// --- figures for the operator ---------------------------------------------------------------------------
{
    const port = 20000 + (process.pid % 20000);
    const watched = await start(database, '--metrics', `127.0.0.1:${port}`);
    const read = async () => (await request({ port }, '/metrics')).body.toString();
    const figure = (text, name) => Number(text.split('\n').find((line) => line.startsWith(`${name} `))?.split(' ').pop() ?? 0);
    for (let i = 0; i < 5; i++) await request(watched, '/tiles/links/0/0/0.mvt');
    await request(watched, '/nothing');
    await pause(200); // an answer is counted after its last byte went out
    const text = await read();
    equal(figure(text, 'passerelle_answers_total{address="tile",status="200"}'), 5, 'tiles counted');
    equal(figure(text, 'passerelle_answers_total{address="refused",status="404"}'), 1, 'refusals counted');
    equal(figure(text, 'passerelle_cache_hits_total'), 4, 'hits counted');
    equal(figure(text, 'passerelle_answer_seconds_count{address="tile"}'), 5, 'durations counted');
    check(figure(text, 'process_resident_memory_bytes') > 1e6, 'memory');
    check(figure(text, 'passerelle_edition_number') === 7, 'edition');
    for (const line of text.trim().split('\n'))
        check(/^(# (HELP|TYPE) \S+ .+|[a-z_]+(\{[^}]*\})? [0-9.e+-]+)$/.test(line), `a line of the format: ${line}`);
    equal((await request({ port }, '/')).status, 404, 'only /metrics there');
    equal((await request(watched, '/metrics')).status, 404, 'and not on the public listener');
    equal((await stop(watched)).code, 0, 'the end of the watched one');
    equal(run('--database', database, '--listen', '127.0.0.1:0', '--metrics', '0.0.0.0:0').code, 2, 'metrics for everybody are refused');
}

const behind = await start(database, '--public-url', 'https://atlas.example.org/coop/');
const template2 = json(await request(behind, '/tiles/links.json')).tiles[0];
check(template2.startsWith('https://atlas.example.org/coop/tiles/links/'), `--public-url: ${template2}`);
equal((await stop(behind)).code, 0, 'and the second one');
finish();
