// How the work of one sweep grows with the promotions that wait for people, each of a solution of its own:
//   node bench/sweep.mjs [--sizes 250,500,1000] [--assert]
// What is counted is what the database is asked: queries, rows, and kilobytes of what they bring; the time beside it depends on the machine.
// The claim: at twice the promotions it is at most 2.2 times the queries and the bytes.
import { parseArgs } from 'node:util'
import pg from 'pg'
import { openLedgerWorld } from './ledger-world.mjs'

const { values } = parseArgs({
  options: { sizes: { type: 'string', default: '250,500,1000' }, assert: { type: 'boolean', default: false } },
})
const results = []
for (const size of values.sizes.split(',').map(Number)) results.push({ size, ...(await measure(size)) })
report()

async function measure(size) {
  const solutions = Array.from({ length: size }, (_, index) => `Solution${index}`)
  const world = await openLedgerWorld({ solutions, waitsAt: 'test' })
  try {
    const { promotion } = await world.request(await world.seal('Solution0', '1.0.0.0'), 'test')
    for (const [index, solution] of solutions.entries()) if (index > 0) await wait(world, promotion.request, { index, solution })
    await world.sweep()
    const counted = countQueries()
    const start = performance.now()
    await world.sweep()
    const ms = performance.now() - start
    return { ...counted.end(), ms }
  } finally {
    await world.close()
  }
}

/** As one that the product asked for itself, under an id of its own. */
async function wait({ append, seal }, template, { index, solution }) {
  const { id: releaseId, version, managed } = await seal(solution, '1.0.0.0')
  const boundTo = { ...template.boundTo, artifact: managed.digest }
  const request = { ...template, promotionId: `p-${index}`, releaseId, solution, version, boundTo }
  await append(`promotion/p-${index}`, [{ type: 'promotion-requested', data: { request } }])
}

/** Counts at the driver, outside of the product. */
function countQueries() {
  const { query } = pg.Client.prototype
  const counted = { queries: 0, rows: 0, bytes: 0 }
  pg.Client.prototype.query = async function (...asked) {
    const answer = await query.apply(this, asked)
    counted.queries++
    counted.rows += answer.rows.length
    counted.bytes += JSON.stringify(answer.rows).length
    return answer
  }
  return {
    end() {
      pg.Client.prototype.query = query
      return counted
    },
  }
}

function report() {
  console.log(['one sweep of', 'queries', 'rows', 'kB', 'ms'].map(column).join(''))
  for (const { size, queries, rows, bytes, ms } of results)
    console.log([`${size} that wait`, queries, rows, Math.round(bytes / 1000), Math.round(ms)].map(column).join(''))
  const [first, last] = [results[0], results.at(-1)]
  const claims = ['queries', 'bytes'].map((what) => ({ what, grows: last[what] / first[what], most: (1.1 * last.size) / first.size }))
  for (const { what, grows, most } of claims)
    console.log(
      `${grows <= most ? 'PASS' : 'FAIL'} ${what}: ${grows.toFixed(2)} times at ${last.size / first.size} times the promotions (at most ${most.toFixed(2)})`,
    )
  if (values.assert && claims.some(({ grows, most }) => grows > most)) process.exitCode = 1
}

function column(text, index) {
  return index === 0 ? String(text).padEnd(20) : String(text).padStart(14)
}
