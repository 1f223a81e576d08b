// The real passerelle-serve on a made atlas, for the tests that talk to it.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, existsSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import zlib from 'node:zlib';

export const build = process.env.PASSERELLE_BUILD ?? 'build-dev';
export const programme = path.resolve(build, 'passerelle-serve');
export const folder = mkdtempSync(path.join(tmpdir(), 'passerelle-server-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

if (!existsSync(programme)) {
    console.log(`${programme} is not built here`);
    process.exit(77);
}

/** Puts a made atlas of n partnerships at file, as an import would: by renaming. */
export function makeAtlas(file, n, seed) {
    const made = spawnSync(path.resolve(build, 'tests/made_atlas'), [n, seed, file].map(String));
    if (made.status !== 0) throw new Error(`made_atlas: ${made.stderr}`);
}

/** Starts the programme on a free port and waits until it listens. */
export function start(database, ...options) {
    const child = spawn(programme, ['--database', database, '--listen', '127.0.0.1:0', ...options]);
    const server = { child, log: '', ended: new Promise((done) => child.on('exit', (code, signal) => done({ code, signal }))) };
    return new Promise((resolve, reject) => {
        child.stderr.on('data', (text) => {
            server.log += text;
            const at = server.log.match(/http:\/\/127\.0\.0\.1:(\d+)\//);
            if (at && !server.port) {
                server.port = Number(at[1]);
                server.agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
                resolve(server);
            }
        });
        child.on('exit', () => reject(new Error(`it did not start: ${server.log}`)));
    });
}

/** Runs it to its end; for command lines that it refuses. */
export function run(...options) {
    const ran = spawnSync(programme, options, { encoding: 'utf8', timeout: 10000 });
    return { code: ran.status, out: ran.stdout, err: ran.stderr };
}

export async function stop(server) {
    server.agent.destroy();
    server.child.kill('SIGTERM');
    return server.ended;
}

/** One request; the body decoded as its Content-Encoding says, `raw` as it came. */
export function request(server, target, { method = 'GET', headers = {}, agent = server.agent } = {}) {
    return new Promise((resolve, reject) => {
        const asked = http.request(
            { host: '127.0.0.1', port: server.port, path: target, method, headers, agent },
            (answer) => {
                const blocks = [];
                answer.on('data', (block) => blocks.push(block));
                answer.on('error', reject);
                answer.on('end', () => {
                    const raw = Buffer.concat(blocks);
                    const coding = answer.headers['content-encoding'];
                    const body =
                        method === 'HEAD' || raw.length === 0 ? raw
                        : coding === 'gzip' ? zlib.gunzipSync(raw)
                        : coding === 'br' ? zlib.brotliDecompressSync(raw)
                        : raw;
                    resolve({ status: answer.statusCode, headers: answer.headers, raw, body });
                });
            },
        );
        asked.on('error', reject);
        asked.end();
    });
}

/** Sends bytes as they are; resolves with all that came back once the server closed, or with what
 * there was after `patience` ms, and says which. */
export function rawRequest(server, bytes, patience = 3000) {
    return new Promise((resolve) => {
        const socket = net.connect(server.port, '127.0.0.1');
        let text = '';
        const started = Date.now();
        const end = (closed) => {
            clearTimeout(timer);
            socket.destroy();
            resolve({ text, closed, status: Number(text.slice(9, 12)) || 0, ms: Date.now() - started });
        };
        const timer = setTimeout(() => end(false), patience);
        socket.on('data', (block) => (text += block.toString('latin1')));
        socket.on('close', () => end(true));
        socket.on('error', () => end(true));
        socket.write(bytes);
    });
}

let failures = 0;

/** Checks that go on after a failure, so that one run tells all. */
export function check(condition, what) {
    if (condition) return;
    failures++;
    if (failures <= 40) console.log(`FAILED: ${what}`);
}

export function equal(actual, expected, what) {
    check(actual === expected, `${what}: ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`);
}

export function finish() {
    console.log(failures ? `${failures} failed` : 'all passed');
    process.exit(failures ? 1 : 0);
}

export const pause = (ms) => new Promise((done) => setTimeout(done, ms));
