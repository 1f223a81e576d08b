// The Nu Html Checker (vnu) over every page and state, in both languages: no error. One Java machine
// for all of them.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { needs, startSite } from './browser/site.mjs';
import { addressOf, lookUp, states } from './browser/states.mjs';

const jar = 'build/test-packages/node_modules/vnu-jar/build/dist/vnu.jar';
needs('passerelle-import', 'passerelle-serve', 'gazetteer.sqlite');
if (!existsSync(jar) || spawnSync('java', ['-version']).status !== 0) {
    console.log('no vnu-jar or no Java: run ./dev test');
    process.exit(77);
}

let site;
before(async () => {
    site = await startSite(['data/partnerships.csv']);
});
after(() => site?.stop());

test('no error in any page', async () => {
    const known = await lookUp(site.base);
    const folder = join(site.folder, 'pages');
    mkdirSync(folder);
    let n = 0;
    for (const state of states)
        for (const lang of ['fr', 'en']) {
            const answer = await fetch(site.base + addressOf({ state, lang }, known), { headers: { accept: 'text/html' } });
            assert.match(answer.headers.get('content-type'), /^text\/html/, state.name);
            writeFileSync(join(folder, `${state.name}-${lang}.html`), await answer.text());
            n++;
        }
    assert.ok(n > 20);
    const ran = spawnSync('java', ['-jar', jar, '--errors-only', '--format', 'gnu', folder], { encoding: 'utf8' });
    assert.equal(ran.stderr.replaceAll(folder, ''), '');
    assert.equal(ran.status, 0);
});
