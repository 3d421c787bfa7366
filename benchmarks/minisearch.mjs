// MiniSearch over the reference data, set up for French as its documentation shows: accents
// folded by processTerm, French stop words, prefix and fuzzy search, boosted fields.
// Reads documents and queries (JSON lines); prints one JSON line per query.
import { readFileSync } from 'node:fs'
import MiniSearch from 'minisearch'

const [documentsPath, queriesPath, limit] = process.argv.slice(2)
const lines = (path) => readFileSync(path, 'utf8').split('\n').filter(Boolean).map((l) => JSON.parse(l))

const stop = new Set(('au aux avec ce ces dans de des du elle en et eux il ils je la le les leur lui ma mais me ' +
  'même mes moi mon ne nos notre nous on ou où par pas pour qu que qui sa se ses son sur ta te tes toi ton tu un ' +
  'une vos votre vous c d j l à m n s t y est été être sont a ont').split(' '))
const processTerm = (term) => {
  const lower = term.toLowerCase()
  if (stop.has(lower)) return null
  return lower.normalize('NFD').replace(/\p{M}/gu, '').replace(/œ/g, 'oe').replace(/s$/, '')
}

const index = new MiniSearch({
  fields: ['title', 'headings', 'body'],
  storeFields: [],
  tokenize: (text) => text.split(/[\s\p{P}]+/u),
  processTerm,
  searchOptions: { boost: { title: 4, headings: 2 }, prefix: true, fuzzy: 0.2 },
})
const began = performance.now()
index.addAll(lines(documentsPath))
const build = performance.now() - began
for (const { q } of lines(queriesPath)) {
  const start = performance.now()
  const ids = index.search(q).slice(0, Number(limit)).map((hit) => hit.id)
  console.log(JSON.stringify({ ids, ms: performance.now() - start, build }))
}
