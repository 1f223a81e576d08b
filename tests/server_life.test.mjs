// passerelle-serve through its life: editions taken over under load, files that can't be, slow
// clients, many connections, and the stop.
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import { copyFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { check, equal, finish, folder, makeAtlas, pause, rawRequest, request, start, stop } from './server/programme.mjs';

const database = path.join(folder, 'atlas.sqlite');
const health = async (server) => JSON.parse((await request(server, '/healthz')).body.toString());

async function until(condition, patience, what) {
    const end = Date.now() + patience;
    while (Date.now() < end) {
        if (await condition()) return;
        await pause(50);
    }
    check(false, `${what}: not within ${patience} ms`);
}

/** Puts bytes in place of the database, as an import would. */
function publish(bytes) {
    writeFileSync(`${database}.made`, bytes);
    renameSync(`${database}.made`, database);
}

// --- a new edition under load, without a failed or mixed answer --------------------------------
{
    makeAtlas(database, 300, 1);
    const server = await start(database, '--threads', '2', '--workers', '2');
    let stopped = false, answers = 0;
    const worked = [];
    const editions = new Map(); // links of an edition, by the hash of its content
    async function ask(i) {
        const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
        for (let n = i; !stopped; n++) {
            const target = ['/counts.json', '/links.geojson', '/tiles/links/0/0/0.mvt', `/counts.json?year=${1980 + (n % 40)}`, '/healthz'][n % 5];
            const answer = await request(server, target, { agent }).catch((error) => ({ status: 0, headers: {}, error }));
            answers++;
            check(answer.status === 200 || answer.status === 204, `${target} under load: ${answer.status} ${answer.error ?? ''}`);
            if (answer.status !== 200 || !/^\/(counts.json|links.geojson)$/.test(target)) continue;
            const document = JSON.parse(answer.body.toString());
            const total = target === '/counts.json' ? document.links.total : document.features.length;
            const hash = document.edition.hash;
            if (!editions.has(hash)) editions.set(hash, total);
            equal(total, editions.get(hash), `${target}: links of one edition`);
        }
        agent.destroy();
    }
    for (let i = 0; i < 6; i++) worked.push(ask(i));
    for (let seed = 2; seed <= 6; seed++) {
        const before = await health(server);
        makeAtlas(database, 300 + 20 * seed, seed);
        await until(async () => (await health(server)).reloads > before.reloads, 5000, 'a new edition');
        equal((await health(server)).edition.partnerships > 0, true, 'it holds partnerships');
        await pause(200);
    }
    // A file that is none changes nothing, and /healthz says so.
    const good = (await health(server)).edition;
    copyFileSync(database, `${database}.good`);
    for (const [what, bytes] of [['text', 'no database'], ['nothing', ''], ['zeros', Buffer.alloc(8192)]]) {
        publish(bytes);
        await until(async () => (await health(server)).status === 'stale', 5000, `${what} in place of the database is told`);
        const now = await health(server);
        equal(now.edition.hash, good.hash, `${what}: the edition stays`);
        check(now.last_error && now.last_error.message.length > 10, `${what}: a sentence`);
        renameSync(`${database}.good`, database);
        server.child.kill('SIGHUP');
        await until(async () => (await health(server)).status === 'ok', 5000, `recovers from ${what}`);
        copyFileSync(database, `${database}.good`);
    }
    unlinkSync(database);
    await pause(1500);
    equal((await health(server)).edition.hash, good.hash, 'without its file it goes on');
    renameSync(`${database}.good`, database);
    stopped = true;
    await Promise.all(worked);
    check(answers > 200, `${answers} answers under load`);
    check(editions.size >= 4, `${editions.size} editions seen`);
    equal((await stop(server)).code, 0, 'the end');
}

// --- long answers are streamed, and equal whatever way they come --------------------------------
{
    const big = path.join(folder, 'big.sqlite');
    makeAtlas(big, 12000, 9);
    const server = await start(big, '--workers', '2');
    const total = JSON.parse((await request(server, '/counts.json')).body.toString()).links.total;
    const plain = await request(server, '/links.geojson');
    check(plain.raw.length > 2e6, `a long answer: ${plain.raw.length} bytes`);
    equal(plain.headers['transfer-encoding'], 'chunked', 'it is streamed');
    equal(JSON.parse(plain.body.toString()).features.length, total, 'features of the stream');
    const gzip = { 'Accept-Encoding': 'gzip' };
    const packed = await request(server, '/links.geojson', { headers: gzip });
    check(packed.body.equals(plain.body), 'the same with gzip');
    check(packed.raw.length < plain.raw.length / 2, 'and much shorter');
    equal((await request(server, '/links.geojson', { headers: { ...gzip, 'If-None-Match': packed.headers.etag } })).status, 304, '304 for a stream');
    equal((await request(server, '/links.geojson', { method: 'HEAD' })).status, 200, 'HEAD of a stream');
    const rows = (await request(server, '/links.csv')).body.toString().trim().split('\r\n');
    equal(rows.length, total + 1, 'rows of the streamed table');
    // Readers that go away in the middle, at any place, and several at once.
    await Promise.all(Array.from({ length: 40 }, (_, i) => new Promise((done) => {
        const socket = net.connect(server.port, '127.0.0.1');
        let got = 0;
        socket.on('data', (block) => { if ((got += block.length) > i * 40000) socket.destroy(); });
        socket.on('error', () => {});
        socket.on('close', done);
        socket.write(`GET /${i % 2 ? 'links' : 'partnerships'}.geojson HTTP/1.1\r\nHost: a\r\n${i % 3 ? '' : 'Accept-Encoding: gzip\r\n'}Connection: close\r\n\r\n`);
    })));
    const answers = await Promise.all(Array.from({ length: 12 }, (_, i) => request(server, '/links.geojson', { headers: i % 2 ? gzip : {} })));
    check(answers.every((answer) => answer.body.equals(plain.body)), 'the same for many at once');
    // A stream under way goes on through a new edition, and ends as it began.
    const slow = net.connect(server.port, '127.0.0.1');
    let text = '';
    slow.write('GET /links.geojson HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    await new Promise((done) => slow.once('data', (block) => { text += block.toString('latin1'); slow.pause(); done(); }));
    makeAtlas(big, 100, 10);
    await until(async () => (await health(server)).edition.number === 10, 10000, 'a new edition beside a stream');
    slow.on('data', (block) => (text += block.toString('latin1')));
    slow.resume();
    await new Promise((done) => slow.on('close', done));
    check(text.endsWith('0\r\n\r\n') && text.length > plain.raw.length, 'the stream of the old edition ended whole');
    equal((await stop(server)).code, 0, 'the end after streams');
}

// --- slow clients, beside good ones ---------------------------------------------------------------
{
    const server = await start(database);
    const began = Date.now();
    const closings = [];
    let opened = 0;
    for (let i = 0; i < 200; i++) {
        const socket = net.connect(server.port, '127.0.0.1');
        socket.on('error', () => {});
        opened++;
        // Some say nothing, some one byte a second, some stop in the middle of their headers, some
        // begin slowly with their second request.
        const kind = i % 4;
        if (kind === 2) socket.write('GET /healthz HTTP/1.1\r\nHost: a\r\nX-');
        if (kind === 3) socket.write('GET /healthz HTTP/1.1\r\nHost: a\r\n\r\nGET /healthz HT');
        const slowly = kind === 1 ? setInterval(() => socket.write('G'), 1000) : undefined;
        socket.on('data', () => {});
        closings.push(new Promise((done) => socket.on('close', () => {
            clearInterval(slowly);
            done({ kind, ms: Date.now() - began });
        })));
    }
    let slowest = 0;
    for (let i = 0; i < 20; i++) {
        const asked = Date.now();
        equal((await request(server, '/healthz')).status, 200, 'a good request beside slow ones');
        slowest = Math.max(slowest, Date.now() - asked);
        await pause(100);
    }
    check(slowest < 500, `a good request took ${slowest} ms beside ${opened} slow ones`);
    const closed = await Promise.race([Promise.all(closings), pause(40000)]);
    check(closed, 'all slow connections are closed within 40 s');
    for (const { kind, ms } of closed ?? []) {
        const limit = kind === 3 ? 33000 : 12500;
        check(ms < limit, `a slow client of kind ${kind} was closed after ${ms} ms`);
        check(kind === 3 || ms > 8000, `a slow client of kind ${kind} was closed after only ${ms} ms`);
    }
    equal((await stop(server)).code, 0, 'the end after slow clients');
}

// --- more connections than allowed -------------------------------------------------------------------
{
    const server = await start(database, '--max-connections', '50');
    const sockets = [];
    for (let i = 0; i < 120; i++) {
        const socket = net.connect(server.port, '127.0.0.1');
        socket.on('error', () => {});
        socket.text = '';
        socket.on('data', (block) => (socket.text += block));
        sockets.push(socket);
    }
    await pause(500);
    const refused = sockets.filter((socket) => socket.text.startsWith('HTTP/1.1 503'));
    check(refused.length >= 60 && refused.length <= 80, `${refused.length} of 120 connections are refused`);
    for (const socket of sockets) socket.destroy();
    await pause(700);
    equal((await request(server, '/healthz')).status, 200, 'afterwards it answers');
    equal((await stop(server)).code, 0, 'the end after many connections');
}

// --- the stop: what is under way finishes ------------------------------------------------------------------
for (const signal of ['SIGTERM', 'SIGINT']) {
    const server = await start(database);
    let after = 0, failed = 0, done = 0;
    const worked = [];
    let stopping = false;
    async function ask(i) {
        for (let n = 0; !stopping; n++) {
            const answer = await request(server, `/links.geojson?year=${1950 + ((n * 7 + i * 13) % 70)}`).catch(() => null);
            if (answer?.status === 200) done++;
            else if (!stopping) failed++;
            else after++;
        }
    }
    for (let i = 0; i < 4; i++) worked.push(ask(i));
    const idle = net.connect(server.port, '127.0.0.1');
    idle.on('error', () => {});
    for (let n = 0; n < 200 && done <= 10; n++) await pause(50); // it is at work
    stopping = true;
    const asked = Date.now();
    server.child.kill(signal);
    const ended = await server.ended;
    const ms = Date.now() - asked;
    equal(ended.code, 0, `${signal} ends it with 0`);
    check(ms < 5500, `${signal} took ${ms} ms`);
    await Promise.all(worked);
    check(done > 10 && failed === 0, `${done} done, ${failed} failed before the stop`);
    check(after <= 4, `${after} cut off by the stop`);
    server.agent.destroy();
    equal((await rawRequest(server, 'GET / HTTP/1.1\r\n\r\n', 500)).text, '', 'nobody listens any more');
}
finish();
