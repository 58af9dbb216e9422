// A worker that tells each step it has done, and that dies, as in a power cut, where its parent says. It loads what it needs, and begins when
// it is told where, on an IPC channel: node dying-worker.mjs <start as JSON>. With a step and a phase it begins at once: … <step> <phase>
const [start, step, phase] = process.argv.slice(2)
const { runWorker } = await import(new URL('../../dist/app/processes/worker.js', import.meta.url).href)

// A number or an id at the end tells one look, one try, one flow from another; for a power cut they are the same.
const kindOf = (name) => name.replace(/-[0-9]+$/, '').replace(/^(switch-flow)-.*$/, '$1')
let met = 0
const cut = step === undefined ? await new Promise((resolve) => process.once('message', resolve)) : { step, phase }
process.send?.({ armed: true })
const isNext = (step) => !cut.spared.includes(step) && (cut.among === undefined || cut.among.includes(step))
const isHere = (step, phase) => phase === cut.phase && (cut.spared === undefined ? step === cut.step : isNext(step))

await runWorker(JSON.parse(start), async (name, phase) => {
  const step = kindOf(name)
  if (isHere(step, phase) && ++met === (cut.time ?? 1)) {
    // It goes no further; its parent kills it.
    process.send?.({ dying: step })
    await new Promise(() => undefined)
  }
  process.send?.({ step, phase })
})
