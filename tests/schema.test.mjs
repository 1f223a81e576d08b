// data/partnerships.schema.json describes data/partnerships.csv: same columns in the same order,
// and every cell keeps its type and constraints. Broken cells are noticed (so the check can fail).
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

const schema = JSON.parse(readFileSync('data/partnerships.schema.json', 'utf8'))

function readCsv(text) {
  const rows = [[]]
  for (const match of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    if (match[0] === '') break
    rows.at(-1).push(match[1] === undefined ? match[2] : match[1].replaceAll('""', '"'))
    if (match[3] !== ',') rows.push([])
  }
  return rows.filter((row) => row.length > 0)
}

const looksLike = {
  string: () => true,
  integer: (cell) => /^-?\d+$/.test(cell),
  number: (cell) => /^-?\d+(\.\d+)?$/.test(cell),
  year: (cell) => /^\d{4}$/.test(cell),
}

function faultOf(field, cell) {
  const limits = field.constraints ?? {}
  if (cell === '') return limits.required ? 'is missing' : null
  if (!looksLike[field.type](cell)) return `is no ${field.type}`
  if (limits.enum && !limits.enum.includes(cell)) return 'is not in the list'
  if (limits.pattern && !new RegExp(limits.pattern, 'u').test(cell)) return 'breaks the pattern'
  if (limits.maxLength && [...cell].length > limits.maxLength) return 'is too long'
  if (limits.minimum !== undefined && Number(cell) < Number(limits.minimum)) return 'is too small'
  if (limits.maximum !== undefined && Number(cell) > Number(limits.maximum)) return 'is too large'
  return null
}

test('the sample keeps the schema', () => {
  const [header, ...rows] = readCsv(readFileSync('data/partnerships.csv', 'utf8'))
  assert.deepEqual(header, schema.fields.map((field) => field.name))
  assert.ok(rows.length > 100)
  rows.forEach((row, index) => {
    assert.equal(row.length, header.length, `row ${index + 2}`)
    schema.fields.forEach((field, column) => {
      const fault = faultOf(field, row[column])
      assert.equal(fault, null, `row ${index + 2}, ${field.name}: ${row[column]} ${fault}`)
    })
  })
})

test('each field is explained in French and its example keeps its own rules', () => {
  for (const field of schema.fields) {
    assert.ok(field.title && field.description.length > 10, field.name)
    if (field.example) assert.equal(faultOf(field, field.example), null, field.name)
  }
})

test('broken cells are noticed', () => {
  const field = (name) => schema.fields.find((each) => each.name === name)
  const broken = [['title', ''], ['kind', 'twinning'], ['year_start', '0019x'], ['amount_eur', 'dix'],
    ['gender_marker', '3'], ['country_iso', 'France'], ['modes', 'mutualise,x'], ['signed', '12/03']]
  for (const [name, cell] of broken) assert.notEqual(faultOf(field(name), cell), null, name)
})
