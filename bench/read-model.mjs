// How the board, the lists, a request and the sweep grow with what lies in the ledger, on an embedded database of its own:
//   node bench/read-model.mjs [--sizes 100,5000] [--rounds 15]
// One run fills one ledger step by step; each size is measured when it is reached. Medians in milliseconds; the last column is the
// time at the last size over the time at the first. The environments and the durable runner are stood in for, so that only Drover's
// own reading and deciding is measured.
import { parseArgs } from 'node:util'
import { openLedgerWorld } from './ledger-world.mjs'

const { values } = parseArgs({ options: { sizes: { type: 'string', default: '100,5000' }, rounds: { type: 'string', default: '15' } } })
const sizes = values.sizes.split(',').map(Number)
const rounds = Number(values.rounds)
const solutions = Array.from({ length: 10 }, (_, index) => `Solution${index}`)
const { store, engine, append, seal, request, sweep, close } = await openLedgerWorld({ solutions, waitsAt: 'prod' })

try {
  const template = await makeTemplate()
  const results = []
  let made = 1
  for (const size of sizes) {
    for (; made < size; made++) await fill(template, made)
    results.push(await measure())
  }
  const rebuild = await timed(() => store.rebuildReadModels())
  report(results)
  console.log(`\nfolding everything again: ${Math.round(rebuild)} ms for ${made} promotions and as many releases`)
} finally {
  await close()
}

async function measure() {
  const times = {}
  const note = async (what, work) => (times[what] ??= []).push(await timed(work))
  for (let round = 0; round < rounds; round++) {
    await note('board', () => engine.loadBoard())
    await note('promotions, first page', () => engine.listPromotions({ limit: 50 }))
    await note('releases, first page', () => engine.listReleases({ limit: 50 }))
    await note('sweep', () => sweep())
    const release = await seal(solutions[round % solutions.length], `2.0.${randomPart()}.${round}`)
    let view
    await note('one request', async () => {
      view = await request(release, 'test')
    })
    await note('one promotion', () => engine.loadPromotion(view.promotion.request.promotionId, 'ada'))
    await succeed(view.promotion)
  }
  return Object.fromEntries(Object.entries(times).map(([what, all]) => [what, median(all)]))
}

/** A promotion that the product made itself; the others are told like it, under ids of their own. */
async function makeTemplate() {
  const { promotion } = await request(await seal('Solution0', '1.0.0.0'), 'test')
  await succeed(promotion)
  return promotion.request
}

async function fill(template, index) {
  const solution = solutions[index % solutions.length]
  const release = await seal(solution, `1.${Math.floor(index / 1000)}.${index % 1000}.0`)
  const { id: releaseId, version } = release
  const promotionId = `p-${index}`
  const attemptId = `a-${index}`
  const boundTo = { ...template.boundTo, artifact: release.managed.digest }
  const request = { ...template, promotionId, releaseId, solution, version, boundTo }
  await append(`promotion/${promotionId}`, [
    { type: 'promotion-requested', data: { request } },
    { type: 'attempt-started', data: { attemptId } },
    ...template.plan.steps.map((step) => ({ type: 'step-started', data: { attemptId, step } })),
    { type: 'attempt-succeeded', data: { attemptId, verification: [] } },
  ])
}

async function succeed({ request, status }) {
  const attemptId = status.attempt.id
  await append(`promotion/${request.promotionId}`, [{ type: 'attempt-succeeded', data: { attemptId, verification: [] } }])
}

async function timed(work) {
  const start = performance.now()
  await work()
  return performance.now() - start
}

function median(times) {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)]
}

function randomPart() {
  return Math.floor(Math.random() * 60_000)
}

function report(results) {
  console.log([`medians of ${rounds}, ms`.padEnd(28), ...sizes.map((size) => `${size} promotions`), 'ratio'].map(column).join(''))
  for (const what of Object.keys(results[0])) {
    const times = results.map((result) => result[what])
    const ratio = `${(times.at(-1) / times[0]).toFixed(2)}×`
    console.log([what.padEnd(28), ...times.map((time) => time.toFixed(1)), ratio].map(column).join(''))
  }
}

function column(text, index) {
  return index === 0 ? text : text.padStart(18)
}
