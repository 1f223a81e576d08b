// Makes share/web from server/web: templates and messages as they are, and every file that a page
// loads under a name with a hash of its content, with its gzip and brotli forms beside it.
//
//   node build.mjs SOURCES NODE_MODULES OUTPUT
//
// Sources name each other by their plain names (import … from './state.mjs', url(font.woff2)); the
// names with hashes are put in their place, so a file's hash covers all that it loads.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const [sources, packages, output] = process.argv.slice(2);
if (!output) throw new Error('usage: node build.mjs SOURCES NODE_MODULES OUTPUT');

// What is taken of the packages, and nothing else of them is served.
const fromPackages = [
    'maplibre-gl/dist/maplibre-gl.mjs',
    'maplibre-gl/dist/maplibre-gl-worker.mjs',
    'maplibre-gl/dist/maplibre-gl.css',
    '@fontsource-variable/source-sans-3/files/source-sans-3-latin-wght-normal.woff2',
    '@fontsource-variable/source-sans-3/files/source-sans-3-latin-ext-wght-normal.woff2',
    '@fontsource/source-serif-4/files/source-serif-4-latin-600-normal.woff2',
    '@fontsource/source-serif-4/files/source-serif-4-latin-ext-600-normal.woff2',
];
const licences = {
    'MapLibre GL JS': 'maplibre-gl/LICENSE.txt',
    PMTiles: null, // its package holds none: pmtiles.licence.txt
    fflate: 'fflate/LICENSE',
    'Source Sans 3': '@fontsource-variable/source-sans-3/LICENSE',
    'Source Serif 4': '@fontsource/source-serif-4/LICENSE',
};

// The page that passerelle-export puts beside an archive, with plain names: web space that is not
// ours may know neither .mjs nor names with hashes.
const page = {
    'maplibre-gl.js': 'maplibre-gl/dist/maplibre-gl.mjs',
    'maplibre-gl-worker.js': 'maplibre-gl/dist/maplibre-gl-worker.mjs',
    'maplibre-gl.css': 'maplibre-gl/dist/maplibre-gl.css',
    'pmtiles.js': 'pmtiles/dist/pmtiles.js',
};
const pageLicences = ['MapLibre GL JS', 'PMTiles', 'fflate'];

// Parts of the map's library that no page of ours uses.
const unusedParts = /popup|marker|user-location|attrib|logo|fullscreen|geolocate|terrain|globe|shrink|scale|compass/;

/** The library's style sheet without their rules, which are nine tenths of it. */
function withoutUnusedParts(css) {
    const rules = [];
    for (let at = 0, start = 0, depth = 0; at < css.length; at++) {
        if (css[at] === '{') depth += 1;
        if (css[at] !== '}' || --depth > 0) continue;
        rules.push(css.slice(start, at + 1));
        start = at + 1;
    }
    return rules.filter((rule) => !unusedParts.test(rule)).join('');
}

const files = new Map(); // plain name -> content
for (const folder of ['.', 'scripts'].filter((each) => existsSync(join(sources, each))))
    for (const name of readdirSync(join(sources, folder)))
        if (['.mjs', '.js', '.css', '.svg'].includes(extname(name)) && name !== 'build.mjs')
            files.set(name, readFileSync(join(sources, folder, name)));
for (const path of fromPackages) files.set(basename(path), readFileSync(join(packages, path)));
files.set('maplibre-gl.css', Buffer.from(withoutUnusedParts(files.get('maplibre-gl.css').toString('utf8'))));
const licencesOf = (names) => Buffer.from(
    names.map((name) => licences[name] ? join(packages, licences[name]) : join(sources, 'pmtiles.licence.txt'))
        .map((path, i) => `${names[i]}\n\n${readFileSync(path, 'utf8')}`)
        .join('\n\n----------------\n\n'),
);
files.set('licences.txt', licencesOf(Object.keys(licences)));

// Places where our own sources name another file.
const references = {
    '.mjs': /(?<=(?:from|import|asset\() ?')(?:\.\/)?([\w.-]+)(?=')/g,
    '.css': /(?<=url\()([\w.-]+)(?=\))/g,
};

const hashedNames = new Map();
const underWay = new Set();

function addressOf(name, from) {
    if (!files.has(name)) throw new Error(`${from} names ${name}, which is not there`);
    if (underWay.has(name)) throw new Error(`${from} and ${name} name each other`);
    if (!hashedNames.has(name)) make(name);
    return hashedNames.get(name);
}

function make(name) {
    underWay.add(name);
    let content = files.get(name);
    const pattern = references[extname(name)];
    if (pattern && !name.startsWith('maplibre-gl')) {
        const text = content.toString('utf8').replace(pattern, (found, other) => {
            const hashed = addressOf(other, name);
            return found.startsWith('./') ? `./${hashed}` : hashed;
        });
        content = Buffer.from(text);
    } else if (name.startsWith('maplibre-gl') && extname(name) === '.mjs') {
        content = Buffer.from(content.toString('utf8').replace(/\n\/\/# sourceMappingURL=.*/, ''));
    }
    const hash = createHash('sha256').update(content).digest('hex').slice(0, 12);
    const hashed = `${basename(name, extname(name))}.${hash}${extname(name)}`;
    hashedNames.set(name, hashed);
    underWay.delete(name);
    write(hashed, content);
}

const written = new Set();

function write(name, content) {
    const path = join(output, 'assets', name);
    for (const ending of ['', '.gz', '.br']) written.add(name + ending);
    // A name says the content: what is there from an earlier build is right, and slow to make.
    if (existsSync(path)) return;
    if (extname(name) === '.woff2') return writeFileSync(path, content); // compressed as it is
    const gzip = gzipSync(content, { level: 9 });
    const brotli = brotliCompressSync(content, {
        params: {
            [constants.BROTLI_PARAM_QUALITY]: 11,
            [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
        },
    });
    if (gzip.length < content.length) writeFileSync(`${path}.gz`, gzip);
    if (brotli.length < content.length) writeFileSync(`${path}.br`, brotli);
    writeFileSync(path, content); // last: where it is, its compressed forms are too
}

// A script that asks for a message which a language lacks would fail in a reader's hands: here it
// fails the build. (What templates name is checked when the server starts.)
for (const language of ['fr', 'en']) {
    const lines = readFileSync(join(sources, `messages.${language}`), 'utf8').split('\n');
    const keys = new Set(lines.map((line) => line.split('=')[0].trim()));
    for (const [name, content] of files)
        if (extname(name) === '.mjs' && !name.startsWith('maplibre-gl'))
            for (const [, key] of content.toString('utf8').matchAll(/\btext\('([\w.-]+)'/g))
                if (!keys.has(key)) throw new Error(`${name}: messages.${language} lacks ${key}`);
}

const withoutMap = (content) => content.toString('utf8').replace(/\n\/\/# sourceMappingURL=.*/, '');

function writePage(folder) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const [name, path] of Object.entries(page))
        writeFileSync(join(folder, name), withoutMap(readFileSync(join(packages, path))));
    for (const name of readdirSync(join(sources, 'static')))
        writeFileSync(join(folder, name), readFileSync(join(sources, 'static', name)));
    writeFileSync(join(folder, 'licences.txt'), licencesOf(pageLicences));
}

writePage(join(output, '..', 'page'));
mkdirSync(join(output, 'assets'), { recursive: true });
rmSync(join(output, 'pages'), { recursive: true, force: true });
for (const name of files.keys()) addressOf(name, 'the build');
for (const name of readdirSync(join(output, 'assets')))
    if (!written.has(name)) rmSync(join(output, 'assets', name));
const list = [...hashedNames].sort().map(([name, hashed]) => `${name}\t${hashed}\n`);
writeFileSync(join(output, 'assets.list'), list.join(''));

for (const name of ['messages.fr', 'messages.en'])
    writeFileSync(join(output, name), readFileSync(join(sources, name)));
mkdirSync(join(output, 'pages'));
for (const name of readdirSync(join(sources, 'pages')))
    writeFileSync(join(output, 'pages', name), readFileSync(join(sources, 'pages', name)));
