// The words of the French pages: those that the field uses, and none of those that it does not.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const read = (language) => new Map(readFileSync(`server/web/messages.${language}`, 'utf8').split('\n')
    .filter((line) => line.includes('=') && !line.startsWith('#'))
    .map((line) => [line.slice(0, line.indexOf('=')).trim(), line.slice(line.indexOf('=') + 1).trim()]));
const french = read('fr');
const english = read('en');

// Partners are equals, a commune is no town, and the mainland is no metropolis.
const unwanted = ['aides?', 'bénéficiaires?', 'DOM', 'TOM', 'DOM-TOM', 'DROM-COM', 'métropoles?',
    'villes?', 'flux', 'tiers[- ]monde', 'pays du Sud', 'donateurs?', 'donatrices?'];

test('no word that makes partners unequal or places wrong', () => {
    for (const [key, text] of french)
        for (const word of unwanted)
            assert.doesNotMatch(text, new RegExp(`(?<![\\p{L}-])${word}(?![\\p{L}-])`, 'iu'), key);
});

test('the words that the issue asks for', () => {
    const all = [...french.values()].join('\n');
    for (const word of ['fiches', 'collectivité partenaire', 'pays et territoires', 'liens',
        'égalité entre les femmes et les hommes', 'outre-mer', 'non renseigné'])
        assert.match(all, new RegExp(word, 'i'));
    assert.equal(`${french.get('counter')} ${french.get('site.declarative')}`,
        '{partnerships} {partnerships|fiche déclarée|fiches déclarées} par ' +
        '{authorities} {authorities|collectivité|collectivités} avec ' +
        '{partners} {partners|partenaire|partenaires} dans ' +
        '{countries} {countries|pays ou territoire|pays et territoires}. ' +
        'Données déclaratives, édition du {edition_date}.');
});

test('both languages say all there is to say', () => {
    assert.deepEqual([...french.keys()].sort(), [...english.keys()].sort());
});

test('what a script asks for by a name put together is there', () => {
    const sources = ['tools', 'picture', 'overseas', 'finder'].map((name) =>
        readFileSync(`server/web/scripts/${name}.mjs`, 'utf8')).join('\n');
    const list = (name) => [...readFileSync('server/web/scripts/state.mjs', 'utf8')
        .matchAll(new RegExp(`export const ${name} = ([^;]*);`, 'g'))][0][1];
    const wanted = [
        ...[...list('VIEWS').matchAll(/'(\w+)'/g)].map(([, view]) => `map.${view}`),
        ...[...list('AREAS').matchAll(/^ {4}(\w+):/gm)].map(([, area]) => `map.areas_${area}`),
        ...[...list('VALUES').matchAll(/'(\w+)'/g)].map(([, value]) => `map.value_${value}`),
        ...['foreign', 'french'].map((side) => `map.side_${side}`),
        ...['french', 'foreign', 'record'].map((group) => `finder.group.${group}`),
        ...[...sources.matchAll(/^ {4}([A-Z]{2}): \{ zoom/gm)].map(([, code]) => `overseas.${code}`),
    ];
    assert.ok(wanted.length > 25);
    for (const key of wanted) assert.ok(french.has(key), key);
});
