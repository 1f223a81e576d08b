// passerelle-serve at its bounds: what a map holds back is told in a header, slow work beside ready
// tiles, clients that go away, a full queue, and addresses that are wrong in one way each.
import { spawnSync } from 'node:child_process';
import http from 'node:http';
import path from 'node:path';
import { check, equal, finish, folder, makeAtlas, pause, request, start, stop } from './server/programme.mjs';

const database = path.join(folder, 'atlas.sqlite');
makeAtlas(database, 400, 7);
const json = (answer) => JSON.parse(answer.body.toString('utf8'));
const gzip = { 'Accept-Encoding': 'gzip' };
const slow = (year) => `/picture.png?width=2000&height=2000&year=${year}`;

/** A request whose answer may never be read: `gone()` breaks it off. */
function begin(server, target) {
    const begun = { answered: false, status: 0 };
    begun.done = new Promise((resolve) => {
        const asked = http.request({ host: '127.0.0.1', port: server.port, path: target, agent: false }, (answer) => {
            begun.answered = true;
            begun.status = answer.statusCode;
            begun.headers = answer.headers;
            answer.resume();
            answer.on('close', resolve);
        });
        asked.on('error', resolve);
        asked.end();
        begun.gone = () => asked.destroy();
    });
    return begun;
}

// --- what is held back ------------------------------------------------------------------------
{
    const server = await start(database);
    const tile = '/tiles/flows/0/0/0.mvt';
    const placed = json(await request(server, '/counts.json')).links.placed;
    equal((await request(server, tile)).headers['passerelle-shown'], undefined, 'nothing held back, nothing said');
    let before = 0;
    for (const top of [1, 3, 10]) {
        const answer = await request(server, `${tile}?top=${top}`, { headers: gzip });
        const said = /^flows=(\d+)\/(\d+)$/.exec(answer.headers['passerelle-shown'] ?? '') ?? [];
        const shown = Number(said[1]);
        equal(Number(said[2]), placed, `top=${top}: of all placed links`);
        check(shown > before && shown < placed, `top=${top}: ${shown} shown`);
        before = shown;
        equal(answer.headers['access-control-expose-headers'], 'Passerelle-Shown', `top=${top}: pages may read it`);
        const again = await request(server, `${tile}?top=${top}`, { method: 'HEAD', headers: gzip });
        equal(again.headers['passerelle-shown'], answer.headers['passerelle-shown'], `top=${top}: HEAD says the same`);
        const legend = json(await request(server, `/legend.json?tileset=flows&zoom=0&top=${top}`));
        equal(legend.shown, shown, `top=${top}: the legend`);
        equal(legend.left_out_by.held_back, placed - shown, `top=${top}: the legend's reason`);
        const picture = await request(server, `/tiles/flows/0/0/0.png?top=${top}`);
        equal(picture.headers['passerelle-shown'], answer.headers['passerelle-shown'], `top=${top}: the picture`);
        const same = await request(server, `${tile}?top=${top}`, { headers: { ...gzip, 'If-None-Match': answer.headers.etag } });
        equal(same.status, 304, `top=${top}: 304`);
        equal(same.headers['passerelle-shown'], undefined, `top=${top}: a 304 leaves what the client has as it is`);
    }
    const none = await request(server, `${tile}?min=1000000`);
    equal(none.status, 204, 'min=1000000: an empty tile');
    equal(none.headers['passerelle-shown'], `flows=0/${placed}`, 'min=1000000: says what it holds back');
    const both = await request(server, `/tiles/links,flows/0/0/0.mvt?top=1`);
    check(/^flows=\d+\/\d+$/.test(both.headers['passerelle-shown']), 'several tilesets: only what holds back');

    // --- one mistake each --------------------------------------------------------------------------
    const hostile = ["' OR 1=1 --", '%00', '\u202e', '../../etc/passwd', '<script>', '%25%32%37', '9'.repeat(400), ',,,', '\ud83d\ude00'];
    const cases = [
        ['/tiles/nonsense/0/0/0.mvt', 404],
        ['/tiles/flows,nonsense/0/0/0.mvt', 404],
        ['/tiles/heat/0/0/0.mvt', 404],
        ['/tiles/flows/23/0/0.mvt', 404],
        ['/tiles/flows/4294967296/0/0.mvt', 404],
        ['/tiles/flows/0/0/1.mvt', 404],
        ['/tiles/flows/0/0/-1.mvt', 404],
        ['/tiles/flows/0/0/0@9x.png', 404],
        ['/tiles/flows/0/0/0@2x.mvt', 404],
        ['/tiles/flows/0/0/0.gif', 404],
        ['/tiles/flows/0/0/0.mvt?theme=%', 400],
        ['/tiles/flows/0/0/0.mvt?theme=%C0%AF', 400],
        ['/tiles/flows/0/0/0.mvt?theme=%07', 400],
        [`/counts.json?theme=${'a,'.repeat(3000)}`, 414],
        ['/a/b/c/d/e/f/g/h/i/j/k/l/m/n', 400],
        ['/fonts/Comic%20Sans/0-255.pbf', 404],
        ['/fonts/DejaVu%20Sans/0-1.pbf', 400],
        ['/search.json', 400, 'q'],
        ['/counts.json?year=2020..1990', 400, 'year'],
        ['/counts.json?year=2020&year=1990', 400, 'year'],
        ['/counts.json?nature=verse&nature=prevu', 400, 'nature'],
        [`/counts.json?partner=${Array.from({length: 70}, (_, i) => `gn:${i + 1}`).join(',')}`, 414, 'partner'],
        [`${tile}?level=galaxy-star`, 400, 'level'],
        [`${tile}?level=region`, 400, 'level'],
        [`${tile}?top=-1`, 400, 'top'],
        [`${tile}?top=0.5`, 400, 'top'],
        [`${tile}?min=many`, 400, 'min'],
        ['/tiles/density/0/0/0.mvt?side=left', 400, 'side'],
        ['/tiles/choropleth/0/0/0.png?method=magic', 400, 'method'],
        ['/tiles/choropleth/0/0/0.png?classes=1000', 400, 'classes'],
        ['/tiles/choropleth/0/0/0.png?breaks=5,1', 400, 'breaks'],
        ['/legend.json?tileset=nonsense', 400, 'tileset'],
        ['/legend.json?scale_of=year%3Dsoon', 400, 'scale_of'],
        ['/picture.png?width=31623&height=31623', 400, 'width'],
        ['/picture.png?width=2049&height=2048', 400, 'width'],
        ['/picture.png?width=0', 400, 'width'],
        ['/picture.png?lat=91', 400, 'lat'],
        ['/picture.png?zoom=nan', 400, 'zoom'],
        ['/counts.json?nature=gift', 400, 'nature'],
        ['/counts.json?theme=licorne', 400, 'theme'],
        [`${tile}?nature=gift`, 400, 'nature'],
        ['/legend.json?tileset=choropleth&value=magic', 400, 'value'],
        ['/legend.json?tileset=choropleth&breaks=1,2&classes=2', 400, 'breaks'],
        ['/picture.png?scale=5', 400, 'scale'],
        ['/picture.png?scale=4&width=200', 400, 'width'],
        [`/picture.png?title=${'a'.repeat(201)}`, 400, 'title'],
        ...hostile.flatMap((text) => ['theme', 'year', 'french', 'country', 'kind', 'gender']
            .map((name) => [`${tile}?${name}=${encodeURIComponent(text)}`, 400])),
    ];
    for (const [target, status, parameter] of cases) {
        const answer = await request(server, target);
        equal(answer.status, status, target.slice(0, 90));
        if (answer.status < 400) continue;
        equal(answer.headers['cache-control'], 'no-store', `${target.slice(0, 90)}: not kept`);
        const problem = json(answer);
        check(problem.detail && problem.detail_en, `${target.slice(0, 90)}: sentences in both languages`);
        if (parameter) equal(problem.parameter, parameter, `${target.slice(0, 90)}: parameter`);
        // French says the particulars too, in French words: what is wrong and, mostly, what to do.
        check(!problem.detail_en.includes(';') || problem.detail.includes(' ; '), `${target.slice(0, 90)}: ${problem.detail}`);
        check(!/ (and|or|with|at most|such as|of|to|the|there) /.test(problem.detail), `${target.slice(0, 90)}: French: ${problem.detail}`);
        if (!problem.parameter) continue;
        check(problem.detail.includes(`« ${problem.parameter} »`), `${target.slice(0, 90)}: ${problem.detail}`);
        equal(/; allowed: /.test(problem.detail_en), / ; sont permis : /.test(problem.detail), `${target.slice(0, 90)}: what is allowed`);
    }

    // --- nothing selected is an honest empty map -------------------------------------------------------
    const nothing = 'country=ZZ';
    equal((await request(server, `${tile}?${nothing}`)).status, 204, 'an empty vector tile');
    const empty = await request(server, `/tiles/flows/0/0/0.png?${nothing}`);
    equal(empty.status, 200, 'an empty picture tile');
    check(empty.raw.equals((await request(server, `/tiles/density/3/1/1.png?${nothing}`)).raw), 'one transparent picture for all');
    equal(json(await request(server, `/links.geojson?${nothing}`)).features.length, 0, 'an empty collection');
    equal(json(await request(server, `/legend.json?tileset=flows&${nothing}`)).total, 0, 'a legend of nothing');
    equal((await request(server, `/picture.png?width=200&height=200&${nothing}`)).status, 200, 'a picture of nothing');
    equal((await stop(server)).code, 0, 'it stops');
}

// --- an edition without a single located row ----------------------------------------------------------
{
    const unplaced = path.join(folder, 'unplaced.sqlite');
    makeAtlas(unplaced, 60, 3);
    const changed = spawnSync('sqlite3', [unplaced, "UPDATE party SET territory_id = NULL; DELETE FROM link;"]);
    equal(changed.status, 0, `an edition without places: ${changed.stderr}`);
    const server = await start(unplaced);
    const counts = json(await request(server, '/counts.json'));
    check(counts.partnerships.total > 0 && counts.links.placed === 0, 'partnerships, and no placed link');
    for (const tileset of ['links', 'flows', 'places', 'density', 'choropleth'])
        for (const key of ['0/0/0', '5/16/11', '12/2074/1409'])
            check([200, 204].includes((await request(server, `/tiles/${tileset}/${key}.mvt`)).status), `${tileset}/${key} without places`);
    for (const target of ['/tiles/heat/0/0/0.png', '/picture.png?width=300&height=200', '/legend.json?tileset=density', '/links.geojson',
        '/partnerships.geojson', '/tiles/flows.json', '/style.json', '/'])
        equal((await request(server, target)).status, 200, `${target} without places`);
    equal(json(await request(server, '/partnerships.geojson')).placed, 0, 'none is placed');
    equal((await stop(server)).code, 0, 'it stops');
}

// --- slow work gives way to ready tiles, and comes out the same -----------------------------------------
{
    const server = await start(database, '--cache-mb', '0');
    for (const target of [slow(1999), '/picture.svg?width=2000&height=2000&tilesets=links', '/picture.pdf', '/links.geojson']) {
        const alone = await request(server, target);
        equal(alone.status, 200, target);
        let under_way = true;
        const asked = request(server, target).finally(() => (under_way = false));
        while (under_way) equal((await request(server, '/tiles/flows/0/0/0.mvt')).status, 200, `a tile beside ${target}`);
        check(alone.body.equals((await asked).body), `${target} beside tiles: the same bytes`);
    }
    equal((await stop(server)).code, 0, 'it stops');
}

// --- ready tiles beside slow pictures; clients that go away; a full queue ------------------------------
{
    const server = await start(database, '--threads', '1', '--workers', '1');
    const ready = '/tiles/base,flows/0/0/0.mvt';
    equal((await request(server, ready)).status, 200, 'a tile, ready from now on');
    const pictures = [];
    for (let year = 1980; year < 1992; year++) pictures.push(begin(server, slow(year)));
    let beside = 0;
    for (let i = 0; i < 20; i++) {
        equal((await request(server, ready)).status, 200, 'a ready tile beside slow pictures');
        if (pictures.some((picture) => !picture.answered)) beside++;
    }
    check(beside > 0, 'ready tiles are answered while a picture is under way');
    await Promise.all(pictures.map((picture) => picture.done));
    check(pictures.every((picture) => picture.status === 200), 'all pictures are drawn');

    const dropped = [];
    for (let year = 1900; year < 1960; year++) dropped.push(begin(server, slow(year)));
    await pause(50);
    for (const picture of dropped) picture.gone();
    equal((await request(server, '/picture.png?width=300&height=200&year=2001')).status, 200, 'another picture after sixty that nobody waits for');

    // 512 may wait, one is drawn; some of these come too many. All break off once one is refused.
    const many = [];
    for (let i = 0; i < 640; i++) many.push(begin(server, `/picture.png?width=1900&height=2000&year=${1400 + i}`));
    const refused = await Promise.race([
        ...many.map((picture) => picture.done.then(() => (picture.status === 503 ? picture : new Promise(() => {})))),
        pause(60000),
    ]);
    check(refused?.status === 503, 'a full queue refuses');
    check(Number(refused?.headers['retry-after']) > 0, 'and says when to come again');
    equal((await request(server, ready)).status, 200, 'a ready tile beside a full queue');
    for (const picture of many) picture.gone();
    let again;
    do {
        if (again) await pause(50); // as Retry-After asks, though sooner
        again = await request(server, '/picture.png?width=300&height=200&year=2002');
    } while (again.status === 503);
    equal(again.status, 200, 'it draws again');
    equal((await stop(server)).code, 0, 'it stops');
}
finish();
